package dev.glovebox.apiserver;

import com.nimbusds.jose.jwk.ECKey;
import dev.glovebox.apiserver.admission.AdmissionChain;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.NodeAuthorizer;
import dev.glovebox.apiserver.auth.Rbac;
import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.auth.TokenAuthenticator;
import dev.glovebox.apiserver.auth.Tokens;
import dev.glovebox.apiserver.conversion.WebhookConverter;
import dev.glovebox.apiserver.crds.DefinedKinds;
import dev.glovebox.apiserver.crds.DefinitionStore;
import dev.glovebox.apiserver.crds.Definitions;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.ServedKinds;
import dev.glovebox.apiserver.metrics.Measurements;
import dev.glovebox.apiserver.metrics.NodeSummaries;
import dev.glovebox.apiserver.podsecurity.PodSecurityConfiguration;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.apiserver.table.Tables;
import dev.glovebox.apiserver.webhooks.WebhookAdmission;
import dev.glovebox.apiserver.webhooks.WebhookChanges;
import dev.glovebox.apiserver.webhooks.WebhookPosts;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.policy.TrustLevel;
import dev.glovebox.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/// The Kubernetes API over a store. Every request, from outside or from a part of the engine, takes
/// the same way: route, authorise, decode, default, admit, validate, store.
public final class ApiServer implements Api {
    private final ServedKinds kinds;
    private final Authorizer authorizer;
    private final TokenAuthenticator authenticator;
    private final Tokens tokens;
    private final Reads reads;
    private final Writes writes;
    private final Proxies proxies;

    /// What an API server is made of.
    ///
    /// @param kinds the built-in ones, which are always served
    /// @param summaries tell what nodes and pods use
    /// @param tokenKey signs tokens of service accounts
    /// @param defaultTrust of namespaces that do not say how far their pods are trusted
    /// @param podSecurity what binds pods where their namespaces do not say
    public record Settings(
            Store store,
            KindCatalogue kinds,
            Schemas schemas,
            ECKey tokenKey,
            NodeSummaries summaries,
            TrustLevel defaultTrust,
            PodSecurityConfiguration podSecurity,
            Clock clock) {
        /// Refuses null parts.
        public Settings {
            Objects.requireNonNull(store, "store");
            Objects.requireNonNull(kinds, "kinds");
            Objects.requireNonNull(schemas, "schemas");
            Objects.requireNonNull(tokenKey, "tokenKey");
            Objects.requireNonNull(summaries, "summaries");
            Objects.requireNonNull(defaultTrust, "defaultTrust");
            Objects.requireNonNull(podSecurity, "podSecurity");
            Objects.requireNonNull(clock, "clock");
        }

        /// One that binds pods by what their namespaces say alone.
        public Settings(
                Store store,
                KindCatalogue kinds,
                Schemas schemas,
                ECKey tokenKey,
                NodeSummaries summaries,
                TrustLevel defaultTrust,
                Clock clock) {
            this(
                    store,
                    kinds,
                    schemas,
                    tokenKey,
                    summaries,
                    defaultTrust,
                    PodSecurityConfiguration.STANDARD,
                    clock);
        }
    }

    /// An API over what the store holds; it does not close the store.
    public ApiServer(Settings settings) {
        this.kinds = new ServedKinds(settings.kinds());
        Store store = new AnsweringStore(settings.store());
        WebhookPosts posts = new WebhookPosts(new Registry(store, kinds));
        Definitions definitions =
                new Definitions(
                        store,
                        kinds,
                        new DefinedKinds(
                                settings.schemas(), webhook -> WebhookConverter.of(webhook, posts)),
                        new StoredDefinitions(),
                        settings.clock());
        definitions.settle();
        WebhookChanges changes = new WebhookChanges();
        Registry registry =
                new Registry(
                        new ObservedStore(
                                new DefinitionStore(store, definitions),
                                WebhookChanges.PLACE,
                                changes::add),
                        kinds);
        StoredGrants grants = new StoredGrants(registry);
        this.authorizer = new NodeAuthorizer(registry, new Rbac(grants));
        this.tokens = new Tokens(settings.tokenKey(), settings.clock());
        this.authenticator = new TokenAuthenticator(tokens, registry, settings.clock());
        AdmissionChain admission =
                new AdmissionChain(
                        registry,
                        settings.defaultTrust(),
                        settings.podSecurity(),
                        authorizer,
                        grants,
                        registry,
                        new WebhookAdmission(posts, changes, registry, kinds, authorizer).hooks(),
                        settings.clock());
        Tables tables = new Tables(settings.clock());
        Lists lists = new Lists(registry);
        this.reads =
                new Reads(
                        registry,
                        lists,
                        new MeasuredReads(new Measurements(registry, settings.summaries())),
                        new PodStreams(registry, new Posts(admission.webhooks())),
                        tables,
                        Scales.kind(settings.schemas()),
                        settings.clock());
        this.proxies = new Proxies(registry);
        this.writes =
                new Writes(
                        registry,
                        lists,
                        tables,
                        admission,
                        authorizer,
                        new Reviews(authorizer, authenticator),
                        tokens,
                        kinds,
                        settings);
    }

    /// The kinds that are served at the moment of asking.
    public Supplier<KindCatalogue> kinds() {
        return kinds;
    }

    /// Says who may do what.
    public Authorizer authorizer() {
        return authorizer;
    }

    /// Says whose a bearer token is.
    public TokenAuthenticator authenticator() {
        return authenticator;
    }

    /// The keys by which others can check tokens of service accounts, as a JSON web key set.
    public String tokenKeys() {
        return tokens.publicKeys();
    }

    @Override
    public Answer handle(Call call) {
        Optional<RequestAttributes> attributes = RequestInfo.of(call.user(), call);
        if (attributes.isEmpty()) {
            return notFound(call);
        }
        if (!authorizer.judge(attributes.get()).noted(call.annotations()).allowed()) {
            throw attributes.get().refusal();
        }
        Optional<Route> found = Route.parse(call.path(), kinds.get());
        if (found.isEmpty()) {
            return pageNotFound();
        }
        Route route = found.get();
        if (route.subresource().equals(Route.PROXY)) {
            return proxies.answer(call, route);
        }
        String verb = verb(call.method(), route, new Parameters(call.query()));
        try {
            return warned(route, answer(call, route, verb));
        } catch (ApiException refusal) {
            throw route.kind()
                    .strategy()
                    .deprecation()
                    .map(deprecation -> refusal.warned(List.of(deprecation)))
                    .orElse(refusal);
        }
    }

    private Answer answer(Call call, Route route, String verb) {
        return switch (verb) {
            case "get", "list", "watch" -> reads.answer(call, route, verb);
            default -> {
                if (route.subresource().isEmpty() && !route.kind().verbs().contains(verb)) {
                    throw Refusals.methodNotAllowed();
                }
                yield writes.answer(call, route, verb);
            }
        };
    }

    /// The answer with a warning before its own if the kind is one that nobody should use.
    private static Answer warned(Route route, Answer answer) {
        Optional<String> deprecation = route.kind().strategy().deprecation();
        if (deprecation.isEmpty()) {
            return answer;
        }
        String first = deprecation.get();
        return switch (answer) {
            case Answer.Whole(int code, String type, byte[] body, List<String> more) ->
                    new Answer.Whole(code, type, body, with(first, more));
            case Answer.Listing(String type, Answer.Body body, List<String> more) ->
                    new Answer.Listing(type, body, with(first, more));
            case Answer.Stream stream -> stream;
            case Answer.ToNode toNode -> toNode;
            case Answer.Proxied proxied -> proxied;
        };
    }

    private static List<String> with(String first, List<String> more) {
        List<String> warnings = new ArrayList<>(List.of(first));
        warnings.addAll(more);
        return warnings;
    }

    private Answer notFound(Call call) {
        String verb = call.method().toLowerCase(Locale.ROOT);
        if (!authorizer
                .judgePath(call.user(), verb, call.path())
                .noted(call.annotations())
                .allowed()) {
            throw new ApiException(
                    StatusReason.FORBIDDEN,
                    "forbidden: User \"%s\" cannot %s path \"%s\""
                            .formatted(call.user().name(), verb, call.path()));
        }
        return pageNotFound();
    }

    private static Answer pageNotFound() {
        return new Answer.Whole(
                404,
                "text/plain; charset=utf-8",
                "404 page not found\n".getBytes(StandardCharsets.UTF_8),
                List.of());
    }

    private static String verb(String method, Route route, Parameters parameters) {
        return switch (method) {
            case "HEAD" -> {
                if (route.subresource().isEmpty()) {
                    throw Refusals.methodNotAllowed();
                }
                yield "get";
            }
            case "GET" -> {
                if (route.watch() || (route.collection() && parameters.truth("watch"))) {
                    yield "watch";
                }
                yield route.collection() ? "list" : "get";
            }
            case "POST" -> {
                if (route.collection() == route.subresource().isEmpty()) {
                    yield "create";
                }
                throw Refusals.methodNotAllowed();
            }
            case "PUT" -> onObject(route, "update");
            case "PATCH" -> onObject(route, "patch");
            case "DELETE" -> route.collection() ? "deletecollection" : "delete";
            default -> throw Refusals.methodNotAllowed();
        };
    }

    private static String onObject(Route route, String verb) {
        if (route.collection()) {
            throw Refusals.methodNotAllowed();
        }
        return verb;
    }
}

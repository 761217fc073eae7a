package dev.glovebox.apiserver;

import dev.glovebox.apiserver.admission.AdmissionChain;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.apiserver.table.Tables;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.policy.TrustLevel;
import dev.glovebox.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/// The Kubernetes API over a store. Every request, from outside or from a part of the engine, takes
/// the same way: route, authorise, decode, default, admit, validate, store.
public final class ApiServer implements Api {
    private final KindCatalogue kinds;
    private final Authorizer authorizer;
    private final Reads reads;
    private final Writes writes;

    /// What an API server is made of.
    ///
    /// @param defaultTrust of namespaces that do not say how far their pods are trusted
    public record Settings(
            Store store,
            KindCatalogue kinds,
            Schemas schemas,
            Authorizer authorizer,
            TrustLevel defaultTrust,
            Clock clock) {
        /// Refuses null parts.
        public Settings {
            Objects.requireNonNull(store, "store");
            Objects.requireNonNull(kinds, "kinds");
            Objects.requireNonNull(schemas, "schemas");
            Objects.requireNonNull(authorizer, "authorizer");
            Objects.requireNonNull(defaultTrust, "defaultTrust");
            Objects.requireNonNull(clock, "clock");
        }
    }

    /// An API over what the store holds; it does not close the store.
    public ApiServer(Settings settings) {
        this.kinds = settings.kinds();
        this.authorizer = settings.authorizer();
        Registry registry = new Registry(new AnsweringStore(settings.store()), kinds);
        Tables tables = new Tables(settings.clock());
        Lists lists = new Lists(registry);
        this.reads = new Reads(registry, lists, tables, settings.clock());
        this.writes =
                new Writes(
                        registry,
                        lists,
                        tables,
                        new AdmissionChain(registry, settings.defaultTrust()),
                        settings);
    }

    @Override
    public Answer handle(Call call) {
        Optional<Route> found = Route.parse(call.path(), kinds);
        if (found.isEmpty()) {
            return notFound(call);
        }
        Route route = found.get();
        Parameters parameters = new Parameters(call.query());
        String verb = verb(call.method(), route, parameters);
        authorise(call.user(), verb, route);
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

    private Answer notFound(Call call) {
        String verb = call.method().toLowerCase(Locale.ROOT);
        if (!authorizer.allowsPath(call.user(), verb, call.path())) {
            throw new ApiException(
                    StatusReason.FORBIDDEN,
                    "forbidden: User \"%s\" cannot %s path \"%s\""
                            .formatted(call.user().name(), verb, call.path()));
        }
        return new Answer.Whole(
                404,
                "text/plain; charset=utf-8",
                "404 page not found\n".getBytes(StandardCharsets.UTF_8),
                List.of());
    }

    private static String verb(String method, Route route, Parameters parameters) {
        return switch (method) {
            case "GET", "HEAD" -> {
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

    private void authorise(User user, String verb, Route route) {
        String plural = route.kind().names().plural();
        // A namespace is judged as lying in itself, as in Kubernetes.
        String namespace = plural.equals("namespaces") ? route.name() : route.namespace();
        RequestAttributes request =
                new RequestAttributes(
                        user,
                        verb,
                        route.kind().group(),
                        plural,
                        route.subresource(),
                        namespace,
                        route.name());
        if (!authorizer.allows(request)) {
            throw forbidden(request);
        }
    }

    private static ApiException forbidden(RequestAttributes request) {
        String resource =
                request.group().isEmpty()
                        ? request.resource()
                        : request.resource() + "." + request.group();
        String what =
                request.name().isEmpty() ? resource : resource + " \"" + request.name() + "\"";
        String where =
                request.namespace().isEmpty()
                        ? "at the cluster scope"
                        : "in the namespace \"" + request.namespace() + "\"";
        return new ApiException(
                StatusReason.FORBIDDEN,
                "%s is forbidden: User \"%s\" cannot %s resource \"%s\" in API group \"%s\" %s"
                        .formatted(
                                what,
                                request.user().name(),
                                request.verb(),
                                request.qualifiedResource(),
                                request.group(),
                                where),
                new ApiException.Details(
                        request.name(), request.group(), request.resource(), List.of()));
    }
}

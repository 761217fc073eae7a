package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.Answer;
import dev.glovebox.apiserver.Api;
import dev.glovebox.apiserver.Call;
import dev.glovebox.apiserver.audit.Audit;
import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.User;
import dev.glovebox.apiserver.discovery.AggregatedDiscovery;
import dev.glovebox.apiserver.discovery.Discovery;
import dev.glovebox.apiserver.openapi.OpenApi;
import dev.glovebox.cluster.Frames;
import dev.glovebox.http.BodyStream;
import dev.glovebox.http.BodyTooLargeException;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.HttpHandler;
import dev.glovebox.http.MetricsPage;
import dev.glovebox.http.WebSocketHandshake;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// One request from HTTP to the API and back.
final class ApiHandler implements HttpHandler {
    /// Long lists that are being sent at once; each takes about half a megabyte.
    private static final int LISTS = 100;

    /// How long a client may take to read a list, as with kube-apiserver, or one write of a watch.
    /// While it reads a list, what is replaced stays in memory.
    private static final Duration READING = Duration.ofSeconds(60);

    /// How long a stream waits for something to send before it looks whether it has ended.
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Api api;
    private final Authorizer authorizer;
    private final Authentication authentication;
    private final Audit audit;
    private final Health health;
    private final Documents documents;
    private final ApiMetrics metrics;
    private final NodeProxy proxy;
    private final Passing passing;
    private final int bodyLimit;
    private final Deliveries deliveries = new Deliveries(LISTS, READING);
    private final FairUse use;

    ApiHandler(ApiHttpSettings settings, Api api) {
        this.api = api;
        this.authorizer = settings.authorizer();
        this.authentication = new Authentication(settings.tokens(), settings.authorizer());
        this.audit = settings.audit();
        this.health = new Health(settings.readiness());
        this.documents =
                new Documents(
                        new Discovery(settings.kinds()),
                        new AggregatedDiscovery(settings.kinds()),
                        new OpenApi(
                                settings.kinds(),
                                settings.schemas().definitions(),
                                Documents.VERSION));
        this.metrics = settings.metrics();
        this.proxy = new NodeProxy(settings.nodes());
        this.passing = new Passing(settings.nodes(), PodSocket::open);
        this.bodyLimit = settings.limits().body();
        this.use = new FairUse(FairUse.Amounts.DEFAULT, bodyLimit);
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException, InterruptedException {
        try (ApiMetrics.Running running = metrics.begin(exchange)) {
            answerOrRefuse(exchange, running);
        }
    }

    private void answerOrRefuse(HttpExchange exchange, ApiMetrics.Running running)
            throws IOException, InterruptedException {
        try {
            answer(exchange, running);
        } catch (ApiException refusal) {
            Responses.send(exchange, refusal);
        } catch (BodyTooLargeException e) {
            Responses.send(
                    exchange,
                    new ApiException(
                            StatusReason.REQUEST_ENTITY_TOO_LARGE,
                            "Request entity too large: limit is " + bodyLimit));
        }
    }

    private void answer(HttpExchange exchange, ApiMetrics.Running running)
            throws IOException, InterruptedException {
        Target target = Target.parse(exchange.target());
        Authentication.Asker asker = asker(exchange, target);
        User who = asker.impersonator().orElse(asker.user());
        if (!who.groups().contains(User.UNAUTHENTICATED)) {
            exchange.vouch();
        }
        Asked asked = Asked.of(exchange, asker, target);
        running.about(asked);
        try (Shares.Share _ = use.begin(who, asked.about())) {
            send(exchange, answer(asked, who));
        }
    }

    private Answer answer(Asked asked, User who) {
        if (!asked.mayHaveBody() || !asked.about().map(authorizer::allows).orElse(false)) {
            // Who may not ask is refused without anybody having read what they send.
            return answer(asked, asked.bare());
        }
        HttpExchange exchange = asked.exchange();
        try (Shares.Share _ = use.beginBody(who, exchange.headers())) {
            return answer(asked, asked.withBody(exchange.body()));
        }
    }

    private Answer answer(Asked asked, Call call) {
        try {
            return audit.around(
                    call,
                    () -> {
                        Optional<Answer.Whole> own = own(asked.exchange(), call, asked.target());
                        return own.isPresent() ? own.get() : api.handle(call);
                    });
        } catch (ApiException refusal) {
            throw refusal;
        } catch (RuntimeException e) {
            throw Responses.internal(asked.exchange(), e);
        }
    }

    /// Who asks. That somebody was not believed is recorded too.
    private Authentication.Asker asker(HttpExchange exchange, Target target) {
        try {
            return authentication.of(exchange);
        } catch (ApiException refusal) {
            Authentication.Asker nobody =
                    new Authentication.Asker(User.ANONYMOUS, Optional.empty());
            audit.refused(Asked.of(exchange, nobody, target).bare(), refusal);
            throw refusal;
        }
    }

    /// What the server answers without the API, if it does.
    private Optional<Answer.Whole> own(HttpExchange exchange, Call call, Target target) {
        if (!exchange.method().equals("GET") && !exchange.method().equals("HEAD")) {
            return Optional.empty();
        }
        if (target.path().equals("/metrics")) {
            requirePath(exchange, call, target);
            MetricsPage.Text text = metrics.text(call.accept());
            return Optional.of(new Answer.Whole(200, text.contentType(), text.body(), List.of()));
        }
        Optional<Answer.Whole> found =
                health.answer(target.path(), target.query())
                        .or(() ->
                                documents.answer(
                                        target.path(),
                                        exchange.headers().joined("Accept"),
                                        exchange.headers().first("Host").orElse("")));
        if (found.isPresent()) {
            requirePath(exchange, call, target);
        }
        return found;
    }

    private void requirePath(HttpExchange exchange, Call call, Target target) {
        String verb = exchange.method().toLowerCase(Locale.ROOT);
        if (!authorizer
                .judgePath(call.user(), verb, target.path())
                .noted(call.annotations())
                .allowed()) {
            throw new ApiException(
                    StatusReason.FORBIDDEN,
                    "forbidden: User \"%s\" cannot %s path \"%s\""
                            .formatted(call.user().name(), verb, target.path()));
        }
    }

    private void send(HttpExchange exchange, Answer answer)
            throws IOException, InterruptedException {
        switch (answer) {
            case Answer.Whole whole -> Responses.send(exchange, Pretty.asWanted(exchange, whole));
            case Answer.Listing listing ->
                    deliveries.send(exchange, Pretty.asWanted(exchange, listing));
            case Answer.Stream stream -> stream(exchange, stream);
            case Answer.ToNode toNode -> proxy.pass(exchange, toNode);
            case Answer.Proxied proxied -> passing.pass(exchange, proxied);
        }
    }

    private static void stream(HttpExchange exchange, Answer.Stream stream)
            throws IOException, InterruptedException {
        try (Frames frames = stream.frames()) {
            exchange.onGone(frames::close);
            if (WebSocketHandshake.isAskedFor(exchange)) {
                WatchSocket.stream(exchange, frames, PATIENCE);
                return;
            }
            try (BodyStream body = exchange.stream(200, Responses.common(stream.contentType()))) {
                body.patience(READING);
                while (!frames.ended()) {
                    body.write(frames.next(PATIENCE));
                }
            }
        }
    }
}

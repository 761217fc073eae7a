package dev.glovebox.node.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.http.BodyStream;
import dev.glovebox.http.Headers;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.HttpServer;
import dev.glovebox.http.HttpSettings;
import dev.glovebox.http.MetricsPage;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.node.NodeStreams;
import dev.glovebox.node.RuntimeRefusal;
import dev.glovebox.node.forward.ForwardedPod;
import dev.glovebox.node.forward.Loopbacks;
import dev.glovebox.node.forward.PortForwarding;
import dev.glovebox.node.log.LogQuery;
import dev.glovebox.node.stats.NodeFigures;
import io.fabric8.kubernetes.api.model.PodList;
import io.fabric8.kubernetes.api.model.PodListBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The kubelet's HTTP API of a node, as far as an API server asks it: logs, exec, attach,
/// port-forward, the node's pods and what they use. On a unix socket that its owner alone may open,
/// where whoever can open it was authorised by the API server or is root; or over TLS, where each
/// request is judged.
public final class NodeServer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Headers TEXT = Headers.of("Content-Type", "text/plain; charset=utf-8");
    private static final Headers JSON_TYPE = Headers.of("Content-Type", "application/json");

    private final NodeStreams streams;
    private final NodeFigures figures;
    private final Loopbacks loopbacks;
    private final Clock clock;
    private final NodeAccess access;
    private final HttpServer server;

    /// Listens on `socket` at once.
    ///
    /// @param figures what the node tells of itself, for `/stats/summary` and `/metrics`
    /// @param loopbacks of sandboxes whose network is inside
    /// @throws dev.glovebox.http.ListenException when it cannot
    public NodeServer(
            Path socket,
            NodeStreams streams,
            NodeFigures figures,
            Loopbacks loopbacks,
            Clock clock) {
        this(
                new HttpSettings(
                        UnixDomainSocketAddress.of(socket),
                        Optional.empty(),
                        HttpSettings.Limits.DEFAULT),
                NodeAccess.WHOEVER_REACHES_IT,
                streams,
                figures,
                loopbacks,
                clock);
    }

    /// Listens as `settings` say at once.
    ///
    /// @param access who may ask
    /// @param figures what the node tells of itself, for `/stats/summary` and `/metrics`
    /// @param loopbacks of sandboxes whose network is inside
    /// @throws dev.glovebox.http.ListenException when it cannot
    public NodeServer(
            HttpSettings settings,
            NodeAccess access,
            NodeStreams streams,
            NodeFigures figures,
            Loopbacks loopbacks,
            Clock clock) {
        this.access = access;
        this.streams = streams;
        this.figures = figures;
        this.loopbacks = loopbacks;
        this.clock = clock;
        this.server = HttpServer.start(settings, this::handle);
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(HttpExchange exchange) throws IOException, InterruptedException {
        try {
            access.require(exchange);
            route(exchange, Query.parse(exchange.target()));
        } catch (ApiException e) {
            exchange.respond(e.reason().code(), TEXT, bytes(e.getMessage()));
        } catch (RuntimeRefusal e) {
            exchange.respond(StatusReason.INTERNAL_ERROR.code(), TEXT, bytes(e.getMessage()));
        }
    }

    private void route(HttpExchange exchange, Query query)
            throws IOException, InterruptedException {
        List<String> path = query.path();
        String what = path.isEmpty() ? "" : path.getFirst();
        switch (what) {
            case "healthz" -> exchange.respond(200, TEXT, bytes("ok"));
            case "pods" -> exchange.respond(200, JSON_TYPE, JSON.writeValueAsBytes(pods(query)));
            case "stats" -> stats(exchange, part(path, 1));
            case "metrics" -> metrics(exchange, String.join("/", path.subList(1, path.size())));
            case "containerLogs" -> logs(exchange, query);
            case "exec" ->
                    StreamProxy.pass(
                            exchange,
                            streams.exec(
                                    part(path, 1),
                                    part(path, 2),
                                    container(path),
                                    query.streams(),
                                    query.all("command")));
            case "attach" ->
                    StreamProxy.pass(
                            exchange,
                            streams.attach(
                                    part(path, 1),
                                    part(path, 2),
                                    container(path),
                                    query.streams()));
            case "portForward" -> forward(exchange, part(path, 1), part(path, 2));
            default ->
                    throw new ApiException(
                            StatusReason.NOT_FOUND, "the node does not serve /" + what);
        }
    }

    /// To a namespace of the machine the runtime dials; what is inside a sandbox we dial.
    private void forward(HttpExchange exchange, String namespace, String name)
            throws IOException, InterruptedException {
        ForwardedPod pod = streams.forwarded(namespace, name);
        Optional<Loopbacks.Loopback> inside = loopbacks.of(pod.sandbox());
        if (inside.isPresent()) {
            PortForwarding.serve(exchange, pod, inside.get());
        } else {
            StreamProxy.pass(exchange, streams.portForward(pod));
        }
    }

    /// All pods, or the one that is asked for: what a kubelet tells of all its pods takes longer
    /// the more there are.
    private PodList pods(Query query) {
        List<String> uids = query.all("uid");
        return new PodListBuilder()
                .withItems(
                        streams.pods(
                                pod -> uids.isEmpty() || uids.contains(pod.getMetadata().getUid())))
                .build();
    }

    private void stats(HttpExchange exchange, String what) throws IOException {
        if (!what.equals("summary")) {
            throw new ApiException(
                    StatusReason.NOT_FOUND, "the node does not serve /stats/" + what);
        }
        exchange.respond(200, JSON_TYPE, JSON.writeValueAsBytes(figures.summary()));
    }

    private void metrics(HttpExchange exchange, String which) throws IOException {
        MetricsPage.Text text =
                figures.metrics(which, exchange.headers().joined("Accept"))
                        .orElseThrow(() ->
                                new ApiException(
                                        StatusReason.NOT_FOUND,
                                        "the node does not serve /metrics/" + which));
        exchange.respond(200, Headers.of("Content-Type", text.contentType()), text.body());
    }

    private void logs(HttpExchange exchange, Query query) throws IOException {
        List<String> path = query.path();
        LogQuery wanted = query.log(clock);
        try (NodeStreams.LogReading reading =
                streams.logs(
                        part(path, 1),
                        part(path, 2),
                        part(path, 3),
                        query.flag("previous"),
                        wanted)) {
            exchange.onGone(reading::close);
            try (BodyStream body = exchange.stream(200, TEXT)) {
                OutputStream out = new BodyOutput(body);
                reading.copy(out, out);
            }
        }
    }

    /// A body as a stream; the body's own end is its owner's business.
    private static final class BodyOutput extends OutputStream {
        private final BodyStream body;

        BodyOutput(BodyStream body) {
            this.body = body;
        }

        @Override
        public void write(int b) throws IOException {
            body.write(new byte[] {(byte) b});
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            if (length > 0) {
                body.write(Arrays.copyOfRange(bytes, from, from + length));
            }
        }
    }

    /// Namespace, name and, last, the container; the kubelet also takes a uid before it.
    private static String container(List<String> path) {
        return part(path, path.size() == 5 ? 4 : 3);
    }

    private static String part(List<String> path, int index) {
        if (index >= path.size()) {
            throw new ApiException(StatusReason.NOT_FOUND, "the path is not complete");
        }
        return path.get(index);
    }

    private static byte[] bytes(@Nullable String text) {
        return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    }
}

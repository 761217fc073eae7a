package dev.glovebox.apiserver.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.apiserver.metrics.NodeSummaries;
import dev.glovebox.http.Headers;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks nodes over their kubelet API what their pods use, all at once.
public final class DialedSummaries implements NodeSummaries {
    private static final Logger LOG = LoggerFactory.getLogger(DialedSummaries.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String TARGET = "/stats/summary?only_cpu_and_memory=true";
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /// Bytes of a summary that are read; one with more is none.
    private static final int LONGEST = 16 << 20;

    private final NodeDialer dialer;

    /// Asks the nodes that `dialer` finds.
    public DialedSummaries(NodeDialer dialer) {
        this.dialer = dialer;
    }

    @Override
    public Map<String, JsonNode> of(Collection<String> nodes) {
        List<String> names = List.copyOf(nodes);
        List<Callable<JsonNode>> questions =
                names.stream().<Callable<JsonNode>>map(name -> () -> ask(name)).toList();
        Map<String, JsonNode> summaries = new LinkedHashMap<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<JsonNode>> answers =
                    threads.invokeAll(questions, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            for (int i = 0; i < names.size(); i++) {
                take(names.get(i), answers.get(i), summaries);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return summaries;
    }

    private static void take(String node, Future<JsonNode> answer, Map<String, JsonNode> summaries)
            throws InterruptedException {
        if (answer.isCancelled()) {
            LOG.atWarn().addKeyValue("node", node).log("did not tell in time what its pods use");
            return;
        }
        try {
            summaries.put(node, answer.get());
        } catch (ExecutionException e) {
            LOG.atWarn()
                    .addKeyValue("node", node)
                    .setCause(e.getCause())
                    .log("did not tell what its pods use");
        }
    }

    private JsonNode ask(String node) throws IOException {
        NodeEndpoint endpoint =
                dialer.endpointOf(node)
                        .orElseThrow(() -> new IOException("nobody serves node " + node));
        try (NodeConnection connection = NodeConnection.open(node, endpoint)) {
            NodeConnection.Head head =
                    connection.ask("GET", TARGET, Headers.of("Connection", "close"), new byte[0]);
            byte[] body = connection.body(head).readNBytes(LONGEST + 1);
            if (head.code() != 200 || body.length > LONGEST) {
                throw new IOException(
                        "answered %d with %d bytes".formatted(head.code(), body.length));
            }
            return MAPPER.readTree(body);
        }
    }
}

package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.containerd.CriException;
import dev.glovebox.cri.Container;
import dev.glovebox.cri.ContainerFilter;
import dev.glovebox.cri.ContainerState;
import dev.glovebox.cri.PodSandbox;
import dev.glovebox.cri.PodSandboxFilter;
import dev.glovebox.cri.PodSandboxState;
import dev.glovebox.cri.RuntimeCondition;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// A containerd that somebody else runs, asked through CRI.
final class LiveContainerd implements AutoCloseable {
    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

    private final Path socket;
    private final ContainerdClient client;

    LiveContainerd(Path socket) {
        this.socket = socket;
        this.client = new ContainerdClient(socket);
    }

    ContainerdClient client() {
        return client;
    }

    /// Its version in its own words; refused where nobody answers.
    String version() {
        try {
            return client.cri().version().getRuntimeVersion();
        } catch (CriException e) {
            throw new ConfigurationRefused(
                    "no containerd answers on "
                            + socket
                            + " ("
                            + e.description()
                            + "); name its socket with --address",
                    e);
        }
    }

    /// The handlers that it knows. Known does not mean working.
    Set<String> handlers() {
        String config = client.cri().status().getInfoOrDefault("config", "{}");
        try {
            JsonNode runtimes = JSON.readTree(config).path("containerd").path("runtimes");
            Set<String> names = new HashSet<>();
            runtimes.fieldNames().forEachRemaining(names::add);
            return names;
        } catch (JsonProcessingException e) {
            throw new ConfigurationRefused(
                    "the containerd on "
                            + socket
                            + " shows its configuration in no way that is known",
                    e);
        }
    }

    /// Whether pods get a network.
    boolean hasNetwork() {
        return client.cri().status().getStatus().getConditionsList().stream()
                .filter(condition -> condition.getType().equals("NetworkReady"))
                .anyMatch(RuntimeCondition::getStatus);
    }

    /// The ids of all pods and containers that run.
    Set<String> running() {
        Set<String> ids = new HashSet<>();
        pods().map(PodSandbox::getId).forEach(ids::add);
        for (Container each : client.cri().listContainers(ContainerFilter.getDefaultInstance())) {
            if (each.getState() == ContainerState.CONTAINER_RUNNING) {
                ids.add(each.getId());
            }
        }
        return ids;
    }

    /// The names of the pods that run under a handler.
    List<String> podsUnder(String handler) {
        return pods().filter(pod -> pod.getRuntimeHandler().equals(handler))
                .map(pod -> pod.getMetadata().getNamespace() + "/" + pod.getMetadata().getName())
                .toList();
    }

    /// Waits until it answers and its handlers are as wanted; whether they came to be.
    boolean awaitHandlers(Duration patience, Predicate<Set<String>> wanted)
            throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end) {
            client.reconnect();
            if (handlersNow().filter(wanted).isPresent()) {
                return true;
            }
            pause();
        }
        return false;
    }

    @Override
    public void close() {
        client.close();
    }

    private Optional<Set<String>> handlersNow() {
        try {
            return Optional.of(handlers());
        } catch (CriException e) {
            return Optional.empty(); // it is not up yet
        }
    }

    private Stream<PodSandbox> pods() {
        return client.cri().listPodSandbox(PodSandboxFilter.getDefaultInstance()).stream()
                .filter(pod -> pod.getState() == PodSandboxState.SANDBOX_READY);
    }

    /// Waits a moment.
    static void pause() throws InterruptedException {
        if (new CountDownLatch(1).await(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("nobody counts this latch down");
        }
    }
}

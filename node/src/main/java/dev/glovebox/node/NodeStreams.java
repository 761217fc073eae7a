package dev.glovebox.node;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.node.forward.ForwardedPod;
import dev.glovebox.node.log.ContainerLogs;
import dev.glovebox.node.log.LogQuery;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.SandboxView;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Logs and streams of a node's containers. Refuses in Kubernetes' words, as [ApiException]. Safe
/// for use by any thread; what blocks says so.
public final class NodeStreams {
    private final NodeSettings settings;
    private final ContainerRuntime runtime;
    private final LateLogs late;
    private final BiFunction<String, String, Optional<Pod>> pods;
    private final Supplier<List<Pod>> all;

    NodeStreams(
            NodeSettings settings,
            ContainerRuntime runtime,
            LateLogs late,
            BiFunction<String, String, Optional<Pod>> pods,
            Supplier<List<Pod>> all) {
        this.settings = settings;
        this.runtime = runtime;
        this.late = late;
        this.pods = pods;
        this.all = all;
    }

    /// One reading of a container's log, which is complete where the pod's status says that the
    /// container has ended: waits for its last lines.
    ///
    /// @param previous whether the run before the present one is meant
    public LogReading logs(
            String namespace, String name, String container, boolean previous, LogQuery query) {
        Pod pod = pod(namespace, name);
        Container spec = container(pod, container);
        PodView view = runtime.look(pod.getMetadata().getUid());
        Optional<ContainerView> wanted =
                previous ? view.previous(spec.getName()) : view.latest(spec.getName());
        ContainerView found =
                wanted.orElseThrow(() -> refusal(missing(pod, spec.getName(), previous)));
        Path file =
                settings.logDirectory(pod)
                        .resolve(spec.getName())
                        .resolve(found.attempt() + ".log");
        awaitLastLines(found.id());
        return new LogReading(
                new ContainerLogs(file, query),
                () -> ended(pod.getMetadata().getUid(), found.id()));
    }

    private void awaitLastLines(String container) {
        try {
            late.await(container);
        } catch (InterruptedException e) {
            // Who asked goes, and reads no further.
            Thread.currentThread().interrupt();
        }
    }

    /// What is said where the runtime has no such container, or has it no more.
    private static String missing(Pod pod, String container, boolean previous) {
        String name = pod.getMetadata().getName();
        if (previous) {
            return "previous terminated container \"%s\" in pod \"%s\" not found"
                    .formatted(container, name);
        }
        return PodFacts.made(pod).stream()
                .filter(made -> PodFacts.terminal(pod) && made.getName().equals(container))
                .findFirst()
                .map(gone -> "unable to retrieve container logs for " + gone.getContainerID())
                .orElseGet(() ->
                        "container \"%s\" in pod \"%s\" is waiting to start: %s"
                                .formatted(container, name, waiting(pod, container)));
    }

    private boolean ended(String uid, String id) {
        return runtime.look(uid).containers().stream()
                .noneMatch(c -> c.id().equals(id) && !(c.state() instanceof ContainerState.Exited));
    }

    /// Prepares a command in a running container; answers where its streams are, on the loopback,
    /// for whoever upgrades a connection to it first.
    public URI exec(
            String namespace,
            String name,
            String container,
            StreamOptions options,
            List<String> command) {
        if (command.isEmpty()) {
            throw new ApiException(StatusReason.BAD_REQUEST, "you must specify at least 1 command");
        }
        return runtime.exec(running(namespace, name, container).id(), options, command);
    }

    /// Prepares an attachment to a running container's streams.
    public URI attach(String namespace, String name, String container, StreamOptions options) {
        return runtime.attach(running(namespace, name, container).id(), options);
    }

    /// A running pod whose ports are asked for.
    public ForwardedPod forwarded(String namespace, String name) {
        String uid = pod(namespace, name).getMetadata().getUid();
        SandboxView sandbox =
                runtime.look(uid)
                        .sandbox()
                        .filter(SandboxView::ready)
                        .orElseThrow(() -> refusal("pod \"" + name + "\" is not running"));
        return new ForwardedPod(name, uid, sandbox.id(), sandbox.address());
    }

    /// Prepares connections to its ports, by the runtime.
    public URI portForward(ForwardedPod pod) {
        return runtime.portForward(pod.sandbox());
    }

    /// Those pods that the API assigned to this node, each with the addresses that it really has:
    /// the status that the API holds may have been written by others. Blocks.
    public List<Pod> pods(Predicate<Pod> which) {
        return all.get().stream().filter(which).map(this::addressed).toList();
    }

    private Pod addressed(Pod pod) {
        List<String> addresses =
                Boolean.TRUE.equals(pod.getSpec().getHostNetwork())
                        ? settings.addresses()
                        : runtime.look(pod.getMetadata().getUid())
                                .sandbox()
                                .filter(SandboxView::ready)
                                .map(SandboxView::addresses)
                                .orElse(List.of());
        return new PodBuilder(pod)
                .editOrNewStatus()
                .withPodIP(addresses.isEmpty() ? null : addresses.getFirst())
                .withPodIPs(addresses.stream().map(PodIP::new).toList())
                .endStatus()
                .build();
    }

    /// One reading of a log, on the thread that copies.
    public static final class LogReading implements AutoCloseable {
        private final ContainerLogs logs;
        private final BooleanSupplier ended;

        private LogReading(ContainerLogs logs, BooleanSupplier ended) {
            this.logs = logs;
            this.ended = ended;
        }

        /// Copies until the end, or, when following, until the container ended. Blocks.
        public void copy(OutputStream out, OutputStream err) throws IOException {
            logs.copy(ended, out, err);
        }

        @Override
        public void close() {
            logs.close();
        }
    }

    private ContainerView running(String namespace, String name, String container) {
        Pod pod = pod(namespace, name);
        Container spec = container(pod, container);
        return runtime.look(pod.getMetadata().getUid())
                .latest(spec.getName())
                .filter(c -> c.state() instanceof ContainerState.Running)
                .orElseThrow(() ->
                        new ApiException(
                                StatusReason.NOT_FOUND,
                                "container not found (\"" + spec.getName() + "\")"));
    }

    private Pod pod(String namespace, String name) {
        return pods.apply(namespace, name)
                .orElseThrow(() ->
                        new ApiException(
                                StatusReason.NOT_FOUND, "pods \"" + name + "\" not found"));
    }

    private static Container container(Pod pod, String name) {
        return PodFacts.allContainers(pod).stream()
                .filter(c -> name.isEmpty() || c.getName().equals(name))
                .filter(c -> !name.isEmpty() || pod.getSpec().getContainers().contains(c))
                .findFirst()
                .orElseThrow(() ->
                        refusal(
                                "container %s is not valid for pod %s"
                                        .formatted(name, pod.getMetadata().getName())));
    }

    private static String waiting(Pod pod, String container) {
        return pod.getStatus() == null
                ? "ContainerCreating"
                : PodFacts.orEmpty(pod.getStatus().getContainerStatuses()).stream()
                        .filter(s -> s.getName().equals(container))
                        .map(s -> s.getState())
                        .filter(s -> s != null && s.getWaiting() != null)
                        .map(s -> s.getWaiting().getReason())
                        .findFirst()
                        .orElse("ContainerCreating");
    }

    private static ApiException refusal(String message) {
        return new ApiException(StatusReason.BAD_REQUEST, message);
    }
}

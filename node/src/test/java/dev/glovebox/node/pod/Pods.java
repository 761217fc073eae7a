package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Instant;
import java.util.stream.Stream;

/// Pods and what a runtime says of them, for tests.
final class Pods {
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private Pods() {}

    static Pod pod(String restartPolicy, String... containers) {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withNamespace("default")
                .withUid("u")
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy(restartPolicy)
                .withContainers(Stream.of(containers).map(Pods::container).toList())
                .endSpec()
                .withNewStatus()
                .withPhase("Pending")
                .endStatus()
                .build();
    }

    private static Container container(String name) {
        return new ContainerBuilder().withName(name).withImage("busybox:1").build();
    }

    static Pod withInit(Pod pod, String... names) {
        pod.getSpec().setInitContainers(Stream.of(names).map(Pods::container).toList());
        return pod;
    }

    static Pod withSidecars(Pod pod, String... names) {
        withInit(pod, names)
                .getSpec()
                .getInitContainers()
                .forEach(c -> c.setRestartPolicy("Always"));
        return pod;
    }

    static Container container(Pod pod, String name) {
        return Stream.concat(
                        pod.getSpec().getInitContainers().stream(),
                        pod.getSpec().getContainers().stream())
                .filter(c -> c.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Pod deleted(Pod pod, Instant deadline) {
        pod.getMetadata().setDeletionTimestamp(deadline.toString());
        return pod;
    }

    static Pod started(Pod pod, Instant at) {
        pod.getStatus().setStartTime(at.toString());
        return pod;
    }

    static SandboxView sandbox(boolean ready) {
        return new SandboxView("s0", 0, ready, NOW, "10.203.0.2");
    }

    static ContainerView running(String name, int attempt) {
        return view(name, attempt, new ContainerState.Running(NOW));
    }

    static ContainerView exited(String name, int attempt, int code) {
        return view(
                name,
                attempt,
                new ContainerState.Exited(NOW, NOW, code, code == 0 ? "Completed" : "Error", ""));
    }

    private static ContainerView view(String name, int attempt, ContainerState state) {
        return new ContainerView(name + attempt, "s0", name, attempt, "ref", state);
    }
}

package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.node.log.LogQuery;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.SandboxView;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodIP;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeStreamsTest {
    private static final String HOST = "192.0.2.1";

    private final FakeRuntime runtime = new FakeRuntime();

    private List<String> addresses(Pod pod) {
        NodeSettings settings = new NodeSettings("n", HOST, Path.of("data"), Path.of("run"));
        NodeStreams streams =
                new NodeStreams(
                        settings,
                        runtime,
                        new LateLogs(),
                        (a, b) -> Optional.empty(),
                        () -> List.of(pod));
        return streams.pods(any -> true).getFirst().getStatus().getPodIPs().stream()
                .map(PodIP::getIp)
                .toList();
    }

    /// A pod whose status anybody may have written.
    private static Pod pod(boolean hostNetwork) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("a")
                .withName("p")
                .withUid("u")
                .endMetadata()
                .withNewSpec()
                .withHostNetwork(hostNetwork)
                .endSpec()
                .withNewStatus()
                .withPodIP("127.0.0.1")
                .addNewPodIP("127.0.0.1")
                .endStatus()
                .build();
    }

    private void seen(boolean ready) {
        runtime.views.put(
                new ContainerRuntime.RuntimePod("u", "a", "p", true, ""),
                new PodView(
                        List.of(new SandboxView("s", 0, ready, Instant.EPOCH, "10.1.1.1")),
                        List.of()));
    }

    @Test
    void a_pod_has_the_address_that_the_runtime_gave_it_whatever_its_status_says() {
        seen(true);
        assertThat(addresses(pod(false))).containsExactly("10.1.1.1");
    }

    @Test
    void a_pod_whose_sandbox_has_gone_has_none() {
        assertThat(addresses(pod(false))).isEmpty();
        seen(false);
        assertThat(addresses(pod(false))).isEmpty();
    }

    @Test
    void a_pod_in_the_machines_network_has_the_machines() {
        seen(true);
        assertThat(addresses(pod(true))).containsExactly(HOST);
    }

    @Test
    void logs_that_went_with_their_container_are_named_in_kubernetes_words() {
        Pod pod = pod(false);
        pod.getSpec().getContainers().add(new ContainerBuilder().withName("c").build());
        NodeSettings settings = new NodeSettings("n", HOST, Path.of("data"), Path.of("run"));
        NodeStreams streams =
                new NodeStreams(
                        settings, runtime, new LateLogs(), (a, b) -> Optional.of(pod), List::of);
        assertThatThrownBy(() -> streams.logs("a", "p", "c", false, LogQuery.ALL))
                .hasMessageContaining("container \"c\" in pod \"p\" is waiting to start");
        pod.getStatus().setPhase("Failed");
        pod.getStatus()
                .getContainerStatuses()
                .add(
                        new ContainerStatusBuilder()
                                .withName("c")
                                .withContainerID("containerd://1")
                                .build());
        assertThatThrownBy(() -> streams.logs("a", "p", "c", false, LogQuery.ALL))
                .hasMessageContaining("unable to retrieve container logs for containerd://1");
    }
}

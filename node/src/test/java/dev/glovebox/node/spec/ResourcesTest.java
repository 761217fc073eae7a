package dev.glovebox.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cri.LinuxContainerResources;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ResourcesTest {
    private static final long NODE_MEMORY = 1000L << 20;

    @Test
    void a_container_that_says_nothing_is_limited_to_what_its_pod_may_have() {
        Container open = container("open", Map.of(), Map.of());
        Container own = container("own", Map.of("memory", "10Mi"), Map.of("memory", "20Mi"));
        Pod pod =
                pod(Map.of("memory", "110Mi"), Map.of("cpu", "500m", "memory", "120Mi"), open, own);

        LinuxContainerResources ofOpen = Resources.of(pod, open, NODE_MEMORY);
        LinuxContainerResources ofOwn = Resources.of(pod, own, NODE_MEMORY);

        assertThat(ofOpen.getMemoryLimitInBytes()).isEqualTo(120L << 20);
        assertThat(ofOpen.getCpuQuota()).isEqualTo(50_000);
        assertThat(ofOpen.getCpuShares()).isEqualTo(512);
        assertThat(ofOwn.getMemoryLimitInBytes()).isEqualTo(20L << 20);
    }

    /// 100 MiB of the pod's request are beside its containers': 50 for each.
    @Test
    void what_a_pod_requests_beside_its_containers_protects_each_of_them() {
        Container open = container("open", Map.of(), Map.of());
        Container own = container("own", Map.of("memory", "10Mi"), Map.of());
        Pod pod = pod(Map.of("memory", "110Mi"), Map.of(), open, own);

        assertThat(Resources.of(pod, open, NODE_MEMORY).getOomScoreAdj()).isEqualTo(950);
        assertThat(Resources.of(pod, own, NODE_MEMORY).getOomScoreAdj()).isEqualTo(940);
    }

    @Test
    void a_sidecar_does_not_go_before_the_containers_beside_which_it_runs() {
        Container sidecar = container("sidecar", Map.of("memory", "10Mi"), Map.of());
        sidecar.setRestartPolicy("Always");
        Container init = container("init", Map.of("memory", "10Mi"), Map.of());
        Container small = container("small", Map.of("memory", "100Mi"), Map.of());
        Container large = container("large", Map.of("memory", "300Mi"), Map.of());
        Pod pod = pod(Map.of(), Map.of(), small, large);
        pod.getSpec().setResources(null);
        pod.getSpec().setInitContainers(List.of(sidecar, init));

        assertThat(Resources.of(pod, sidecar, NODE_MEMORY).getOomScoreAdj()).isEqualTo(900);
        assertThat(Resources.of(pod, init, NODE_MEMORY).getOomScoreAdj()).isEqualTo(990);
    }

    @Test
    void what_the_node_itself_needs_goes_last() {
        Container open = container("open", Map.of(), Map.of());
        Pod pod = pod(Map.of(), Map.of(), open);
        pod.getSpec().setPriorityClassName("system-node-critical");
        assertThat(Resources.of(pod, open, NODE_MEMORY).getOomScoreAdj()).isEqualTo(1000);

        pod.getSpec().setPriority(2_000_001_000);
        assertThat(Resources.of(pod, open, NODE_MEMORY).getOomScoreAdj()).isEqualTo(-997);
    }

    @Test
    void a_pod_that_says_nothing_of_itself_leaves_its_containers_as_they_are() {
        Container open = container("open", Map.of("memory", "100Mi"), Map.of());
        Pod pod = new PodBuilder().withNewSpec().withContainers(open).endSpec().build();

        LinuxContainerResources resources = Resources.of(pod, open, NODE_MEMORY);

        assertThat(resources.getMemoryLimitInBytes()).isZero();
        assertThat(resources.getCpuQuota()).isZero();
        assertThat(resources.getOomScoreAdj()).isEqualTo(900);
    }

    private static Pod pod(
            Map<String, String> requests, Map<String, String> limits, Container... containers) {
        return new PodBuilder()
                .withNewSpec()
                .withResources(container("", requests, limits).getResources())
                .withContainers(containers)
                .endSpec()
                .build();
    }

    private static Container container(
            String name, Map<String, String> requests, Map<String, String> limits) {
        ContainerBuilder container = new ContainerBuilder().withName(name);
        var resources = container.withNewResources();
        requests.forEach((key, value) -> resources.addToRequests(key, new Quantity(value)));
        limits.forEach((key, value) -> resources.addToLimits(key, new Quantity(value)));
        return resources.endResources().build();
    }
}

package dev.glovebox.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PodResourcesTest {
    @Test
    void limits_of_all_containers_add_up_with_the_overhead() {
        Pod pod =
                new PodBuilder()
                        .withNewSpec()
                        .withContainers(
                                container(Map.of(), Map.of("cpu", "500m", "memory", "64Mi")),
                                container(Map.of(), Map.of("cpu", "1", "memory", "32Mi")))
                        .withOverhead(quantities(Map.of("cpu", "100m", "memory", "40Mi")))
                        .endSpec()
                        .build();

        PodResources resources = PodResources.of(pod);

        assertThat(resources.qos()).isEqualTo(QosClass.GUARANTEED);
        assertThat(resources.cpuLimit()).isEqualTo(OptionalLong.of(1_600));
        assertThat(resources.memoryLimit()).isEqualTo(OptionalLong.of(136L << 20));
        assertThat(resources.cpuRequest()).isEqualTo(1_600);
    }

    @Test
    void one_container_without_a_limit_leaves_the_pod_without_one() {
        PodResources resources =
                PodResources.of(
                        pod(
                                List.of(
                                        container(Map.of(), Map.of("memory", "64Mi")),
                                        container(Map.of("cpu", "10m"), Map.of()))));

        assertThat(resources.qos()).isEqualTo(QosClass.BURSTABLE);
        assertThat(resources.memoryLimit()).isEmpty();
        assertThat(resources.cpuLimit()).isEmpty();
        assertThat(resources.cpuRequest()).isEqualTo(10);
    }

    @Test
    void more_than_any_machine_has_is_a_limit_that_the_kernel_takes() {
        Map<String, String> endless = Map.of("cpu", "9E", "memory", "100E");
        PodResources resources =
                PodResources.of(
                        pod(List.of(container(Map.of(), endless), container(Map.of(), endless))));

        assertThat(resources.cpuRequest()).isPositive();
        assertThat(resources.memoryLimit()).hasValue(1L << 60);
        PodLimits limits = new PodLimits(resources, OptionalLong.empty());
        assertThat(limits.cpuShares()).isEqualTo(262_144);
        assertThat(limits.cpuQuota()).hasValue(100_000_000_000L);
    }

    @Test
    void a_pod_that_asks_for_nothing_is_best_effort() {
        PodResources resources = PodResources.of(pod(List.of(container(Map.of(), Map.of()))));

        assertThat(resources.qos()).isEqualTo(QosClass.BEST_EFFORT);
        assertThat(resources.cpuRequest()).isZero();
    }

    @Test
    void an_init_container_counts_where_it_asks_for_more_than_the_others_together() {
        Pod pod =
                new PodBuilder()
                        .withNewSpec()
                        .withInitContainers(container(Map.of(), Map.of("memory", "256Mi")))
                        .withContainers(container(Map.of(), Map.of("memory", "64Mi")))
                        .endSpec()
                        .build();

        assertThat(PodResources.of(pod).memoryLimit()).isEqualTo(OptionalLong.of(256L << 20));
    }

    @Test
    void sidecars_count_beside_the_others_and_beside_init_containers_after_them() {
        Container sidecar = container(Map.of(), Map.of("memory", "10Mi"));
        sidecar.setRestartPolicy("Always");
        Pod pod =
                new PodBuilder()
                        .withNewSpec()
                        .withInitContainers(
                                sidecar, container(Map.of(), Map.of("memory", "100Mi")), sidecar)
                        .withContainers(container(Map.of(), Map.of("memory", "64Mi")))
                        .endSpec()
                        .build();

        assertThat(PodResources.of(pod).memoryLimit()).isEqualTo(OptionalLong.of(110L << 20));
        pod.getSpec().getInitContainers().remove(1);
        assertThat(PodResources.of(pod).memoryLimit()).isEqualTo(OptionalLong.of(84L << 20));
    }

    @Test
    void a_request_below_the_limit_makes_a_pod_burstable() {
        PodResources resources =
                PodResources.of(
                        pod(
                                List.of(
                                        container(
                                                Map.of("cpu", "100m", "memory", "64Mi"),
                                                Map.of("cpu", "1", "memory", "64Mi")))));

        assertThat(resources.qos()).isEqualTo(QosClass.BURSTABLE);
    }

    @Test
    void what_a_pod_says_of_itself_takes_the_place_of_its_containers_sum() {
        PodResources resources =
                PodResources.of(
                        whole(
                                Map.of("cpu", "100m", "memory", "80Mi"),
                                Map.of("memory", "80Mi"),
                                container(Map.of("cpu", "10m"), Map.of("cpu", "20m")),
                                container(Map.of(), Map.of("cpu", "1", "memory", "64Mi"))));

        assertThat(resources.qos()).isEqualTo(QosClass.BURSTABLE);
        assertThat(resources.cpuRequest()).isEqualTo(150);
        assertThat(resources.memoryLimit()).isEqualTo(OptionalLong.of(120L << 20));
        assertThat(resources.cpuLimit()).as("each has one").isEqualTo(OptionalLong.of(1_070));
    }

    @Test
    void a_pod_is_guaranteed_by_what_it_says_of_itself_and_best_effort_where_that_is_nothing() {
        Map<String, String> all = Map.of("cpu", "100m", "memory", "80Mi");
        Container small = container(Map.of("cpu", "10m"), Map.of());

        assertThat(PodResources.of(whole(all, all, small)).qos()).isEqualTo(QosClass.GUARANTEED);
        assertThat(PodResources.of(whole(Map.of(), Map.of(), small)).qos())
                .isEqualTo(QosClass.BEST_EFFORT);
    }

    /// With an overhead of 50m and 40Mi.
    private static Pod whole(
            Map<String, String> requests, Map<String, String> limits, Container... containers) {
        return new PodBuilder()
                .withNewSpec()
                .withResources(container(requests, limits).getResources())
                .withContainers(containers)
                .withOverhead(quantities(Map.of("cpu", "50m", "memory", "40Mi")))
                .endSpec()
                .build();
    }

    private static Pod pod(List<Container> containers) {
        return new PodBuilder().withNewSpec().withContainers(containers).endSpec().build();
    }

    private static Container container(Map<String, String> requests, Map<String, String> limits) {
        return new ContainerBuilder()
                .withNewResources()
                .withRequests(quantities(requests))
                .withLimits(quantities(limits))
                .endResources()
                .build();
    }

    private static Map<String, Quantity> quantities(Map<String, String> texts) {
        return texts.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, entry -> new Quantity(entry.getValue())));
    }
}

package dev.glovebox.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AmountsTest {
    @Test
    void what_is_finer_is_rounded_up() {
        assertThat(Amounts.whole(new Quantity("1500m"))).isEqualTo(2);
        assertThat(Amounts.milli(new Quantity("1u"))).isEqualTo(1);
        assertThat(Amounts.milli(new Quantity("1500m"))).isEqualTo(1500);
        assertThat(Amounts.whole(null)).isZero();
    }

    @Test
    void what_is_more_than_any_machine_has_is_the_most_alone_and_in_sums() {
        assertThat(Amounts.milli(new Quantity("9E"))).isEqualTo(Amounts.MOST);
        assertThat(Amounts.whole(new Quantity("16Ei"))).isEqualTo(Amounts.MOST);
        assertThat(Amounts.whole(new Quantity("100E"))).isEqualTo(Amounts.MOST);
        assertThat(Amounts.sum(Amounts.MOST, Amounts.MOST)).isEqualTo(Amounts.MOST);
        assertThat(Amounts.whole(new Quantity("-1e30"))).isEqualTo(-Amounts.MOST);
        assertThat(Amounts.sum(-Amounts.MOST, -Amounts.MOST)).isEqualTo(-Amounts.MOST);
        Pod pod = pod();
        for (int i = 0; i < 20; i++) {
            pod.getSpec().getContainers().add(container("100E"));
        }
        assertThat(peak(pod)).isEqualTo(Amounts.MOST);
    }

    @Test
    void sidecars_count_beside_the_containers_and_beside_later_init_containers() {
        assertThat(peak(pod("1", "2"))).isEqualTo(3);
        Pod pod = pod("1", "2");
        pod.getSpec().getInitContainers().add(container("9"));
        assertThat(peak(pod)).isEqualTo(9);
        Container sidecar = container("4");
        sidecar.setRestartPolicy("Always");
        pod.getSpec().getInitContainers().add(sidecar);
        assertThat(peak(pod)).isEqualTo(9);
        pod.getSpec().getInitContainers().add(container("6"));
        assertThat(peak(pod)).isEqualTo(10);
        pod.getSpec().getContainers().add(container("5"));
        assertThat(peak(pod)).isEqualTo(12);
    }

    private static long peak(Pod pod) {
        return Amounts.peak(pod, c -> Amounts.whole(c.getResources().getRequests().get("memory")));
    }

    private static Pod pod(String... amounts) {
        Pod pod = new PodBuilder().withNewSpec().endSpec().build();
        for (String amount : amounts) {
            pod.getSpec().getContainers().add(container(amount));
        }
        return pod;
    }

    private static Container container(String amount) {
        return new ContainerBuilder()
                .withNewResources()
                .withRequests(Map.of("memory", new Quantity(amount)))
                .endResources()
                .build();
    }
}

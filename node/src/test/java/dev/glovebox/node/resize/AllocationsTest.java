package dev.glovebox.node.resize;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.amounts.PodRequests;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AllocationsTest {
    private static final long MI = 1 << 20;

    private final List<Pod> pods = new ArrayList<>();
    private final Allocations allocations =
            new Allocations(() -> pods, new ResizeFit.Room(2000, 1024 * MI, 900 * MI));

    @Test
    void a_new_pod_has_what_it_asks_for() {
        assertThat(follow(Sized.pod("a", "1", "100Mi")).pending()).isEmpty();
        assertThat(cpu("a")).isEqualTo(1000);
    }

    @Test
    void what_fits_is_given_at_once() {
        follow(Sized.pod("a", "1", "100Mi"));
        assertThat(follow(Sized.pod("a", "1500m", "200Mi")).pending()).isEmpty();
        assertThat(cpu("a")).isEqualTo(1500);
    }

    @Test
    void what_the_node_does_not_have_is_infeasible() {
        follow(Sized.pod("a", "1", "100Mi"));
        assertThat(follow(Sized.pod("a", "2500m", "100Mi")).pending())
                .contains(
                        new Standing.Pending(
                                "Infeasible",
                                "Node didn't have enough capacity: cpu, requested: 2500, capacity: 2000",
                                2L));
        assertThat(follow(Sized.pod("a", "2500m", "2Gi")).pending().orElseThrow().message())
                .isEqualTo(
                        "Node didn't have enough capacity: memory, requested: 2147483648, capacity: 1073741824");
        assertThat(cpu("a")).isEqualTo(1000);
    }

    @Test
    void what_others_have_is_deferred_until_they_go_or_shrink() {
        follow(Sized.pod("b", "1", "100Mi"));
        follow(Sized.pod("a", "500m", "100Mi"));
        assertThat(follow(Sized.pod("a", "1500m", "100Mi")).pending())
                .contains(
                        new Standing.Pending(
                                "Deferred",
                                "Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000",
                                2L));
        assertThat(allocations.reconsider()).isEmpty();
        assertThat(cpu("a")).isEqualTo(500);

        follow(Sized.pod("b", "500m", "100Mi"));
        assertThat(allocations.reconsider()).extracting(AllocationsTest::uid).containsExactly("a");
        assertThat(cpu("a")).isEqualTo(1500);
    }

    @Test
    void memory_that_must_stay_free_is_not_given() {
        follow(Sized.pod("a", "1", "100Mi"));
        assertThat(follow(Sized.pod("a", "1", "950Mi")).pending().orElseThrow().reason())
                .isEqualTo("Deferred");
    }

    @Test
    void a_pod_that_ended_is_in_nobodys_way() {
        Pod ended = Sized.pod("b", "1", "100Mi");
        ended.getStatus().setPhase("Succeeded");
        pods.add(ended);
        follow(Sized.pod("a", "1", "100Mi"));
        assertThat(follow(Sized.pod("a", "2", "100Mi")).pending()).isEmpty();
    }

    @Test
    void the_more_important_is_given_first_and_what_does_not_grow_before_all() {
        follow(Sized.pod("b", "1", "100Mi"));
        follow(Sized.pod("low", "100m", "100Mi"));
        follow(Sized.pod("high", "100m", "100Mi"));
        follow(Sized.pod("low", "1500m", "100Mi"));
        Pod high = Sized.pod("high", "1500m", "100Mi");
        high.getSpec().setPriority(10);
        follow(high);

        pods.removeIf(pod -> pod.getMetadata().getUid().equals("b"));
        allocations.forget("b");
        assertThat(allocations.reconsider()).extracting(AllocationsTest::uid).contains("high");
        assertThat(cpu("high")).isEqualTo(1500);
        assertThat(cpu("low")).isEqualTo(100);
    }

    @Test
    void a_wish_that_is_taken_back_is_not_pending() {
        follow(Sized.pod("a", "1", "100Mi"));
        follow(Sized.pod("a", "3", "100Mi"));
        assertThat(follow(Sized.pod("a", "1000m", "100Mi")))
                .isEqualTo(
                        new Standing(
                                Allocation.of(Sized.pod("a", "1", "100Mi")), Optional.empty()));
    }

    @Test
    void an_agent_that_comes_later_begins_with_what_the_status_tells() {
        pods.add(Sized.having(Sized.pod("b", "1500m", "100Mi"), "1", "100Mi"));
        Pod wanted = Sized.having(Sized.pod("a", "1500m", "100Mi"), "500m", "100Mi");
        assertThat(follow(wanted).pending().orElseThrow().message())
                .contains("requested: 1500, used: 1000,");
        assertThat(cpu("a")).isEqualTo(500);
    }

    @Test
    void what_was_asked_for_and_refused_is_not_given() {
        follow(Sized.pod("a", "1", "100Mi"));
        Pod wanted = Sized.pod("a", "3", "100Mi");
        follow(wanted);
        assertThat(PodRequests.of(allocations.given(wanted), "cpu")).isEqualTo(1000);
        Pod unknown = Sized.having(Sized.pod("b", "1500m", "100Mi"), "1", "100Mi");
        assertThat(PodRequests.of(allocations.given(unknown), "cpu")).isEqualTo(1000);
    }

    @Test
    void overhead_and_sidecars_count() {
        Pod pod =
                new PodBuilder(Sized.pod("a", "1", "100Mi"))
                        .editSpec()
                        .addNewInitContainer()
                        .withName("s")
                        .withRestartPolicy("Always")
                        .withResources(Sized.resources("200m", "1Mi"))
                        .endInitContainer()
                        .addToOverhead("cpu", new Quantity("50m"))
                        .endSpec()
                        .build();
        assertThat(PodRequests.of(pod, "cpu")).isEqualTo(1250);
    }

    private static String uid(Pod pod) {
        return pod.getMetadata().getUid();
    }

    private Standing follow(Pod pod) {
        pods.removeIf(p -> p.getMetadata().getUid().equals(pod.getMetadata().getUid()));
        pods.add(pod);
        return allocations.follow(pod);
    }

    private long cpu(String uid) {
        Pod pod =
                pods.stream()
                        .filter(p -> p.getMetadata().getUid().equals(uid))
                        .findFirst()
                        .orElseThrow();
        return allocations.follow(pod).allocated().amounts("c").cpuRequest();
    }
}

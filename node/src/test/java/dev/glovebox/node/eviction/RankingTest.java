package dev.glovebox.node.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.eviction.Signal.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RankingTest {
    private static final long MIB = 1 << 20;

    @Test
    void usage_over_requests_comes_before_priority_and_priority_before_usage() {
        List<Candidate> order =
                List.of(
                        candidate("unmeasured", 100, 0, Candidate.UNKNOWN),
                        candidate("over-unimportant-much", 0, 10, 500),
                        candidate("over-unimportant-little", 0, 100, 110),
                        candidate("over-important", 9, 10, 5000),
                        candidate("within-unimportant", -5, 100, 90),
                        candidate("within-important-near", 9, 100, 90),
                        candidate("within-important-far", 9, 100, 10));
        for (int seed = 0; seed < 20; seed++) {
            List<Candidate> mixed = new ArrayList<>(order);
            Collections.shuffle(mixed, new Random(seed));
            assertThat(Ranking.of(Signal.MEMORY_AVAILABLE, mixed)).isEqualTo(order);
            assertThat(Ranking.of(Signal.NODEFS_AVAILABLE, mixed)).isEqualTo(order);
        }
    }

    @Test
    void of_processes_there_is_priority_and_then_their_number() {
        Candidate few = candidate("few", 0, 0, 3);
        Candidate many = candidate("many", 0, 0, 300);
        Candidate important = candidate("important", 1, 0, 3000);
        assertThat(Ranking.of(Signal.PID_AVAILABLE, List.of(important, few, many)))
                .containsExactly(many, few, important);
    }

    @Test
    void what_the_node_needs_never_leaves() {
        Candidate critical = candidate("critical", 2_000_000_000, 0, 1000);
        assertThat(Ranking.of(Signal.MEMORY_AVAILABLE, List.of(critical))).isEmpty();
    }

    @Test
    void the_message_names_containers_that_use_more_than_they_asked_for() {
        Candidate over =
                new Candidate(
                        pod("p", 0, 10), 30 * MIB, 10 * MIB, Map.of("c", 20 * MIB, "other", 1L));
        assertThat(Ranking.message(shortOfMemory(), Signal.MEMORY_AVAILABLE, over))
                .isEqualTo(
                        "The node was low on resource: memory. Threshold quantity: 100Mi,"
                                + " available: 50Mi. Container c was using 20Mi, request is 10Mi,"
                                + " has larger consumption of memory. ");
    }

    @Test
    void a_pod_that_asks_for_memory_as_a_whole_is_ranked_and_told_by_that() {
        Pod pod = pod("p", 0, 10);
        pod.getSpec()
                .setResources(
                        new ResourceRequirementsBuilder()
                                .addToRequests("memory", new Quantity("25Mi"))
                                .build());
        Candidate over = Candidate.of(pod, Signal.MEMORY_AVAILABLE, 30 * MIB, Map.of("c", 9 * MIB));

        assertThat(over.request()).isEqualTo(25 * MIB);
        assertThat(Ranking.message(shortOfMemory(), Signal.MEMORY_AVAILABLE, over))
                .endsWith(
                        "available: 50Mi. Pod p was using 30Mi, request is 25Mi,"
                                + " has larger consumption of memory. ");
    }

    private static Pressure shortOfMemory() {
        return Pressure.none(Thresholds.DEFAULT, Duration.ofMinutes(5))
                .next(
                        Map.of(Signal.MEMORY_AVAILABLE, new Observation(50 * MIB, 1000 * MIB)),
                        Instant.EPOCH);
    }

    @Test
    void a_node_short_of_disk_takes_nobody_but_what_it_needs() {
        assertThat(Admission.refusal(pod("p", 0, 10), Set.of(Condition.DISK)))
                .hasValue("The node had condition: [DiskPressure]. ");
        assertThat(Admission.refusal(pod("p", 2_000_000_000, 0), Set.of(Condition.DISK))).isEmpty();
        assertThat(Admission.refusal(pod("p", 0, 10), Set.of(Condition.MEMORY, Condition.PID)))
                .hasValue("The node had condition: [MemoryPressure PIDPressure]. ");
        assertThat(Admission.refusal(pod("p", 0, 0), Set.of())).isEmpty();
    }

    @Test
    void a_node_short_of_memory_takes_who_asks_for_some_and_who_tolerates_it() {
        Set<Condition> memory = Set.of(Condition.MEMORY);
        Pod asks = pod("p", 0, 10);
        Pod bestEffort = pod("p", 0, 0);
        assertThat(Admission.refusal(asks, memory)).isEmpty();
        assertThat(Admission.refusal(bestEffort, memory))
                .hasValue("The node had condition: [MemoryPressure]. ");
        bestEffort
                .getSpec()
                .setTolerations(
                        List.of(
                                new TolerationBuilder()
                                        .withKey("node.kubernetes.io/memory-pressure")
                                        .withOperator("Exists")
                                        .withEffect("NoSchedule")
                                        .build()));
        assertThat(Admission.refusal(bestEffort, memory)).isEmpty();
        bestEffort.getSpec().getTolerations().getFirst().setEffect("NoExecute");
        assertThat(Admission.refusal(bestEffort, memory)).isPresent();
    }

    private static Candidate candidate(String name, int priority, long request, long usage) {
        return new Candidate(pod(name, priority, request), usage, request, Map.of());
    }

    private static Pod pod(String name, int priority, long mebibytes) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .withPriority(priority)
                .addNewContainer()
                .withName("c")
                .withNewResources()
                .withRequests(
                        mebibytes == 0
                                ? Map.of()
                                : Map.of("memory", new Quantity(mebibytes + "Mi")))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }
}

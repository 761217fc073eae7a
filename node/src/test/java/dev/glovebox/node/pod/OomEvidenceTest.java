package dev.glovebox.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OomEvidenceTest {
    private static final ContainerView ONE = container("one");
    private static final ContainerView TWO = container("two");
    private static final PodView POD = new PodView(List.of(), List.of(ONE, TWO));

    private static ContainerView container(String id) {
        return new ContainerView(id, "sandbox", id, 0, "", new ContainerState.Created());
    }

    private static OomEvidence evidence(Map<String, Long> before, Map<String, Long> now) {
        return new OomEvidence(before, now, POD);
    }

    @Test
    void a_kill_in_a_containers_cgroup_is_that_containers() {
        OomEvidence evidence = evidence(Map.of(), Map.of("one", 1L));
        assertThat(evidence.concerns(ONE)).isTrue();
        assertThat(evidence.concerns(TWO)).isFalse();
    }

    @Test
    void a_kill_in_the_sandboxs_or_the_pods_is_everybodys() {
        for (String cgroup : List.of("sandbox", "", "kata_sandbox")) {
            OomEvidence evidence = evidence(Map.of("one", 1L), Map.of("one", 1L, cgroup, 1L));
            assertThat(evidence.concerns(ONE)).as(cgroup).isTrue();
            assertThat(evidence.concerns(TWO)).as(cgroup).isTrue();
        }
    }

    /// On cgroup v1 a container's count goes with its cgroup, and the next one begins anew.
    @Test
    void each_cgroup_is_counted_for_itself() {
        assertThat(evidence(Map.of("gone", 1L), Map.of("one", 1L)).concerns(ONE)).isTrue();
        assertThat(evidence(Map.of("", 1L, "one", 1L), Map.of("", 1L, "one", 1L)).concerns(ONE))
                .isFalse();
    }
}

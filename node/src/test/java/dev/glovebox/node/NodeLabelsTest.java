package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NodeLabelsTest {
    private static final String GVISOR = "runtime.glovebox.dev/gvisor";
    private static final String CRUN = "runtime.glovebox.dev/crun";

    @Test
    void a_new_node_describes_itself() {
        assertThat(labels(Optional.empty()).all())
                .containsOnly(
                        Map.entry("kubernetes.io/hostname", "one"),
                        Map.entry("kubernetes.io/os", "linux"),
                        Map.entry("kubernetes.io/arch", "amd64"));
    }

    @Test
    void labels_of_others_stay_and_runtimes_are_those_that_were_seen_to_work() {
        assertThat(
                        labels(Optional.of(Set.of("gvisor")))
                                .beside(Map.of("disk", "fast", CRUN, "ready")))
                .containsEntry("disk", "fast")
                .containsEntry(GVISOR, "ready")
                .doesNotContainKey(CRUN);
    }

    @Test
    void nothing_of_runtimes_changes_before_somebody_has_looked() {
        assertThat(labels(Optional.empty()).beside(Map.of(GVISOR, "ready")))
                .containsEntry(GVISOR, "ready");
        assertThat(labels(Optional.of(Set.of())).beside(Map.of(GVISOR, "ready")))
                .doesNotContainKey(GVISOR);
    }

    private static NodeLabels labels(Optional<Set<String>> runtimes) {
        return new NodeLabels("one", "amd64", runtimes);
    }
}

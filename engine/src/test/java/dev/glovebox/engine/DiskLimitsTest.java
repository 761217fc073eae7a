package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.runtimes.limits.AtLimit;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DiskLimitsTest {
    private static final String MESSAGE =
            "Container main exceeded its local ephemeral storage limit \"16Mi\". ";

    @Test
    void an_eviction_ends_the_whole_pod_and_is_told_in_its_words() {
        AtLimit seen =
                judge(
                        AtLimit.Scope.CONTAINER,
                        new PodStatusBuilder()
                                .withPhase("Failed")
                                .withReason("Evicted")
                                .withMessage(MESSAGE)
                                .build());
        assertThat(seen.effect()).isEqualTo(AtLimit.Effect.POD_KILLED);
        assertThat(seen.seen())
                .isEqualTo(
                        "of 16Mi it wrote 64 MiB to its root file system, and the node evicted it"
                                + " 12 s after it was made: Container main exceeded its local ephemeral"
                                + " storage limit \"16Mi\"");
    }

    @Test
    void one_that_goes_on_went_over_its_limit() {
        AtLimit seen =
                judge(AtLimit.Scope.POD, new PodStatusBuilder().withPhase("Running").build());
        assertThat(seen.effect()).isEqualTo(AtLimit.Effect.NOTHING);
        assertThat(seen.seen())
                .isEqualTo(
                        "of 16Mi it wrote 64 MiB to its volume, and 12 s after it was made it still"
                                + " ran");
    }

    @Test
    void of_one_that_did_not_run_or_ended_otherwise_nothing_is_said() {
        for (String phase : new String[] {"Pending", "Failed", "Succeeded"}) {
            AtLimit seen =
                    judge(AtLimit.Scope.POD, new PodStatusBuilder().withPhase(phase).build());
            assertThat(seen.effect()).isEqualTo(AtLimit.Effect.NOT_SEEN);
            assertThat(seen.seen()).isEqualTo("the pod was %s after 12 s", phase);
        }
        assertThat(
                        DiskLimits.judge("runc", AtLimit.Scope.POD, Optional.empty(), Duration.ZERO)
                                .seen())
                .isEqualTo("the pod was gone after 0 s");
    }

    private static AtLimit judge(AtLimit.Scope scope, PodStatus status) {
        return DiskLimits.judge("runsc", scope, Optional.of(status), Duration.ofSeconds(12));
    }
}

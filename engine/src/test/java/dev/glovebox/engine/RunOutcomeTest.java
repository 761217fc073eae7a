package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.control.RunSpec;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateTerminatedBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RunOutcomeTest {
    private static final RunSpec SPEC = Runs.limited("");

    @Test
    void a_commands_exit_code_is_the_runs_and_says_all() {
        assertThat(RunOutcome.of(SPEC, end(0, "Completed")))
                .isEqualTo(new RunOutcome(0, "Completed", ""));
        assertThat(RunOutcome.of(SPEC, end(42, "Error")))
                .isEqualTo(new RunOutcome(42, "Error", ""));
        assertThat(RunOutcome.of(SPEC, end(137, "Error")).message()).isEmpty();
    }

    @Test
    void an_end_without_a_reason_is_its_exit_code() {
        assertThat(
                        RunOutcome.of(
                                SPEC,
                                new ContainerStateTerminatedBuilder().withExitCode(3).build()))
                .isEqualTo(new RunOutcome(3, "", ""));
    }

    @Test
    void who_is_killed_for_memory_ends_with_137_and_hears_the_limit() {
        assertThat(RunOutcome.of(Runs.limited("64Mi"), end(1, "OOMKilled")))
                .isEqualTo(
                        new RunOutcome(
                                137,
                                "OOMKilled",
                                "killed for memory: it wanted more than its limit of 64Mi"));
        assertThat(RunOutcome.of(SPEC, end(137, "OOMKilled")).message())
                .isEqualTo("killed for memory: it wanted more than its limit");
    }

    @Test
    void what_the_node_says_of_the_whole_pod_is_passed_on() {
        ContainerStateTerminated end = end(137, "OOMKilled");
        end.setMessage("gVisor ends the whole pod");

        assertThat(RunOutcome.of(Runs.limited("64Mi"), end).message())
                .isEqualTo(
                        "killed for memory: it wanted more than its limit of 64Mi (gVisor ends the"
                                + " whole pod)");
    }

    @Test
    void a_command_that_ended_well_has_ended_well_although_a_child_was_killed_for_memory() {
        assertThat(RunOutcome.of(SPEC, end(0, "OOMKilled")))
                .isEqualTo(new RunOutcome(0, "OOMKilled", ""));
    }

    @Test
    void a_command_that_could_not_be_started_ends_with_125_and_why() {
        ContainerStateTerminated end = end(128, "StartError");
        end.setMessage("exec: \"nope\": not found");

        assertThat(RunOutcome.of(SPEC, end))
                .isEqualTo(
                        new RunOutcome(
                                125,
                                "StartError",
                                "the command could not be started: exec: \"nope\": not found"));
    }

    @Test
    void a_runtimes_message_of_several_lines_becomes_one() {
        ContainerStateTerminated end = end(128, "StartError");
        end.setMessage("runc:\n  exec failed\n");

        assertThat(RunOutcome.of(SPEC, end).message())
                .isEqualTo("the command could not be started: runc:; exec failed");
    }

    @Test
    void who_is_out_of_time_ends_with_124_and_hears_the_time() {
        assertThat(RunOutcome.timedOut(Duration.ofSeconds(90)))
                .isEqualTo(
                        new RunOutcome(124, "DeadlineExceeded", "ended after its time of 1m30s"));
    }

    @Test
    void a_pod_that_was_taken_away_counts_as_killed() {
        assertThat(RunOutcome.deleted().exitCode()).isEqualTo(137);
        assertThat(RunOutcome.deleted().message()).isEqualTo("the pod was deleted while it ran");
    }

    private static ContainerStateTerminated end(int code, String reason) {
        return new ContainerStateTerminatedBuilder().withExitCode(code).withReason(reason).build();
    }
}

package dev.glovebox.controllers.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JobPlannerTest {
    @Test
    void as_many_run_as_may_and_no_more_than_are_still_needed() {
        JobPlay play = new JobPlay("\"completions\":3,\"parallelism\":2,");
        play.settle();
        assertThat(play.active()).hasSize(2).allMatch(pod -> new JobPod(pod).isHeld());
        assertThat(play.active().getFirst().getMetadata().getGenerateName()).isEqualTo("j-");
        play.endFirst(0);
        play.settle();
        assertThat(play.active()).hasSize(2);
        assertThat(play.job.getStatus().getSucceeded()).isEqualTo(1);
        play.endFirst(0);
        play.settle();
        assertThat(play.active()).hasSize(1);
        play.endFirst(0);
        play.settle();
        assertThat(play.ending()).isEqualTo("Complete CompletionsReached");
        assertThat(play.message()).isEqualTo("Reached expected number of succeeded pods");
        assertThat(play.job.getStatus().getSucceeded()).isEqualTo(3);
        assertThat(play.job.getStatus().getActive()).isNull();
        assertThat(play.job.getStatus().getCompletionTime()).isNotNull();
        assertThat(play.pods).noneMatch(pod -> new JobPod(pod).isHeld());
        assertThat(play.events).containsExactly("Completed");
    }

    @Test
    void a_pod_counts_only_after_it_was_noted_and_let_go() {
        JobPlay play = new JobPlay("\"completions\":2,\"parallelism\":1,");
        play.settle();
        play.endFirst(0);
        JobPlan noted = play.step();
        assertThat(noted.status().getUncountedTerminatedPods().getSucceeded())
                .containsExactly("p0");
        assertThat(noted.status().getSucceeded()).isNull();
        assertThat(noted.release()).hasSize(1);
        JobPlan counted = play.step();
        assertThat(counted.status().getUncountedTerminatedPods().getSucceeded()).isEmpty();
        assertThat(counted.status().getSucceeded()).isEqualTo(1);
    }

    @Test
    void without_completions_one_success_is_enough_and_the_others_may_finish() {
        JobPlay play = new JobPlay("\"parallelism\":3,");
        play.settle();
        play.endFirst(0);
        play.settle();
        assertThat(play.active()).hasSize(2);
        assertThat(play.ending()).isNull();
        play.endFirst(1);
        play.endFirst(0);
        play.settle();
        assertThat(play.ending()).isEqualTo("Complete CompletionsReached");
        assertThat(play.job.getStatus().getFailed()).isEqualTo(1);
    }

    @Test
    void failures_are_tried_again_later_and_later_and_not_for_ever() {
        JobPlay play = new JobPlay("\"completions\":1,\"parallelism\":1,\"backoffLimit\":1,");
        play.settle();
        play.endFirst(1);
        play.settle();
        assertThat(play.active()).isEmpty();
        assertThat(play.step().nextLook()).contains(play.now.plusSeconds(10));
        play.now = play.now.plusSeconds(10);
        play.settle();
        assertThat(play.active()).hasSize(1);
        play.endFirst(1);
        play.settle();
        assertThat(play.ending()).isEqualTo("Failed BackoffLimitExceeded");
        assertThat(play.message()).isEqualTo("Job has reached the specified backoff limit");
        assertThat(play.job.getStatus().getFailed()).isEqualTo(2);
        assertThat(play.events).containsExactly("BackoffLimitExceeded");
        assertThat(play.job.getStatus().getConditions())
                .extracting(each -> each.getType())
                .containsExactly("FailureTarget", "Failed");
    }

    @Test
    void a_deadline_ends_what_still_runs() {
        JobPlay play =
                new JobPlay("\"completions\":1,\"parallelism\":1,\"activeDeadlineSeconds\":30,");
        play.settle();
        assertThat(play.step().nextLook()).contains(play.now.plusSeconds(30));
        play.now = play.now.plusSeconds(30);
        play.settle();
        assertThat(play.ending()).isEqualTo("Failed DeadlineExceeded");
        assertThat(play.job.getStatus().getFailed()).isEqualTo(1);
        assertThat(play.active()).isEmpty();
    }

    @Test
    void indexes_are_worked_on_once_each() {
        JobPlay play =
                new JobPlay("\"completions\":3,\"parallelism\":3,\"completionMode\":\"Indexed\",");
        play.settle();
        Pod second = play.active().get(1);
        assertThat(second.getMetadata().getGenerateName()).isEqualTo("j-1-");
        assertThat(second.getSpec().getHostname()).isEqualTo("j-1");
        assertThat(second.getMetadata().getLabels()).containsEntry(JobPod.INDEX, "1");
        assertThat(second.getSpec().getContainers().getFirst().getEnv())
                .extracting(each -> each.getName())
                .containsExactly("JOB_COMPLETION_INDEX");
        play.end(second, 0);
        play.settle();
        assertThat(play.job.getStatus().getCompletedIndexes()).isEqualTo("1");
        assertThat(play.active()).hasSize(2);
        play.endFirst(0);
        play.endFirst(0);
        play.settle();
        assertThat(play.job.getStatus().getCompletedIndexes()).isEqualTo("0-2");
        assertThat(play.ending()).isEqualTo("Complete CompletionsReached");
    }

    @Test
    void an_index_that_has_failed_too_often_fails_alone() {
        JobPlay play =
                new JobPlay(
                        "\"completions\":2,\"parallelism\":2,\"completionMode\":\"Indexed\","
                                + "\"backoffLimitPerIndex\":1,\"backoffLimit\":2147483647,");
        play.settle();
        play.endFirst(1);
        play.settle();
        assertThat(play.active()).hasSize(1);
        play.now = play.now.plusSeconds(10);
        play.settle();
        assertThat(play.active()).hasSize(2);
        Pod again =
                play.active().stream()
                        .filter(pod -> new JobPod(pod).index().orElse(-1) == 0)
                        .findFirst()
                        .orElseThrow();
        assertThat(new JobPod(again).failures()).isEqualTo(1);
        play.end(again, 1);
        play.settle();
        assertThat(play.job.getStatus().getFailedIndexes()).isEqualTo("0");
        assertThat(play.ending()).isNull();
        play.endFirst(0);
        play.settle();
        assertThat(play.ending()).isEqualTo("Failed FailedIndexes");
        assertThat(play.job.getStatus().getCompletedIndexes()).isEqualTo("1");
    }

    @Test
    void enough_of_some_indexes_may_be_success() {
        JobPlay play =
                new JobPlay(
                        """
                        "completions":4,"parallelism":4,"completionMode":"Indexed",
                        "successPolicy":{"rules":[{"succeededIndexes":"0,2","succeededCount":1}]},\
                        """);
        play.settle();
        play.end(play.active().get(1), 0);
        play.settle();
        assertThat(play.ending()).isNull();
        play.end(play.active().get(1), 0);
        play.settle();
        assertThat(play.ending()).isEqualTo("Complete SuccessPolicy");
        assertThat(play.message()).isEqualTo("Matched rules at index 0");
        assertThat(play.active()).isEmpty();
        assertThat(play.job.getStatus().getFailed()).isNull();
    }

    @Test
    void a_failure_may_end_the_job_or_not_count_at_all() {
        String policy =
                """
                "completions":1,"parallelism":1,"backoffLimit":0,"podFailurePolicy":{"rules":[
                 {"action":"FailJob","onExitCodes":{"operator":"In","values":[42]}},
                 {"action":"Ignore","onPodConditions":[
                  {"type":"DisruptionTarget","status":"True"}]}]},\
                """;
        JobPlay failing = new JobPlay(policy);
        failing.settle();
        failing.endFirst(42);
        failing.settle();
        assertThat(failing.ending()).isEqualTo("Failed PodFailurePolicy");
        assertThat(failing.message())
                .isEqualTo(
                        "Container c for pod default/p0 failed with exit code 42 matching FailJob"
                                + " rule at index 0");
        JobPlay disrupted = new JobPlay(policy);
        disrupted.settle();
        Pod pod = disrupted.active().getFirst();
        disrupted.end(
                new PodBuilder(pod)
                        .editStatus()
                        .addNewCondition()
                        .withType("DisruptionTarget")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build(),
                1);
        disrupted.settle();
        assertThat(disrupted.ending()).isNull();
        assertThat(disrupted.job.getStatus().getFailed()).isNull();
        disrupted.now = disrupted.now.plusSeconds(10);
        disrupted.settle();
        assertThat(disrupted.active()).hasSize(1);
    }

    @Test
    void a_suspended_job_loses_its_pods_and_begins_anew() {
        JobPlay play =
                new JobPlay("\"completions\":2,\"parallelism\":2,\"activeDeadlineSeconds\":60,");
        play.settle();
        play.job = new JobBuilder(play.job).editSpec().withSuspend(true).endSpec().build();
        play.settle();
        assertThat(play.active()).isEmpty();
        assertThat(play.events).containsExactly("Suspended");
        play.now = play.now.plus(Duration.ofHours(1));
        play.job = new JobBuilder(play.job).editSpec().withSuspend(false).endSpec().build();
        play.step();
        assertThat(play.events).containsExactly("Suspended", "Resumed");
        assertThat(play.job.getStatus().getStartTime()).isEqualTo("2026-01-01T13:00:00Z");
        play.settle();
        assertThat(play.ending()).isNull();
    }

    @Test
    void who_replaces_only_the_failed_waits_for_the_end() {
        JobPlay play =
                new JobPlay(
                        "\"completions\":1,\"parallelism\":1,\"podReplacementPolicy\":\"Failed\",");
        play.settle();
        Pod pod = play.active().getFirst();
        play.change(
                pod,
                new PodBuilder(pod)
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T12:00:30Z")
                        .endMetadata()
                        .editStatus()
                        .withPhase("Running")
                        .endStatus()
                        .build());
        play.settle();
        assertThat(play.pods).hasSize(1);
        assertThat(play.job.getStatus().getTerminating()).isEqualTo(1);
        play.end(play.pods.getFirst(), 1);
        play.settle();
        play.now = play.now.plusSeconds(10);
        play.settle();
        assertThat(play.active()).hasSize(1);
    }

    /// Whatever happens to the pods: the numbers are right in the end, and never too many run.
    @Test
    void every_job_ends_with_the_right_numbers() {
        Random random = new Random(20261127);
        for (int round = 0; round < 300; round++) {
            int completions = 1 + random.nextInt(6);
            int parallelism = 1 + random.nextInt(4);
            boolean indexed = random.nextBoolean();
            JobPlay play =
                    new JobPlay(
                            "\"completions\":%d,\"parallelism\":%d,\"backoffLimit\":3,%s"
                                    .formatted(
                                            completions,
                                            parallelism,
                                            indexed ? "\"completionMode\":\"Indexed\"," : ""));
            int failures = 0;
            int steps = 0;
            while (play.ending() == null) {
                assertThat(steps++).as("it ends").isLessThan(400);
                play.step();
                assertThat(play.active()).hasSizeLessThanOrEqualTo(parallelism);
                if (!play.active().isEmpty() && random.nextBoolean()) {
                    boolean fails = random.nextInt(4) == 0;
                    Pod pod = play.active().get(random.nextInt(play.active().size()));
                    play.end(pod, fails ? 1 : 0);
                    failures += fails ? 1 : 0;
                }
                play.now = play.now.plusSeconds(random.nextInt(20));
            }
            int failed = orZero(play.job.getStatus().getFailed());
            int succeeded = orZero(play.job.getStatus().getSucceeded());
            if (failures > 3) {
                assertThat(play.ending()).isEqualTo("Failed BackoffLimitExceeded");
                assertThat(failed).isGreaterThanOrEqualTo(failures);
            } else {
                assertThat(play.ending()).isEqualTo("Complete CompletionsReached");
                assertThat(succeeded).isEqualTo(completions);
                assertThat(failed).isEqualTo(failures);
            }
            assertThat(play.pods).noneMatch(pod -> new JobPod(pod).isHeld());
        }
    }

    private static int orZero(@org.jspecify.annotations.Nullable Integer count) {
        return count == null ? 0 : count;
    }
}

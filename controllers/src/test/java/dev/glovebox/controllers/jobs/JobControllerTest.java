package dev.glovebox.controllers.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Resource;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.Lab;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The controller with watches that are late.
class JobControllerTest {
    private final Lab lab = new Lab(Clock.systemUTC(), Duration.ofMillis(15));

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private void create(String spec) {
        lab.create(
                Kinds.JOBS,
                """
                {"apiVersion":"batch/v1","kind":"Job",
                 "metadata":{"name":"j","namespace":"default"},
                 "spec":{%s"selector":{"matchLabels":{"j":"j"}},
                  "template":{"metadata":{"labels":{"j":"j",
                    "batch.kubernetes.io/job-name":"j"}},
                   "spec":{"restartPolicy":"Never","containers":[{"name":"c","image":"i"}]}}}}
                """
                        .formatted(spec));
    }

    private JobStatus status() {
        return new JobView(lab.get(Kinds.JOBS, "j")).status();
    }

    private String ending() {
        return new JobView(lab.get(Kinds.JOBS, "j"))
                .ending()
                .map(each -> each.getReason())
                .orElse("");
    }

    @Test
    void a_job_comes_to_its_end_though_the_controller_is_stopped_in_between() throws Exception {
        lab.start(JobController::start);
        create("\"completions\":6,\"parallelism\":2,");
        Lab.await(() -> {
            lab.active().forEach(pod -> lab.end(pod, "Succeeded", 0));
            return status().getSucceeded() != null && status().getSucceeded() >= 2;
        });
        lab.stop();
        lab.start(JobController::start);
        Lab.await(() -> {
            assertThat(lab.active()).hasSizeLessThanOrEqualTo(2);
            lab.active().forEach(pod -> lab.end(pod, "Succeeded", 0));
            return ending().equals("CompletionsReached");
        });
        assertThat(status().getSucceeded()).isEqualTo(6);
        assertThat(lab.all(Resource.PODS)).hasSize(6).noneMatch(pod -> new JobPod(pod).isHeld());
        Lab.await(() -> lab.events().contains("Completed: Job completed"));
    }

    @Test
    void a_job_that_goes_lets_its_pods_go() {
        lab.start(JobController::start);
        create("\"completions\":1,\"parallelism\":1,");
        Lab.await(() -> lab.active().size() == 1);
        String pod = lab.active().getFirst().getMetadata().getName();
        lab.delete(Kinds.JOBS, "j");
        Lab.await(() -> lab.get(Resource.PODS, pod).getMetadata().getFinalizers().isEmpty());
    }

    @Test
    void a_failing_job_says_so() {
        lab.start(JobController::start);
        create("\"completions\":2,\"parallelism\":2,\"backoffLimit\":0,");
        Lab.await(() -> lab.active().size() == 2);
        lab.end(lab.active().getFirst(), "Failed", 1);
        Lab.await(() -> ending().equals("BackoffLimitExceeded"));
        assertThat(status().getFailed()).isEqualTo(2);
        Lab.await(() ->
                lab.events()
                        .contains(
                                "BackoffLimitExceeded: Job has reached the specified backoff"
                                        + " limit"));
    }
}

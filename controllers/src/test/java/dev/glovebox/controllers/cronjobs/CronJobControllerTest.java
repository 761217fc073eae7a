package dev.glovebox.controllers.cronjobs;

import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.Lab;
import dev.glovebox.testkit.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CronJobControllerTest {
    private final ManualClock clock = ManualClock.atNoon();
    private final Lab lab = new Lab(clock, Duration.ZERO);

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    /// Has the controller look: a queue does not see that a clock was moved by hand.
    private void look(String mark) {
        lab.merge(
                Kinds.CRON_JOBS,
                "c",
                "",
                "{\"metadata\":{\"annotations\":{\"look\":\"" + mark + "\"}}}");
    }

    @Test
    void each_time_has_one_job_though_the_controller_is_stopped_in_between() throws Exception {
        lab.start(CronJobController::start);
        lab.create(
                Kinds.CRON_JOBS,
                """
                {"apiVersion":"batch/v1","kind":"CronJob",
                 "metadata":{"name":"c","namespace":"default"},
                 "spec":{"schedule":"* * * * *","jobTemplate":{"spec":{"template":{}}}}}
                """);
        clock.advance(Duration.ofSeconds(61));
        look("1");
        Lab.await(() -> lab.all(Kinds.JOBS).size() == 1);
        Lab.await(() -> lab.get(Kinds.CRON_JOBS, "c").getStatus() != null);
        lab.stop();
        lab.start(CronJobController::start);
        look("2");
        clock.advance(Duration.ofSeconds(60));
        look("3");
        Lab.await(() -> lab.all(Kinds.JOBS).size() == 2);
        Lab.await(() -> lab.get(Kinds.CRON_JOBS, "c").getStatus().getActive().size() == 2);
        // Events are written apart, and those of a controller that stops may be lost.
        Lab.await(() ->
                lab.events().stream()
                        .anyMatch(each -> each.startsWith("SuccessfulCreate: Created job")));
    }
}

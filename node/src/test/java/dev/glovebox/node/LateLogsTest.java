package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.testkit.Await;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LateLogsTest {
    private static final PodView RUNNING =
            new PodView(
                    List.of(),
                    List.of(
                            new ContainerView(
                                    "a",
                                    "sandbox",
                                    "main",
                                    0,
                                    "",
                                    new ContainerState.Running(Instant.EPOCH))));

    private final LateLogs logs = new LateLogs();
    private final AnnouncedEnds ends = new AnnouncedEnds(logs);

    /// One that has come to its end, or waits.
    private FutureTask<Void> reader() {
        FutureTask<Void> reader =
                new FutureTask<>(() -> {
                    logs.await("a");
                    return null;
                });
        Thread thread = Thread.ofVirtual().start(reader);
        Await.until(() -> reader.isDone() || thread.getState() == Thread.State.TIMED_WAITING);
        return reader;
    }

    private void foresee() {
        ends.heard(new PodMail.Exited("a", 0, Instant.EPOCH));
        ends.foreseen(RUNNING, any -> true, c -> c);
    }

    @Test
    void a_reader_waits_from_when_the_end_is_told_until_the_runtime_shows_it() throws Exception {
        foresee();
        ends.shown(RUNNING);
        FutureTask<Void> reader = reader();
        assertThat(reader.isDone()).isFalse();
        ends.shown(PodView.NONE);
        reader.get(30, TimeUnit.SECONDS);
    }

    /// Each worker hears of the ends of all containers.
    @Test
    void what_another_pods_worker_forgets_lets_no_reader_go_on() throws Exception {
        AnnouncedEnds others = new AnnouncedEnds(logs);
        others.heard(new PodMail.Exited("a", 0, Instant.EPOCH));
        foresee();
        others.shown(PodView.NONE);
        others.forget();
        FutureTask<Void> reader = reader();
        assertThat(reader.isDone()).isFalse();
        ends.shown(PodView.NONE);
        reader.get(30, TimeUnit.SECONDS);
    }

    @Test
    void nobody_waits_for_a_runtime_that_does_not_show_it_in_time() throws Exception {
        foresee();
        FutureTask<Void> reader = reader();
        ends.overdue(RUNNING.containers().getFirst(), Instant.EPOCH.plus(AnnouncedEnds.LAG));
        reader.get(30, TimeUnit.SECONDS);
    }

    @Test
    void nobody_waits_for_a_worker_that_has_ended() throws Exception {
        foresee();
        FutureTask<Void> reader = reader();
        ends.forget();
        reader.get(30, TimeUnit.SECONDS);
    }

    @Test
    void nobody_waits_where_no_end_was_told_early() throws Exception {
        ends.heard(new PodMail.Exited("a", 0, Instant.EPOCH));
        reader().get(30, TimeUnit.SECONDS);
    }

    @Test
    void nobody_waits_for_ever() throws Exception {
        logs.expect("a");
        reader().get(30, TimeUnit.SECONDS);
    }
}

package dev.glovebox.node.probe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.pod.ContainerMemory;
import dev.glovebox.node.pod.ContainerState;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.Ending;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pod.ProbeKind;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ProbeLoopTest {
    private static final Probe PROBE =
            new ProbeBuilder()
                    .withNewExec()
                    .withCommand("ask")
                    .endExec()
                    .withFailureThreshold(2)
                    .build();

    private static final Instant LONG_AGO = Instant.EPOCH;

    private final List<String> heard = new ArrayList<>();

    @Test
    void a_liveness_probe_ends_with_its_first_verdict_that_is_bad() {
        run(ProbeKind.LIVENESS, 0, 1, 0, 1, 1);
        assertThat(heard)
                .containsExactly(
                        "true",
                        "Unhealthy Liveness probe failed: 1",
                        "Unhealthy Liveness probe failed: 1",
                        "Unhealthy Liveness probe failed: 1",
                        "false");
    }

    @Test
    void a_startup_probe_ends_with_its_first_verdict() {
        run(ProbeKind.STARTUP, 1, 0);
        assertThat(heard).containsExactly("Unhealthy Startup probe failed: 1", "true");
    }

    @Test
    void what_could_not_be_asked_is_tried_again_and_counts_for_nothing() {
        run(ProbeKind.STARTUP, 1, -1, -1, -1, 0);
        assertThat(heard)
                .containsExactly(
                        "Unhealthy Startup probe failed: 1",
                        "Unhealthy Startup probe errored and resulted in unknown state: no answer",
                        "true");
    }

    @Test
    void verdicts_need_their_thresholds_in_a_row() {
        Streak streak = Streak.NONE.and(true).and(true);
        assertThat(streak.verdict(2, 3)).contains(true);
        assertThat(streak.and(false).verdict(2, 3)).isEmpty();
        assertThat(streak.and(false).and(false).and(false).verdict(2, 3)).contains(false);
        assertThat(Streak.NONE.verdict(1, 1)).isEmpty();
    }

    @Test
    void probes_follow_the_life_of_their_container() {
        Container spec =
                new ContainerBuilder()
                        .withName("a")
                        .withLivenessProbe(PROBE)
                        .withReadinessProbe(PROBE)
                        .withStartupProbe(PROBE)
                        .build();
        Pod pod = new PodBuilder().withNewSpec().withContainers(spec).endSpec().build();
        ContainerView running =
                new ContainerView("a0", "s0", "a", 0, "ref", new ContainerState.Running(LONG_AGO));
        PodMemory hook =
                PodMemory.NONE.container("a0", c -> c.postStart(ContainerMemory.PostStart.RUNNING));
        PodMemory started = PodMemory.NONE.container("a0", c -> c.probed(ProbeKind.STARTUP, true));
        Optional<Ending> ending = Optional.of(new Ending.Deleted(LONG_AGO));
        assertThat(PodProbes.wanted(pod, spec, running, hook, Optional.empty())).isEmpty();
        assertThat(PodProbes.wanted(pod, spec, running, PodMemory.NONE, Optional.empty()))
                .containsExactly(ProbeKind.STARTUP);
        assertThat(PodProbes.wanted(pod, spec, running, started, Optional.empty()))
                .containsExactly(ProbeKind.LIVENESS, ProbeKind.READINESS);
        assertThat(PodProbes.wanted(pod, spec, running, started, ending))
                .containsExactly(ProbeKind.READINESS);
    }

    /// @param codes with which the command ends, one after the other; -1 where it cannot be run
    private void run(ProbeKind kind, int... codes) {
        Iterator<Integer> next = Arrays.stream(codes).iterator();
        Prober prober =
                new Prober((container, command, timeout) -> {
                    int code = next.next();
                    return code < 0
                            ? new Commands.End.NotRun("no answer")
                            : new Commands.End.Exited(code, Integer.toString(code));
                });
        new ProbeLoop(
                        "id",
                        kind,
                        PROBE,
                        new Action.Exec(List.of("ask")),
                        Duration.ofMillis(1),
                        LONG_AGO,
                        prober,
                        new ProbeLoop.Listener() {
                            @Override
                            public void verdict(ProbeKind which, boolean passed) {
                                heard.add(Boolean.toString(passed));
                            }

                            @Override
                            public void event(String reason, String message) {
                                heard.add(reason + " " + message);
                            }
                        },
                        Clock.systemUTC())
                .run();
        assertThat(Stream.of(next.hasNext())).containsExactly(false);
    }
}

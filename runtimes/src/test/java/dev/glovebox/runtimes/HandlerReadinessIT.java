package dev.glovebox.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cri.PodSandboxFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real containerd, a real runc and a real gVisor, as root.
class HandlerReadinessIT {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir static Path directory;
    private static TestContainerd containerd;

    @TempDir Path evidence;

    @BeforeAll
    static void start() throws IOException {
        containerd = new TestContainerd(directory);
    }

    @AfterAll
    static void stop() throws IOException {
        containerd.close();
    }

    @AfterEach
    void no_probe_leaves_anything_behind() throws Exception {
        containerd.awaitShims();
        assertThat(containerd.cri().listPodSandbox(PodSandboxFilter.getDefaultInstance()))
                .isEmpty();
        assertThat(containerd.cgroups.processes(containerd.cgroup)).isEmpty();
        assertThat(directory.resolve("logs")).isEmptyDirectory();
        assertThat(containerd.process().shims()).isEmpty();
        assertThat(containerd.leftOver()).isEmpty();
    }

    @Test
    void gvisor_is_ready_and_the_next_start_need_not_probe() throws Exception {
        EvidenceFile kept = new EvidenceFile(evidence);
        HandlerState state =
                containerd
                        .readiness(containerd.runner(PATIENCE), kept)
                        .of(containerd.gvisorHandler());
        assertThat(state)
                .as(state.summary())
                .isInstanceOfSatisfying(
                        HandlerState.Ready.class,
                        ready -> {
                            Evidence seen = ready.evidence();
                            assertThat(seen.guestLog()).contains("Starting gVisor");
                            assertThat(seen.guestKernel())
                                    .isNotEqualTo(seen.subject().hostKernel());
                            assertThat(seen.hostProcesses()).isZero();
                            assertThat(seen.exitCode()).isEqualTo(137);
                            assertThat(seen.limitHits()).isPositive();
                        });
        SandboxRunner unable = containerd.runner(Duration.ZERO);
        assertThat(containerd.readiness(unable, kept).of(containerd.gvisorHandler()))
                .isEqualTo(state);
        assertThat(containerd.readiness(unable, kept).of(containerd.runcHandler()))
                .isInstanceOf(HandlerState.Broken.class);
    }

    @Test
    void runc_is_ready_as_a_shared_kernel() throws Exception {
        HandlerState state = probe(containerd.runcHandler(), PATIENCE);
        assertThat(state)
                .as(state.summary())
                .isInstanceOfSatisfying(
                        HandlerState.Ready.class,
                        ready -> {
                            assertThat(ready.evidence().guestKernel())
                                    .isEqualTo(ready.evidence().subject().hostKernel());
                            assertThat(ready.evidence().hostProcesses()).isPositive();
                            assertThat(ready.evidence().exitCode()).isEqualTo(137);
                        });
    }

    @Test
    void runc_that_is_called_gvisor_is_broken() throws Exception {
        Handler claim = containerd.claim(TestContainerd.IMPOSTOR, Handler.Kernel.GVISOR);
        assertThat(probe(claim, PATIENCE))
                .isInstanceOfSatisfying(
                        HandlerState.Broken.class,
                        broken ->
                                assertThat(broken.why())
                                        .contains("is not gVisor")
                                        .contains("the host's kernel"));
    }

    @Test
    void a_handler_that_hangs_is_broken_when_its_time_is_up() throws Exception {
        Handler claim = containerd.claim(TestContainerd.HANGING, Handler.Kernel.SHARED);
        assertThat(probe(claim, Duration.ofSeconds(5)))
                .isInstanceOfSatisfying(
                        HandlerState.Broken.class,
                        broken -> assertThat(broken.why()).contains("took longer than 5 s"));
        // containerd's shim goes on waiting for the runtime: nobody but us knows that it hangs.
        containerd.killShims();
    }

    @Test
    void a_handler_that_containerd_does_not_know_is_broken() throws Exception {
        assertThat(probe(containerd.claim("nobody", Handler.Kernel.SHARED), PATIENCE))
                .isInstanceOfSatisfying(
                        HandlerState.Broken.class,
                        broken -> assertThat(broken.why()).contains("no runtime for \"nobody\""));
    }

    @Test
    void a_limit_that_is_lifted_from_outside_is_degraded() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        Thread lifter = Thread.ofVirtual().start(() -> liftLimits(done));
        try {
            HandlerState state = probe(containerd.gvisorHandler(), PATIENCE);
            assertThat(state).as(state.summary()).isInstanceOf(HandlerState.Degraded.class);
        } finally {
            done.set(true);
            lifter.join();
        }
    }

    private HandlerState probe(Handler handler, Duration patience) throws Exception {
        return containerd
                .readiness(containerd.runner(patience), new EvidenceFile(evidence))
                .of(handler);
    }

    /// Somebody on the host who raises every memory limit as soon as it is set.
    private static void liftLimits(AtomicBoolean done) {
        Path root = Path.of("/sys/fs/cgroup");
        boolean unified = containerd.cgroups.version() == 2;
        Path parent =
                (unified ? root : root.resolve("memory")).resolve(containerd.cgroup.substring(1));
        String file = unified ? "memory.max" : "memory.limit_in_bytes";
        while (!done.get()) {
            try (var pods = Files.newDirectoryStream(parent, "pod*")) {
                for (Path pod : pods) {
                    Files.writeString(pod.resolve(file), unified ? "max" : "-1");
                }
            } catch (IOException e) {
                Thread.onSpinWait(); // the pod is not there yet, or no more
            }
        }
    }
}

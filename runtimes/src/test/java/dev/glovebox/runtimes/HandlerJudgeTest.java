package dev.glovebox.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandlerJudgeTest {
    private static final Handler GVISOR =
            new Handler(
                    "runsc",
                    Handler.Kernel.GVISOR,
                    List.of(Path.of("/runsc")),
                    "v",
                    Setup.direct("test"));
    private static final Handler RUNC =
            new Handler(
                    "runc",
                    Handler.Kernel.SHARED,
                    List.of(Path.of("/runc")),
                    "v",
                    Setup.direct("test"));
    private static final Handler KATA =
            new Handler(
                    "kata",
                    Handler.Kernel.VIRTUAL_MACHINE,
                    List.of(Path.of("/qemu")),
                    "v",
                    Setup.direct("test"));
    private static final Evidence.Subject SUBJECT =
            new Evidence.Subject("d", "1.6.20", "6.18.0", 1);
    private static final Observation.OverLimit KILLED = new Observation.OverLimit(137, false);

    @Test
    void gvisor_that_is_killed_at_its_limit_is_ready() {
        assertThat(judge(GVISOR, gvisor(true, KILLED, 3)))
                .isInstanceOfSatisfying(
                        HandlerState.Ready.class,
                        ready -> {
                            assertThat(ready.evidence().guestKernel()).isEqualTo("4.4.0");
                            assertThat(ready.evidence().seenAt()).isEqualTo(Instant.EPOCH);
                            assertThat(ready.evidence().subject()).isEqualTo(SUBJECT);
                        });
    }

    @Test
    void runc_behind_the_name_of_gvisor_is_broken() {
        assertThat(judge(GVISOR, seen("runsc", "6.18.0", "", List.of("sh"), true, KILLED, 3)))
                .isInstanceOfSatisfying(
                        HandlerState.Broken.class,
                        broken ->
                                assertThat(broken.why())
                                        .contains("not gVisor")
                                        .contains("the host's kernel 6.18.0 answered"));
    }

    @Test
    void a_virtual_machine_has_another_linux_and_no_process_on_the_host() {
        assertThat(
                        judge(
                                KATA,
                                seen(
                                        "kata",
                                        "6.12.47",
                                        "Linux version",
                                        List.of(),
                                        true,
                                        KILLED,
                                        1)))
                .isInstanceOf(HandlerState.Ready.class);
        assertThat(why(KATA, seen("kata", "6.18.0", "", List.of(), true, KILLED, 1)))
                .contains("no virtual machine", "the host's kernel 6.18.0 answered");
        assertThat(why(KATA, seen("kata", "6.12.47", "", List.of("sh"), true, KILLED, 1)))
                .contains("no virtual machine", "the host sees the probe pod's process \"sh\"");
        assertThat(
                        why(
                                KATA,
                                seen(
                                        "kata",
                                        "4.4.0",
                                        "[ 0.0] Starting gVisor...",
                                        List.of(),
                                        true,
                                        KILLED,
                                        1)))
                .contains("gVisor answered");
    }

    @Test
    void a_virtual_machine_that_was_lost_at_its_limit_is_bound_by_it() {
        assertThat(judge(KATA, lost("kata", false, 3))).isInstanceOf(HandlerState.Ready.class);
        assertThat(judge(KATA, lost("kata", false, 0))).isInstanceOf(HandlerState.Degraded.class);
        assertThat(judge(KATA, lost("kata", true, 3))).isInstanceOf(HandlerState.Degraded.class);
        assertThat(judge(RUNC, lost("runc", false, 3))).isInstanceOf(HandlerState.Degraded.class);
    }

    private static Observation lost(String handler, boolean survived, long hits) {
        return seen(
                handler,
                "6.12.47",
                "",
                List.of(),
                true,
                new Observation.OverLimit(255, survived),
                hits);
    }

    private static String why(Handler handler, Observation seen) {
        return ((HandlerState.Broken) judge(handler, seen)).why();
    }

    @Test
    void a_forged_kernel_release_alone_does_not_make_gvisor() {
        assertThat(judge(GVISOR, seen("runsc", "4.4.0", "", List.of(), true, KILLED, 3)))
                .isInstanceOf(HandlerState.Broken.class);
        assertThat(
                        judge(
                                GVISOR,
                                seen(
                                        "runsc",
                                        "4.4.0",
                                        "Starting gVisor...",
                                        List.of("sh -c sleep"),
                                        true,
                                        KILLED,
                                        3)))
                .isInstanceOfSatisfying(
                        HandlerState.Broken.class,
                        broken -> assertThat(broken.why()).contains("sh -c sleep"));
    }

    @Test
    void a_pod_that_ran_under_another_handler_proves_nothing() {
        assertThat(judge(RUNC, gvisor(true, KILLED, 3))).isInstanceOf(HandlerState.Broken.class);
    }

    @Test
    void a_handler_with_a_shared_kernel_need_only_bind() {
        assertThat(judge(RUNC, seen("runc", "6.18.0", "", List.of("sh"), true, KILLED, 1)))
                .isInstanceOf(HandlerState.Ready.class);
    }

    @Test
    void memory_beyond_the_limit_is_degraded() {
        assertThat(judge(GVISOR, gvisor(true, new Observation.OverLimit(0, true), 0)))
                .isInstanceOfSatisfying(
                        HandlerState.Degraded.class,
                        degraded -> assertThat(degraded.unbound()).contains("took twice as much"));
    }

    @Test
    void a_sandbox_that_the_official_shim_lost_at_the_limit_is_bound_by_it() {
        assertThat(judge(GVISOR, gvisor(true, new Observation.OverLimit(128, false), 61)))
                .isInstanceOf(HandlerState.Ready.class);
        assertThat(judge(GVISOR, gvisor(true, new Observation.OverLimit(128, false), 0)))
                .isInstanceOf(HandlerState.Degraded.class);
    }

    @Test
    void an_end_that_the_kernel_did_not_count_is_degraded() {
        assertThat(judge(GVISOR, gvisor(true, KILLED, 0)))
                .isInstanceOf(HandlerState.Degraded.class);
        assertThat(judge(GVISOR, gvisor(true, new Observation.OverLimit(1, false), 3)))
                .isInstanceOf(HandlerState.Degraded.class);
    }

    @Test
    void a_limit_that_somebody_lifted_is_degraded() {
        assertThat(judge(GVISOR, gvisor(false, KILLED, 3)))
                .isInstanceOf(HandlerState.Degraded.class);
    }

    private static HandlerState judge(Handler handler, Observation seen) {
        return HandlerJudge.judge(handler, SUBJECT, seen, Instant.EPOCH);
    }

    private static Observation gvisor(boolean inForce, Observation.OverLimit over, long hits) {
        return seen("runsc", "4.4.0", "[ 0.0] Starting gVisor...", List.of(), inForce, over, hits);
    }

    private static Observation seen(
            String handler,
            String kernel,
            String log,
            List<String> visible,
            boolean inForce,
            Observation.OverLimit over,
            long hits) {
        return new Observation(
                handler, "6.18.0", kernel, log, visible, 47, 128 << 20, inForce, over, hits);
    }
}

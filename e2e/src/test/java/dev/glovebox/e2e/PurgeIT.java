package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `down --purge` on an engine with pods, beside another containerd with a running container.
@RunsPods
class PurgeIT {
    private static final Engine ENGINE = Engine.in(207);
    private static MachineState before = ENGINE.machineState();
    private static MachineState running = before;
    private static MachineState after = before;
    private static List<String> neighbourBefore = List.of();
    private static List<String> neighbourAfter = List.of();
    private static String said = "";

    @BeforeAll
    static void purge() {
        try (var neighbour = Neighbour.start()) {
            neighbourBefore = neighbour.facts();
            ENGINE.up("--default-trust", "trusted").ok();
            var kubectl = ENGINE.kubectl();
            for (var runtime : new String[] {"gvisor", "runc"}) {
                kubectl.apply(
                                Manifests.pod(
                                        runtime,
                                        ENGINE.busybox(),
                                        "exec sleep 1000",
                                        "runtimeClassName: " + runtime))
                        .ok();
            }
            kubectl.awaitReady("default", "gvisor");
            kubectl.awaitReady("default", "runc");
            ENGINE.run("run", "--keep", "--", "true").ok();
            running = ENGINE.machineState();
            var ran = ENGINE.purge().ok();
            said = ran.out() + ran.err();
            after = ENGINE.machineState();
            neighbourAfter = neighbour.facts();
        }
    }

    @AfterAll
    static void purgeAgain() {
        ENGINE.purge();
    }

    @Test
    void before_and_while_it_runs_the_count_sees_what_there_is() {
        assertThat(before.left(before)).isEmpty();
        for (var kind : MachineState.Kind.values()) {
            assertThat(running.of(kind)).as(kind.name()).isNotEmpty();
        }
    }

    @Test
    void after_it_nothing_is_left() {
        assertThat(after.left(running)).isEmpty();
    }

    @Test
    void it_names_what_it_leaves_on_purpose() {
        assertThat(said).contains("apt");
    }

    @Test
    void the_other_containerd_and_its_container_are_untouched() {
        assertThat(neighbourBefore).isNotEmpty();
        assertThat(neighbourAfter).isEqualTo(neighbourBefore);
    }

    @Test
    void a_second_purge_finds_nothing_to_do_and_is_no_error() {
        ENGINE.purge().ok();
        assertThat(Files.exists(ENGINE.dataDirectory())).isFalse();
    }
}

package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// An engine that measures its runtimes by itself. In the long profile: it takes three sandboxes of
/// each.
@Tag("long")
@RunsPods
class MeasuredIT {
    private static final Engine ENGINE = Engine.in(229);

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    @Test
    void a_runtime_is_measured_once_by_itself_and_not_in_the_way_of_who_stops_the_engine() {
        ENGINE.up("--measure-after", "0s").ok();
        var sandboxes = "/glovebox/" + ENGINE.node() + "/probe/pod";
        Await.until(() -> cgroups().contains(sandboxes));
        var before = System.nanoTime();
        ENGINE.run("down").ok();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(15));
        assertThat(cgroups()).doesNotContain(sandboxes);

        ENGINE.up("--measure-after", "0s").ok();
        var kubectl = ENGINE.kubectl();
        Await.until(() -> !annotation(kubectl, "gvisor").isEmpty());
        Await.until(() -> !annotation(kubectl, "runc").isEmpty());
        var measured = annotation(kubectl, "gvisor");
        assertThat(kubectl.get("runtimeclass", "gvisor").at("/overhead/podFixed/memory").asText())
                .matches("[1-9]\\d*Mi");
        assertThat(kubectl.get("runtimeclass", "runc").has("overhead")).isFalse();

        ENGINE.run("down").ok();
        ENGINE.up("--measure-after", "never").ok();
        assertThat(annotation(kubectl, "gvisor")).isEqualTo(measured);
    }

    private static String annotation(Kubectl kubectl, String name) {
        return kubectl.get("runtimeclass", name)
                .at("/metadata/annotations/runtime.glovebox.dev~1overhead")
                .asText();
    }

    private static String cgroups() {
        return ENGINE.machineState().of(MachineState.Kind.CGROUP).toString();
    }
}

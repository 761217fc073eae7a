package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/// An engine whose pods run under gVisor unless they say otherwise, and that knows runc by another
/// name too. The twin is every other test's engine, where a pod without a class has the machine's
/// kernel (`a_new_start_can_say_otherwise` asks for that).
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HandlersIT {
    private static final Engine ENGINE = Engine.in(218);
    private static Kubectl kubectl;

    @BeforeAll
    static void start() {
        ENGINE.up(
                        "--default-trust",
                        "trusted",
                        "--default-handler",
                        "runsc",
                        "--handler",
                        "other=runc")
                .ok();
        kubectl = ENGINE.kubectl();
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    private static String kernelOf(String pod, String... more) {
        kubectl.apply(Manifests.pod(pod, ENGINE.busybox(), "uname -r", more)).ok();
        kubectl.run(
                        "wait",
                        "--for=jsonpath={.status.phase}=Succeeded",
                        "pod/" + pod,
                        "--timeout=60s")
                .ok();
        return kubectl.run("logs", pod).ok().text();
    }

    @Test
    @Order(1)
    void a_pod_has_the_handler_that_it_says_or_the_engines() {
        var machine = Command.of("uname", "-r").run().ok().text();
        assertThat(kernelOf("plain")).isNotEqualTo(machine);
        kubectl.apply(Manifests.runtimeClass("other", "other")).ok();
        assertThat(kernelOf("other", "runtimeClassName: other")).isEqualTo(machine);
        assertThat(ENGINE.run("status").ok().text()).contains("other", "runsc");
    }

    @Test
    @Order(2)
    void a_new_start_can_say_otherwise() {
        ENGINE.run("down").ok();
        var refused = ENGINE.up("--default-handler", "nothing");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("--default-handler knows runc, runsc");
        ENGINE.up("--default-handler", "runc").ok();
        assertThat(kernelOf("after")).isEqualTo(Command.of("uname", "-r").run().ok().text());
    }
}

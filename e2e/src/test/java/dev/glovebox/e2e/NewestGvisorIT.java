package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// gVisor built from its Go module and installed by the product itself. In the long profile,
/// because the build takes minutes and wants a Go toolchain.
@Tag("long")
class NewestGvisorIT {
    private static final Engine ENGINE = Engine.in(209);

    @BeforeAll
    static void install() {
        var installed =
                ENGINE.command("runtimes", "install", "gvisor", "--from", "go", "--yes")
                        .within(Duration.ofMinutes(20))
                        .run()
                        .ok();
        assertThat(installed.text()).contains("the Go module gvisor.dev/gvisor@v0.0.0-");
        ENGINE.up().ok();
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    @Test
    void it_is_the_one_that_is_used_and_it_is_ready() {
        for (var runtime : ENGINE.status().required("runtimes")) {
            assertThat(runtime.required("state").textValue())
                    .as(runtime.toString())
                    .isEqualTo("ready");
        }
        assertThat(ENGINE.run("run", "--", "uname", "-r").ok().text()).isEqualTo("4.19.0-gvisor");
    }

    @Test
    void exit_codes_and_input_pass() {
        assertThat(ENGINE.run("run", "--", "sh", "-c", "exit 3").exit()).isEqualTo(3);
        var counted = ENGINE.command("run", "-i", "--", "wc", "-c").input("four\n").run().ok();
        assertThat(counted.text()).isEqualTo("5");
    }

    @Test
    void more_memory_than_allowed_is_137() {
        var ran = ENGINE.run("run", "--memory", "64Mi", "--", "sh", "-c", Hog.MEMORY);
        assertThat(ran.exit()).as(ran.toString()).isEqualTo(137);
        assertThat(ran.err()).containsIgnoringCase("memory");
    }
}

package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The newest runsc, built from its Go module and found on PATH. In the long profile, because the
/// build takes minutes and wants a Go toolchain.
@Tag("long")
class NewestGvisorIT {
    private static final Engine ENGINE = Engine.in(209);
    private static final String MODULE = "gvisor.dev/gvisor";
    private static final Path BIN = Path.of("target", "gvisor").toAbsolutePath();

    @BeforeAll
    static void build() throws IOException {
        Files.createDirectories(BIN);
        if (!Files.exists(BIN.resolve("runsc"))) {
            // A build from the module does not know which day it is of; its version says it.
            var version = go("list", "-m", "-f", "{{.Version}}", MODULE + "@latest").ok().text();
            go(
                            "install",
                            "-ldflags",
                            "-X " + MODULE + "/runsc/version.version=" + version,
                            MODULE + "/runsc@" + version)
                    .ok();
        }
        ENGINE.upCommand().with("PATH", BIN + ":" + System.getenv("PATH")).run().ok();
    }

    private static Ran go(String... words) {
        return Command.of("go")
                .and(words)
                .in(Path.of("/"))
                .with("GOBIN", BIN.toString())
                .with("GOFLAGS", "-mod=mod")
                .with("CGO_ENABLED", "0")
                .within(Duration.ofMinutes(20))
                .run();
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

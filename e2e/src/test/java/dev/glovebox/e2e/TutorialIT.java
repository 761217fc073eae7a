package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Runs every command of the tutorial as it stands there, on an engine that the tutorial itself
/// starts and purges. The tests add only the flags that keep this engine apart from others, and
/// nginx's image, from a file.
@RunsPods
class TutorialIT {
    private static final Path TEXT = Path.of("..", "docs", "tutorial.md");
    private final Engine engine = Engine.in(206);
    @TempDir Path home;

    @AfterEach
    void purge() {
        engine.purge();
    }

    @Test
    void every_command_works_with_kubectl_1_20() throws IOException {
        walk(Kubectl::old);
    }

    @Test
    @Tag("long")
    void every_command_works_with_the_newest_kubectl() throws IOException {
        walk(Kubectl::newest);
    }

    private void walk(Supplier<Path> kubectl) throws IOException {
        var bin = Files.createDirectory(home.resolve("bin"));
        Files.createSymbolicLink(bin.resolve("kubectl"), kubectl.get());
        script(bin.resolve("sudo"), "exec \"$@\"\n");
        script(home.resolve("glovebox"), launcher());
        var tutorial = Tutorial.read(TEXT);
        assertThat(tutorial.steps()).hasSizeGreaterThan(10);

        Command.of("bash", "-c", shell(tutorial))
                .in(home)
                .with("PATH", bin + ":" + System.getenv("PATH"))
                .within(Duration.ofMinutes(8))
                .run();

        for (var i = 0; i < tutorial.steps().size(); i++) {
            var step = tutorial.steps().get(i);
            var printed = Files.readString(home.resolve("out." + i));
            assertThat(Files.readString(home.resolve("exit." + i)).strip().equals("0"))
                    .as("step %d%n%s%nprinted%n%s", i, step.commands(), printed)
                    .isEqualTo(!step.refused());
            assertThat(step.difference(printed.lines().toList()))
                    .as("step %d%n%s%nprinted%n%s", i, step.commands(), printed)
                    .isEmpty();
        }
    }

    /// One shell for all steps, because they set variables for each other. It stops at the first
    /// step that fails without having been said to.
    private static String shell(Tutorial tutorial) {
        var shell = new StringBuilder("trap 'echo $? > exit.$step' EXIT\n");
        for (var i = 0; i < tutorial.steps().size(); i++) {
            var step = tutorial.steps().get(i);
            var form =
                    step.refused()
                            ? "step=%d\nset +e\n( %s) > out.%d 2>&1\necho $? > exit.%d\n"
                            : "step=%d\nset -e\n{ %s} > out.%d 2>&1\necho 0 > exit.%d\n";
            shell.append(form.formatted(i, step.commands(), i, i));
            if (i == 0) {
                shell.append("./glovebox image load %s\n".formatted(Images.nginxArchive()));
            }
        }
        return shell.toString();
    }

    private String launcher() {
        var own = engine.command("SUB").line();
        return """
        sub=$1
        shift
        case $sub in up) set -- --node-name master --pod-cidr %s0.0/16 --listen 127.0.0.1:0 "$@" ;; esac
        GLOVEBOX_BUILD=never exec %s "$sub" --data-dir %s "$@"
        """
                .formatted(engine.network(), own.getFirst(), engine.dataDirectory());
    }

    private static void script(Path file, String text) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

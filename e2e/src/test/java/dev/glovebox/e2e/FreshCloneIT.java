package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A fresh clone that belongs to a user who types `sudo ./glovebox`: built on the first use as that
/// user, with their own, empty Maven repository. In the long profile, because it downloads and
/// builds everything.
@Tag("long")
@RunsPods
class FreshCloneIT {
    private static final String USER = "glovebox-e2e";
    private Path home = Path.of("/nonexistent");
    private Path clone = home;

    @BeforeEach
    void makeUserAndClone() throws IOException {
        home = Files.createTempDirectory(Path.of("/tmp"), "gbuser").toRealPath();
        clone = home.resolve("clone");
        Command.of("userdel", USER).run();
        Command.of("useradd", "--system", "--home-dir", home.toString(), USER).run().ok();
        var source = Path.of("..").toRealPath().toUri().toString();
        Command.of("git", "clone", "-q", source, clone.toString()).run().ok();
        Command.of("chown", "-R", USER + ":", home.toString()).run().ok();
    }

    @AfterEach
    void removeThem() {
        Command.of("userdel", USER).run();
        Command.of("rm", "-rf", home.toString()).run().ok();
    }

    @Test
    void it_is_built_as_the_user_who_called_sudo_and_again_when_a_source_is_newer()
            throws IOException {
        var first = version().ok();
        assertThat(first.out()).startsWith("glovebox 0.");
        assertThat(first.err().strip().lines()).as(first.err()).hasSize(1);
        assertThat(first.err()).contains("building (a minute or two on the first use");
        for (var made : new String[] {".glovebox-build/current", "cli/target", "engine/target"}) {
            assertThat(Files.getOwner(clone.resolve(made).toRealPath()).getName()).isEqualTo(USER);
        }
        assertThat(version().ok().err()).isEmpty();
        var source = clone.resolve("cli/src/main/java/dev/glovebox/cli/Main.java");
        Files.writeString(source, Files.readString(source) + "// newer\n");
        assertThat(version().ok().err()).contains("building");
    }

    private Ran version() {
        return Command.of(clone.resolve("glovebox").toString(), "version")
                .with("SUDO_USER", USER)
                .within(Duration.ofMinutes(15))
                .run();
    }
}

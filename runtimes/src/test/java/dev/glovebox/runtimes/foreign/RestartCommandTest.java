package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class RestartCommandTest {
    @Test
    void words_are_split_at_blanks_and_kept_together_by_quotes() {
        assertThat(RestartCommand.parse("  systemctl restart\tcontainerd ").words())
                .containsExactly("systemctl", "restart", "containerd");
        assertThat(RestartCommand.parse("a 'b c' \"d 'e\" f\"g h\"i ''").words())
                .containsExactly("a", "b c", "d 'e", "fg hi", "");
    }

    @Test
    void nothing_that_a_shell_knows_has_a_meaning() {
        assertThat(RestartCommand.parse("a; b | $C \\d && `e`").words())
                .containsExactly("a;", "b", "|", "$C", "\\d", "&&", "`e`");
    }

    @Test
    void an_open_quote_and_no_words_are_refused() {
        assertThatThrownBy(() -> RestartCommand.parse("a 'b"))
                .isInstanceOf(ConfigurationRefused.class);
        assertThatThrownBy(() -> RestartCommand.parse("  "))
                .isInstanceOf(ConfigurationRefused.class);
    }

    @Test
    void a_command_that_fails_says_its_last_words_and_one_that_is_not_there_its_name() {
        RestartCommand failing =
                new RestartCommand(List.of("sh", "-c", "echo no such unit >&2; exit 5"));
        assertThatThrownBy(failing::run)
                .hasMessageContaining("exit code 5")
                .hasMessageContaining("no such unit");
        assertThatThrownBy(new RestartCommand(List.of("/no/such/program"))::run)
                .hasMessageContaining("/no/such/program");
    }

    @Test
    void a_program_that_is_not_there_is_refused_before_anything_depends_on_it() {
        List<Path> path = List.of(Path.of("/no/such"), Path.of("/bin"));
        assertThatCode(() -> RestartCommand.parse("sh -c true").requireProgram(path))
                .doesNotThrowAnyException();
        assertThatCode(() -> RestartCommand.parse("/bin/sh").requireProgram(List.of()))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> RestartCommand.parse("nosuchctl restart x").requireProgram(path))
                .hasMessageContaining("nosuchctl")
                .hasMessageContaining("--restart");
        assertThatThrownBy(() -> RestartCommand.parse("/no/such/ctl").requireProgram(path))
                .hasMessageContaining("/no/such/ctl");
    }

    /// What is left goes on until it is told to end, after the command has returned.
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void what_a_command_leaves_in_the_background_is_not_waited_for(@TempDir Path directory)
            throws IOException {
        Path end = directory.resolve("end");
        String left =
                "while [ -d %s ] && [ ! -e %s ]; do sleep 0.1; done".formatted(directory, end);
        RestartCommand leaving =
                new RestartCommand(List.of("sh", "-c", "(" + left + ") & echo started"));
        assertThatCode(leaving::run).doesNotThrowAnyException();
        Files.createFile(end);
    }
}

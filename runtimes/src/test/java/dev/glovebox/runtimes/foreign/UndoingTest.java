package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.host.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is put back, before containerd is asked for anything.
class UndoingTest {
    @TempDir Path directory;
    private final List<String> said = new ArrayList<>();
    private Path file;
    private Kept kept;

    @BeforeEach
    void begin() {
        file = directory.resolve("config.toml");
        kept = Kept.in(directory);
    }

    @Test
    void a_file_as_we_left_it_gets_the_text_from_before() throws Exception {
        String ours = block("# theirs\n");
        Files.writeString(file, ours);
        keep(Optional.of("# theirs"), ours);
        undo();
        assertThat(Files.readString(file)).isEqualTo("# theirs");
        assertThat(new Undoing(directory, said::add).configured()).containsExactly(file);
    }

    @Test
    void a_file_that_was_changed_since_loses_our_lines_alone() throws Exception {
        String ours = block("# theirs\n");
        Files.writeString(file, ours + "# later\n");
        keep(Optional.of("# theirs\n"), ours);
        undo();
        assertThat(Files.readString(file)).isEqualTo("# theirs\n# later\n");
        assertThat(said).anyMatch(line -> line.contains("was changed since"));
    }

    @Test
    void a_file_of_ours_that_somebody_changed_is_left_to_them() throws Exception {
        Files.writeString(file, "# all new\n");
        keep(Optional.empty(), "ours");
        undo();
        assertThat(said).anyMatch(each -> each.contains("has nothing of ours any more"));
        assertThat(Files.readString(file)).isEqualTo("# all new\n");
    }

    @Test
    void where_the_configuration_is_gone_nothing_is_left_to_do() throws Exception {
        keep(Optional.of("# theirs\n"), "ours");
        undo();
        assertThat(file).doesNotExist();
        assertThat(said).anyMatch(each -> each.contains("is gone"));
        assertThat(kept.all()).isEmpty();
    }

    @Test
    void what_was_never_done_is_not_undone() {
        assertThatThrownBy(() ->
                        new Undoing(directory, said::add)
                                .undo(file, "runsc", Optional.empty(), Optional.empty()))
                .hasMessageContaining("nothing is kept");
    }

    @Test
    void what_is_kept_is_read_as_it_was_written() throws IOException {
        keep(Optional.of("tab\t\"\\ é\r\n"), "ours");
        assertThat(kept.find(file, "runsc").orElseThrow())
                .isEqualTo(done("tab\t\"\\ é\r\n", "ours"));
        assertThat(kept.all()).hasSize(1);
    }

    /// No containerd listens, so that it ends with the restart that does not bring one up.
    private void undo() throws InterruptedException {
        try {
            new Undoing(directory, said::add)
                    .undo(
                            file,
                            "runsc",
                            Optional.of(directory.resolve("s")),
                            Optional.of(new RestartCommand(List.of("false"))));
        } catch (ConfigurationRefused e) {
            if (!e.why().contains("is as it was, but false ended with exit code 1")) {
                throw e;
            }
        }
    }

    private static String block(String text) {
        return new OwnBlock("runsc").appendedTo(text, List.of("[a]"));
    }

    private void keep(Optional<String> original, String written) throws IOException {
        kept.write(done(original, written));
    }

    private Done done(String original, String written) {
        return done(Optional.of(original), written);
    }

    private Done done(Optional<String> original, String written) {
        return new Done(
                file,
                "runsc",
                directory.resolve("s"),
                List.of("true"),
                List.of(new Done.Edit(file, original, Digest.ofText(written).hex())));
    }
}

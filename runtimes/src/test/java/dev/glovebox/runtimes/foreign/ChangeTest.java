package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.host.Exclusive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChangeTest {
    @TempDir Path directory;
    private Path file;
    private Kept kept;

    @BeforeEach
    void begin() throws IOException {
        file = Files.writeString(directory.resolve("config.toml"), "old\r\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        kept = Kept.in(directory.resolve("prefix"));
    }

    @Test
    void what_is_written_is_kept_first_and_put_back_to_the_byte() throws IOException {
        Path made = directory.resolve("conf.d/deep/new.toml");
        Change change =
                change(
                        new FileChange(made, Optional.empty(), "a\n"),
                        new FileChange(file, Optional.of("old\r\n"), "new\r\n"));
        change.apply();
        assertThat(made).hasContent("a");
        assertThat(Files.readString(file)).isEqualTo("new\r\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-r-----");
        assertThat(kept.find(file, "runsc").orElseThrow().edit(file).orElseThrow().original())
                .contains("old\r\n");
        assertThat(kept.directory(file, "runsc").resolve("config.toml.before"))
                .hasBinaryContent("old\r\n".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        change.putBack();
        assertThat(Files.readString(file)).isEqualTo("old\r\n");
        assertThat(directory.resolve("conf.d")).doesNotExist();
        assertThat(kept.find(file, "runsc")).isEmpty();
    }

    @Test
    void a_file_that_cannot_be_written_leaves_the_others_as_they_were() throws IOException {
        Path below = file.resolve("impossible");
        Change change =
                change(
                        new FileChange(file, Optional.of("old\r\n"), "new"),
                        new FileChange(below, Optional.empty(), "a"));
        assertThatThrownBy(change::apply)
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageContaining("cannot write " + below);
        change.putBack();
        assertThat(Files.readString(file)).isEqualTo("old\r\n");
        try (var left = Files.list(directory)) {
            assertThat(left).containsExactlyInAnyOrder(file, directory.resolve("prefix"));
        }
    }

    @Test
    void only_root_may_read_what_is_kept() throws IOException {
        change(new FileChange(file, Optional.of("old\r\n"), "new")).apply();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(kept.directory(file, "runsc"))))
                .isEqualTo("rwx------");
    }

    @Test
    void two_at_once_are_refused() throws IOException {
        try (Exclusive _ = kept.lock()) {
            assertThatThrownBy(kept::lock).hasMessageContaining("at work");
        }
        kept.lock().close();
    }

    private Change change(FileChange... files) {
        List<Done.Edit> edits =
                List.of(files).stream()
                        .map(each ->
                                new Done.Edit(
                                        each.path(),
                                        each.before(),
                                        Digest.ofText(each.after()).hex()))
                        .toList();
        Done done = new Done(file, "runsc", Path.of("/s"), List.of("true"), edits);
        return new Change(kept, List.of(files), Optional.empty(), done);
    }
}

package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeptFileTest {
    @TempDir Path directory;

    @Test
    void a_file_is_replaced_whole_also_after_a_crash_left_half_of_another() throws IOException {
        Path file = Files.writeString(directory.resolve("x.json"), "old");
        Files.writeString(KeptFile.next(file), "half of something longer");

        KeptFile.write(file, "new".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("new");
        assertThat(KeptFile.next(file)).doesNotExist();
    }

    @Test
    void a_link_is_replaced_and_not_followed() throws IOException {
        Path other = Files.writeString(directory.resolve("other"), "untouched");
        Path file = Files.createSymbolicLink(directory.resolve("x.json"), other);
        Files.createSymbolicLink(KeptFile.next(file), other);

        KeptFile.write(file, "new".getBytes(StandardCharsets.UTF_8));

        assertThat(other).hasContent("untouched");
        assertThat(file).isRegularFile().hasContent("new");
        assertThat(Files.isSymbolicLink(file)).isFalse();
    }
}

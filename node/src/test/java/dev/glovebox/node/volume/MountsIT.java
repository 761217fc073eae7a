package dev.glovebox.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With the kernel's own mounts: needs root.
class MountsIT {
    @TempDir Path folder;
    private final Mounts mounts = new Mounts();

    @AfterEach
    void takeAway() {
        mounts.removeUnder(folder);
    }

    @Test
    void memory_is_of_the_size_and_mode_that_were_asked_for() throws IOException {
        Path at = Files.createDirectory(folder.resolve("with space"));
        mounts.memory(at, "mode=1777,size=65536");
        assertThat(mounts.isMounted(at)).isTrue();
        assertThat(mounts.isFileSystem(at)).isTrue();
        assertThat(Files.getFileStore(at).getTotalSpace()).isEqualTo(65536);
        assertThat((int) Files.getAttribute(at, "unix:mode") & 07777).isEqualTo(01777);
        assertThat(options(at)).doesNotContain("nosuid", "nodev");
        assertThatThrownBy(() -> Files.write(at.resolve("file"), new byte[65537]))
                .isInstanceOf(IOException.class);
    }

    @Test
    void in_memory_of_data_nothing_is_a_device_or_runs_as_somebody_else() throws IOException {
        Path at = Files.createDirectory(folder.resolve("data"));
        mounts.memoryOfData(at, "mode=0755,size=65536");
        assertThat(options(at)).contains("nosuid", "nodev");
    }

    @Test
    void what_is_in_use_stays_and_is_named() throws IOException {
        Path at = Files.createDirectory(folder.resolve("busy"));
        mounts.memory(at, "size=65536");
        try (OutputStream _ = Files.newOutputStream(at.resolve("file"))) {
            assertThatThrownBy(() -> mounts.removeUnder(folder))
                    .isInstanceOf(VolumeException.class)
                    .hasMessage("cannot unmount: " + at + ": umount2: error 16");
        }
        mounts.removeUnder(folder);
        assertThat(mounts.under(folder)).isEmpty();
    }

    @Test
    void options_that_the_kernel_does_not_take_are_named() throws IOException {
        Path at = Files.createDirectory(folder.resolve("wrong"));
        assertThatThrownBy(() -> mounts.memory(at, "size=much"))
                .isInstanceOf(VolumeException.class)
                .hasMessage("cannot mount memory with size=much: " + at + ": mount: error 22");
    }

    private static String options(Path at) throws IOException {
        String escaped = at.toString().replace(" ", "\\040");
        return Files.readAllLines(Path.of("/proc/self/mounts")).stream()
                .map(line -> line.split(" ", -1))
                .filter(fields -> fields[1].equals(escaped))
                .map(fields -> fields[3])
                .findFirst()
                .orElseThrow();
    }
}

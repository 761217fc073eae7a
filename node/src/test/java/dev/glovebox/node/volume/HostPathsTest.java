package dev.glovebox.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostPathsTest {
    @TempDir Path folder;

    @ParameterizedTest
    @CsvSource({
        "Directory, a directory",
        "File, a file",
        "Socket, a socket file",
        "CharDevice, a character device",
        "BlockDevice, a block device"
    })
    void what_is_not_there_is_of_no_type(String type, String word) {
        Path nothing = folder.resolve("nothing");
        assertThatThrownBy(() -> prepare(nothing, type))
                .isInstanceOf(VolumeException.class)
                .hasMessage(
                        "MountVolume.SetUp failed for volume \"v\" : hostPath type check failed: "
                                + nothing
                                + " is not "
                                + word);
        assertThat(nothing).doesNotExist();
    }

    @Test
    void what_is_of_its_type_is_taken() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Path socket = folder.resolve("socket");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            prepare(folder, "Directory");
            prepare(file, "File");
            prepare(socket, "Socket");
            prepare(Path.of("/dev/null"), "CharDevice");
            prepare(folder.resolve("nothing"), "");
        }
    }

    @Test
    void what_may_be_made_is_made_and_what_is_there_must_fit() {
        prepare(folder.resolve("a/b"), "DirectoryOrCreate");
        prepare(folder.resolve("a/c"), "FileOrCreate");
        assertThat(folder.resolve("a/b")).isDirectory();
        assertThat(folder.resolve("a/c")).isRegularFile();
        assertThatThrownBy(() -> prepare(folder.resolve("a/c"), "DirectoryOrCreate"))
                .hasMessageEndingWith("a/c is not a directory");
        assertThatThrownBy(() -> prepare(folder.resolve("a/b"), "FileOrCreate"))
                .hasMessageEndingWith("a/b is not a file");
    }

    @Test
    void a_type_that_is_none_is_named() {
        assertThatThrownBy(() -> prepare(folder, "Fifo"))
                .hasMessageEndingWith("Fifo is an invalid volume type");
    }

    private static void prepare(Path path, String type) {
        HostPaths.prepare("v", new HostPathVolumeSource(path.toString(), type));
    }
}

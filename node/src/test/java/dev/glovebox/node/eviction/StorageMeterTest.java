package dev.glovebox.node.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageMeterTest {
    private static final int MIB = 1 << 20;
    @TempDir Path folder;

    @Test
    void all_that_containers_can_write_counts_and_each_its_own() throws IOException {
        StorageMeter.Places places =
                new StorageMeter.Places(
                        Map.of("v", full("volume", 1)),
                        Map.of("c", List.of(full("logs", 2), full("words", 3)), "d", List.of()),
                        List.of(full("hosts", 4).resolve("file"), folder.resolve("none")));
        LocalStorage used =
                new StorageMeter(DiskUnit.BYTES, pod -> places, id -> OptionalLong.of(id.length()))
                        .of(pod())
                        .orElseThrow();
        assertThat(used.volumes().get("v")).isBetween((long) MIB, 2L * MIB);
        assertThat(used.containers().get("c")).isBetween(5L * MIB, 6L * MIB);
        assertThat(used.containers().get("d")).isEqualTo("id-of-d".length());
        assertThat(used.others()).isBetween(4L * MIB, 5L * MIB);
        assertThat(used.total()).isBetween(10L * MIB, 11L * MIB);
    }

    private Path full(String name, int mebibytes) throws IOException {
        Path directory = Files.createDirectory(folder.resolve(name));
        Files.write(directory.resolve("file"), new byte[mebibytes * MIB]);
        return directory;
    }

    private static Pod pod() {
        return new PodBuilder()
                .withNewStatus()
                .addNewContainerStatus()
                .withName("d")
                .withContainerID("containerd://id-of-d")
                .endContainerStatus()
                .endStatus()
                .build();
    }
}

package dev.glovebox.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Parts of volumes, really mounted, beside somebody who owns the volume and wants more. Needs
/// root.
class SubPathsIT {
    @TempDir Path folder;

    private Path volume = Path.of("");
    private Path outside = Path.of("");
    private PodDirectories directories = new PodDirectories(Path.of(""), new Mounts());

    @BeforeEach
    void makeVolume() throws IOException {
        directories = new PodDirectories(folder.resolve("pods"), new Mounts());
        volume = Files.createDirectories(folder.resolve("pods/uid/volumes/v"));
        outside = Files.createDirectory(folder.resolve("outside"));
        Files.writeString(outside.resolve("secret"), "the host's");
        Files.setAttribute(volume, "unix:mode", 02777);
    }

    @AfterEach
    void nothing_is_left() {
        directories.remove("uid");
        assertThat(directories.mounts().under(folder)).isEmpty();
        assertThat(folder.resolve("pods/uid")).doesNotExist();
        assertThat(outside.resolve("secret")).hasContent("the host's");
    }

    @Test
    void what_is_missing_is_made_with_the_mode_of_its_volume() throws IOException {
        Path at = mount("a//b/./c");
        Files.writeString(at.resolve("file"), "x");
        assertThat(volume.resolve("a/b/c/file")).hasContent("x");
        assertThat(Files.getAttribute(volume.resolve("a/b"), "unix:mode")).isEqualTo(042777);
    }

    @Test
    void a_file_is_mounted_as_a_file() throws IOException {
        Files.writeString(volume.resolve("one"), "1");
        assertThat(mount("one")).isRegularFile().hasContent("1");
    }

    @Test
    void links_are_followed_within_the_volume() throws IOException {
        Files.createDirectories(volume.resolve("a/b"));
        Files.createSymbolicLink(volume.resolve("a/up"), Path.of("../a/b"));
        Files.writeString(mount("a/up").resolve("file"), "x");
        assertThat(volume.resolve("a/b/file")).hasContent("x");
    }

    @Test
    void links_out_of_the_volume_are_refused_without_a_word_of_where_they_lead()
            throws IOException {
        Files.createSymbolicLink(volume.resolve("away"), outside);
        Files.createSymbolicLink(volume.resolve("up"), Path.of("../../../../outside"));
        Files.createSymbolicLink(volume.resolve("self"), Path.of("/proc/self/root"));
        for (String part : new String[] {"away", "up", "away/secret", "self/etc"}) {
            assertThatThrownBy(() -> mount(part))
                    .isInstanceOf(VolumeException.class)
                    .hasMessage(
                            "failed to prepare subPath for volumeMount \"v\" of container \"c\"");
        }
        assertThatThrownBy(() -> mount("up/new")).isInstanceOf(VolumeException.class);
        assertThat(outside.resolve("new")).doesNotExist();
    }

    @Test
    void paths_that_say_so_themselves_are_refused_by_name() {
        assertThatThrownBy(() -> mount("/etc"))
                .hasMessage("error SubPath `/etc` must not be an absolute path");
        assertThatThrownBy(() -> mount("a/../../b"))
                .hasMessage("unable to provision SubPath `a/../../b`: must not contain '..'");
    }

    @Test
    void who_swaps_a_directory_for_a_link_meanwhile_gets_nothing_of_the_host() throws Exception {
        Files.createDirectory(volume.resolve("real"));
        Files.createSymbolicLink(volume.resolve("link"), outside);
        AtomicBoolean over = new AtomicBoolean();
        AtomicInteger swapped = new AtomicInteger();
        Thread thief = Thread.ofPlatform().start(() -> swap(over, swapped));
        int mounted = 0;
        int refused = 0;
        try {
            // Until each side has met the other often enough, whoever gets the processor.
            for (int i = 0; i < 20_000 && (i < 300 || refused == 0 || mounted == 0); i++) {
                try {
                    Path at = mount("part");
                    mounted++;
                    assertThat(at.resolve("secret")).doesNotExist();
                } catch (VolumeException e) {
                    refused++;
                }
            }
        } finally {
            over.set(true);
            thief.join();
        }
        assertThat(mounted).as("%d swapped, %d refused", swapped.get(), refused).isPositive();
        assertThat(refused).as("%d swapped, %d mounted", swapped.get(), mounted).isPositive();
        assertThat(swapped.get()).as("%d mounted, %d refused", mounted, refused).isGreaterThan(100);
    }

    /// The one who mounts makes the directory where it is missing at that moment; then no link can
    /// take its place, and it is removed first.
    private void swap(AtomicBoolean over, AtomicInteger swapped) {
        Path part = volume.resolve("part");
        Path real = volume.resolve("real");
        Path link = volume.resolve("link");
        while (!over.get()) {
            try {
                Files.move(real, part, StandardCopyOption.ATOMIC_MOVE);
                Files.move(part, real, StandardCopyOption.ATOMIC_MOVE);
                Files.move(link, part, StandardCopyOption.ATOMIC_MOVE);
                Files.move(part, link, StandardCopyOption.ATOMIC_MOVE);
                swapped.incrementAndGet();
            } catch (IOException e) {
                over.compareAndSet(false, !part.toFile().delete());
            }
        }
    }

    @Test
    void what_the_host_mounts_in_a_volume_is_seen_and_stays_when_the_pod_goes() throws Exception {
        run("mount", "--bind", outside.toString(), outside.toString());
        try {
            run("mount", "--make-shared", outside.toString());
            Path inner = Files.createDirectories(outside.resolve("part/inner"));
            Path at =
                    new SubPaths(directories)
                            .mount(new SubPaths.Part("uid", "v", outside, "part", "c", 0));
            new Mounts().memory(inner, "size=64k");
            Files.writeString(inner.resolve("file"), "the host's");
            assertThat(at.resolve("inner/file")).hasContent("the host's");
            directories.remove("uid");
            assertThat(inner.resolve("file")).hasContent("the host's");
        } finally {
            run("umount", "--recursive", outside.toString());
        }
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }

    @Test
    void what_an_earlier_container_had_is_replaced() throws IOException {
        Files.createDirectory(volume.resolve("part"));
        mount("part");
        Files.delete(volume.resolve("part"));
        Files.writeString(volume.resolve("part"), "now a file");
        assertThat(mount("part")).hasContent("now a file");
        assertThat(directories.mounts().under(folder)).hasSize(1);
    }

    private Path mount(String part) {
        return new SubPaths(directories).mount(new SubPaths.Part("uid", "v", volume, part, "c", 0));
    }
}

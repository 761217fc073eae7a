package dev.glovebox.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicDirectoryTest {
    @TempDir Path root;

    private boolean write(Map<String, String> files) throws IOException {
        return write(files, OptionalLong.empty());
    }

    private boolean write(Map<String, String> files, OptionalLong group) throws IOException {
        Map<String, FileContent> contents = new java.util.TreeMap<>();
        files.forEach((path, text) ->
                contents.put(path, new FileContent(text.getBytes(StandardCharsets.UTF_8), 0644)));
        return new AtomicDirectory(root, group).write(contents);
    }

    private List<String> names() throws IOException {
        try (var files = Files.list(root)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> !name.startsWith(".."))
                    .sorted()
                    .toList();
        }
    }

    private int mode(String path) throws IOException {
        return (Integer) Files.getAttribute(root.resolve(path), "unix:mode") & 07777;
    }

    @Test
    void files_are_seen_through_one_link() throws IOException {
        assertThat(write(Map.of("a", "1", "deep/er/b", "2"))).isTrue();
        assertThat(root.resolve("a")).isSymbolicLink().hasContent("1");
        assertThat(root.resolve("deep/er/b")).hasContent("2");
        assertThat(names()).containsExactly("a", "deep");
        assertThat(Files.readSymbolicLink(root.resolve("a"))).isEqualTo(Path.of("..data/a"));
        assertThat(mode("a")).isEqualTo(0644);
    }

    @Test
    void the_same_again_is_not_written() throws IOException {
        write(Map.of("a", "1"));
        Path state = Files.readSymbolicLink(root.resolve("..data"));
        assertThat(write(Map.of("a", "1"))).isFalse();
        assertThat(Files.readSymbolicLink(root.resolve("..data"))).isEqualTo(state);
    }

    @Test
    void what_goes_is_gone_with_its_state() throws IOException {
        write(Map.of("a", "1", "b", "1"));
        assertThat(write(Map.of("b", "2", "c", "2"))).isTrue();
        assertThat(names()).containsExactly("b", "c");
        try (var all = Files.list(root)) {
            assertThat(all.map(each -> each.getFileName().toString()))
                    .hasSize(4)
                    .contains("..data", "b", "c");
        }
        assertThat(write(Map.of())).isTrue();
        assertThat(names()).isEmpty();
    }

    @Test
    void a_reader_never_sees_two_states_at_once() throws Exception {
        write(Map.of("a", "0", "b", "0"));
        AtomicBoolean ended = new AtomicBoolean();
        AtomicReference<String> torn = new AtomicReference<>("");
        Thread reader =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!ended.get()) {
                                try {
                                    Path state = root.resolve("..data").toRealPath();
                                    String a = Files.readString(state.resolve("a"));
                                    String b = Files.readString(state.resolve("b"));
                                    if (!a.equals(b)) {
                                        torn.set(a + " and " + b);
                                    }
                                } catch (IOException replaced) {
                                    Thread.onSpinWait();
                                }
                            }
                        });
        for (int i = 1; i <= 300; i++) {
            write(Map.of("a", "" + i, "b", "" + i));
        }
        ended.set(true);
        reader.join();
        assertThat(torn.get()).isEmpty();
        assertThat(root.resolve("a")).hasContent("300");
    }

    @Test
    void what_a_crash_left_is_cleared_away() throws IOException {
        write(Map.of("a", "1"));
        Files.createDirectory(root.resolve("..state-lost"));
        Files.createSymbolicLink(root.resolve("..data_tmp"), Path.of("..state-lost"));
        Files.delete(root.resolve("a"));
        write(Map.of("a", "2"));
        assertThat(root.resolve("a")).hasContent("2");
        assertThat(Files.exists(root.resolve("..state-lost"), LinkOption.NOFOLLOW_LINKS)).isFalse();
        Files.delete(root.resolve("a"));
        assertThat(write(Map.of("a", "2"))).isFalse();
        assertThat(root.resolve("a")).hasContent("2");
    }

    @Test
    void a_group_may_read_what_it_owns() throws IOException {
        write(Map.of("d/a", "1"), OptionalLong.of(4711));
        assertThat(Files.getAttribute(root.resolve("d/a"), "unix:gid")).isEqualTo(4711);
        assertThat(mode("d/a")).isEqualTo(0644);
        assertThat(mode("d")).isEqualTo(02755);
        new AtomicDirectory(root, OptionalLong.of(4711))
                .write(Map.of("d/a", new FileContent(new byte[0], 0600)));
        assertThat(mode("d/a")).isEqualTo(0640);
    }
}

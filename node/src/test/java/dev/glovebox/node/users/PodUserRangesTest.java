package dev.glovebox.node.users;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// With processes that are files; the kernel's own are in `PodUserRangesIT`.
class PodUserRangesTest {
    private static final UserRange FIRST = new UserRange(65_536);
    private static final UserRange SECOND = new UserRange(131_072);

    @TempDir Path root;

    private PodUserRanges ranges;

    @BeforeEach
    void begin() throws IOException {
        process("self", "user:[1]", "0 0 4294967295\n");
        process("1", "user:[1]", "0 0 4294967295\n");
        Files.createDirectories(root.resolve("etc"));
        ranges = node(new UserRanges(), "pods");
    }

    private PodUserRanges node(UserRanges all, String pods) {
        return new PodUserRanges(
                all, root.resolve(pods), new IdMaps(root.resolve("proc")), root.resolve("etc"));
    }

    private void process(String pid, String namespace, String map) throws IOException {
        Path home = Files.createDirectories(root.resolve("proc").resolve(pid));
        Files.createDirectories(home.resolve("ns"));
        Files.deleteIfExists(home.resolve("ns/user"));
        Files.createSymbolicLink(home.resolve("ns/user"), Path.of(namespace));
        Files.writeString(home.resolve("status"), "");
        Files.writeString(home.resolve("uid_map"), map);
        Files.writeString(home.resolve("gid_map"), map);
    }

    private static Pod pod(String uid, @Nullable Boolean hostUsers) {
        return new PodBuilder()
                .withNewMetadata()
                .withUid(uid)
                .endMetadata()
                .withNewSpec()
                .withHostUsers(hostUsers)
                .endSpec()
                .build();
    }

    private static Pod pod(String uid) {
        return pod(uid, false);
    }

    private Path record(String uid) {
        return root.resolve("pods").resolve(uid).resolve("userns");
    }

    @Test
    void a_pod_that_asks_for_none_has_the_hosts_users() {
        for (Boolean hostUsers : new Boolean[] {null, true}) {
            ranges.give(pod("a", hostUsers));
            assertThat(ranges.of(pod("a", hostUsers))).isEmpty();
        }
        assertThat(root.resolve("pods")).doesNotExist();
    }

    @Test
    void each_pod_has_its_own_which_is_written_down() {
        ranges.give(pod("a"));
        ranges.give(pod("b"));
        ranges.give(pod("a"));
        assertThat(ranges.of(pod("a"))).contains(FIRST);
        assertThat(ranges.of(pod("b"))).contains(SECOND);
        assertThat(record("b")).hasContent("0 131072 65536\n");
        assertThat(record("b").resolveSibling("userns.part")).doesNotExist();
    }

    @Test
    void the_next_agent_knows_it_and_gives_it_to_nobody_else() {
        ranges.give(pod("a"));
        ranges.give(pod("b"));
        PodUserRanges next = node(new UserRanges(), "pods");
        next.begin(List.of("a", "b", "without-a-record"));
        next.give(pod("c"));
        assertThat(next.of(pod("c"))).contains(new UserRange(196_608));
        assertThat(next.of(pod("a"))).contains(FIRST);
        assertThat(next.of(pod("b"))).contains(SECOND);
    }

    @Test
    void what_is_left_of_a_pod_is_the_next_ones() throws IOException {
        ranges.give(pod("a"));
        Files.delete(record("a"));
        ranges.release("a");
        ranges.give(pod("b"));
        assertThat(ranges.of(pod("b"))).contains(FIRST);
    }

    @Test
    void nodes_of_one_engine_share_the_machines_ids() {
        UserRanges all = new UserRanges();
        PodUserRanges one = node(all, "one");
        PodUserRanges other = node(all, "other");
        one.give(pod("a"));
        other.give(pod("b"));
        assertThat(one.of(pod("a"))).contains(FIRST);
        assertThat(other.of(pod("b"))).contains(SECOND);
    }

    /// The machine was started anew, and another node's pod came first.
    @Test
    void a_pod_of_which_nothing_lives_gets_another_where_its_own_is_taken() {
        UserRanges before = new UserRanges();
        node(before, "other").give(pod("b"));
        UserRanges all = new UserRanges();
        node(all, "one").give(pod("a"));
        PodUserRanges other = node(all, "other");
        other.begin(List.of("b"));
        assertThatThrownBy(() -> other.of(pod("b")))
                .isInstanceOf(UsersException.class)
                .hasMessageContaining("are another pod's");
        other.give(pod("b"));
        assertThat(other.of(pod("b"))).contains(SECOND);
    }

    @Test
    void a_record_that_cannot_be_read_keeps_its_pod_out() throws IOException {
        Files.createDirectories(record("a").getParent());
        for (String text : List.of("", "0 0 65536\n", "0 65536 65536\nand more", "x".repeat(100))) {
            Files.writeString(record("a"), text);
            ranges.begin(List.of("a"));
            assertThatThrownBy(() -> ranges.give(pod("a"))).isInstanceOf(UsersException.class);
            assertThatThrownBy(() -> ranges.of(pod("a"))).isInstanceOf(UsersException.class);
            assertThat(record("a")).hasContent(text);
        }
        Files.delete(record("a"));
        Files.writeString(root.resolve("elsewhere"), FIRST.text());
        Files.createSymbolicLink(record("a"), root.resolve("elsewhere"));
        assertThatThrownBy(() -> ranges.give(pod("a"))).isInstanceOf(UsersException.class);
        ranges.give(pod("b"));
        assertThat(ranges.of(pod("b"))).contains(FIRST);
    }

    @Test
    void a_record_that_is_gone_is_missed() throws IOException {
        ranges.give(pod("a"));
        Files.delete(record("a"));
        assertThatThrownBy(() -> ranges.of(pod("a")))
                .isInstanceOf(UsersException.class)
                .hasMessageContaining("not written");
    }

    @Test
    void where_nothing_can_be_written_nothing_is_given() throws IOException {
        Files.writeString(root.resolve("file"), "");
        PodUserRanges broken = node(new UserRanges(), "file/pods");
        assertThatThrownBy(() -> broken.give(pod("a"))).isInstanceOf(UsersException.class);
        assertThatThrownBy(() -> broken.of(pod("a"))).isInstanceOf(UsersException.class);
    }

    @Test
    void ids_in_which_somebody_elses_process_lives_are_not_given() throws IOException {
        process("17", "user:[2]", "0 1000 1\n1 100000 65536\n");
        ranges.give(pod("a"));
        assertThat(ranges.of(pod("a"))).contains(new UserRange(196_608));
    }

    @Test
    void what_the_administrator_says_is_read_each_time() throws IOException {
        for (String file : List.of("etc/subuid", "etc/subgid")) {
            Files.writeString(root.resolve(file), "kubelet:655360:65536\n");
        }
        ranges.give(pod("a"));
        assertThat(ranges.of(pod("a"))).contains(new UserRange(655_360));
        assertThatThrownBy(() -> ranges.give(pod("b")))
                .isInstanceOf(UsersException.class)
                .hasMessage("no range of the host's ids is left for it");
    }

    @Test
    void a_sandbox_is_held_against_what_the_kernel_shows() throws IOException {
        process("20", "user:[2]", FIRST.text());
        assertThat(ranges.difference(FIRST, 20, false)).isEmpty();
        assertThat(ranges.difference(SECOND, 20, false))
                .isEqualTo(
                        "the pod's users are to be the host's 131072 to 196607, and to the kernel"
                                + " its users are 65536 from 0 at 65536 and its groups 65536 from 0"
                                + " at 65536");
        assertThat(ranges.difference(FIRST, 1, false)).contains("4294967295 from 0 at 0");
        Files.writeString(root.resolve("proc/20/gid_map"), "0 0 4294967295\n");
        assertThat(ranges.difference(FIRST, 20, false)).isNotEmpty();
        assertThatThrownBy(() -> ranges.difference(FIRST, 21, false))
                .isInstanceOf(UsersException.class);
    }

    @Test
    void ids_that_others_have_too_are_not_the_pods_own() throws IOException {
        process("20", "user:[2]", FIRST.text());
        process("21", "user:[2]", FIRST.text());
        assertThat(ranges.difference(FIRST, 20, false)).isEmpty();
        process("22", "user:[3]", "0 65537 1\n");
        assertThat(ranges.difference(FIRST, 20, false))
                .isEqualTo("processes of others have ids of the pod's, 65536 to 131071");
        // Its own containers may have made users of theirs.
        assertThat(ranges.difference(FIRST, 20, true)).isEmpty();
    }
}

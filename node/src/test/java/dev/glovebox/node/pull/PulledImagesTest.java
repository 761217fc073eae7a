package dev.glovebox.node.pull;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.node.images.StoredImage;
import dev.glovebox.testkit.ManualClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PulledImagesTest {
    private static final String PRIVATE = "registry.test/team/app";
    private static final String ID = "sha256:" + "a".repeat(64);
    private static final String OTHER = "sha256:" + "b".repeat(64);

    @TempDir Path data;

    private final ManualClock clock = ManualClock.atNoon();
    private final List<StoredImage> images = new ArrayList<>();
    private final Keyring right = ring("right");
    private final Keyring wrong = ring("wrong");
    private PulledImages pulled;

    @BeforeEach
    void start() {
        pulled = new PulledImages(data, () -> List.copyOf(images), clock);
    }

    @Test
    void what_came_without_credentials_is_for_everybody() {
        there(ID, PRIVATE + ":v1");
        pulled.openly(PRIVATE, ID);
        assertThat(access(ID, PRIVATE + ":v1")).isInstanceOf(Access.Everybody.class);
        assertThat(access(ID, ID)).isInstanceOf(Access.Everybody.class);
        assertThat(data.resolve("pulled")).doesNotExist();
    }

    @Test
    void what_a_credential_opened_is_for_whoever_has_it() {
        pull(ID, PRIVATE + ":v1", "right");
        for (String name : List.of(PRIVATE + ":v1", PRIVATE + "@" + OTHER, ID, "a".repeat(12))) {
            assertThat(opens(ID, name, right)).as(name).isTrue();
            assertThat(opens(ID, name, wrong)).as(name).isFalse();
            assertThat(opens(ID, name, new Keyring())).as(name).isFalse();
        }
    }

    @Test
    void the_next_agent_knows_and_nobody_else_can_look() throws IOException {
        pull(ID, PRIVATE + ":v1", "right");
        start();
        assertThat(opens(ID, PRIVATE + ":v1", right)).isTrue();
        assertThat(opens(ID, PRIVATE + ":v1", wrong)).isFalse();
        var file = record(ID);
        assertThat(Files.readString(file)).contains("uid-s").doesNotContain("right");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
        assertThat(data.resolve("pulling")).isEmptyDirectory();
    }

    /// The twin: it is the record that keeps others out.
    @Test
    void without_the_record_it_is_for_everybody() throws IOException {
        pull(ID, PRIVATE + ":v1", "right");
        Files.delete(record(ID));
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isTrue();
    }

    @Test
    void a_second_credential_opens_it_too() {
        pull(ID, PRIVATE + ":v1", "right");
        pull(ID, PRIVATE + ":v1", "wrong");
        assertThat(opens(ID, PRIVATE + ":v1", right)).isTrue();
        assertThat(opens(ID, PRIVATE + ":v1", wrong)).isTrue();
    }

    @Test
    void what_the_registry_gives_to_everybody_becomes_open() {
        pull(ID, PRIVATE + ":v1", "right");
        pulled.openly(PRIVATE, ID);
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isTrue();
        pull(ID, PRIVATE + ":v1", "right");
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isTrue();
    }

    @Test
    void a_credential_is_for_the_repository_that_it_opened() {
        pull(ID, PRIVATE + ":v1", "right");
        pull(ID, "registry.test/other/app:v1", "wrong");
        assertThat(opens(ID, PRIVATE + ":v1", wrong)).isFalse();
        assertThat(opens(ID, "registry.test/other/app:v1", right)).isFalse();
        assertThat(opens(ID, ID, right)).isTrue();
        assertThat(opens(ID, ID, wrong)).isTrue();
        assertThat(opens(ID, ID, new Keyring())).isFalse();
    }

    /// Nobody takes an image from others by having the same in a registry of his own.
    @Test
    void what_was_there_under_another_name_stays_for_everybody() {
        there(ID, "docker.io/library/busybox:latest");
        pull(ID, PRIVATE + ":v1", "right");
        assertThat(opens(ID, "busybox", new Keyring())).isTrue();
        assertThat(opens(ID, ID, new Keyring())).isTrue();
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isFalse();
    }

    @Test
    void what_was_there_under_this_name_stays_for_everybody() throws IOException {
        there(ID, PRIVATE + ":v1");
        pull(ID, PRIVATE + ":v1", "right");
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isTrue();
        pull(OTHER, PRIVATE + ":v2", "right");
        assertThat(opens(OTHER, PRIVATE + ":v2", new Keyring())).isFalse();
    }

    @Test
    void what_arrives_while_a_pull_is_under_way_is_for_nobody_yet() {
        var pull = pulled.begin(PRIVATE);
        there(ID, PRIVATE + ":v1");
        assertThat(opens(ID, PRIVATE + ":v1", right)).isFalse();
        assertThat(opens(ID, ID, right)).isFalse();
        there(OTHER);
        assertThat(opens(OTHER, OTHER, new Keyring())).isFalse();
        // Nor does another pull take it for one that was there before.
        pulled.begin(PRIVATE).opened(ID, credential("wrong"));
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isFalse();
        pull.opened(ID, credential("right"));
        assertThat(opens(ID, PRIVATE + ":v1", right)).isTrue();
        assertThat(opens(OTHER, OTHER, new Keyring())).isTrue();
    }

    @Test
    void what_was_there_is_for_everybody_while_it_is_pulled_anew() {
        there(ID, PRIVATE + ":v1");
        pulled.begin(PRIVATE);
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isTrue();
        start();
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isTrue();
    }

    @Test
    void after_a_crash_what_came_of_the_pull_is_for_nobody() throws IOException {
        pulled.begin(PRIVATE);
        there(ID, PRIVATE + ":v1");
        start();
        assertThat(opens(ID, PRIVATE + ":v1", right)).isFalse();
        assertThat(opens(ID, ID, new Keyring())).isFalse();
        clock.advance(PulledImages.LATEST.plus(Duration.ofMinutes(1)));
        pulled.prune();
        assertThat(data.resolve("pulling")).isEmptyDirectory();
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isFalse();
        // It is pulled again with its own credentials.
        pull(ID, PRIVATE + ":v1", "right");
        assertThat(opens(ID, PRIVATE + ":v1", right)).isTrue();
        assertThat(opens(ID, PRIVATE + ":v1", wrong)).isFalse();
    }

    @Test
    void a_refused_pull_leaves_nothing_and_a_lost_one_holds() {
        pulled.begin(PRIVATE).failed();
        there(ID, PRIVATE + ":v1");
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isTrue();
        pulled.begin(PRIVATE).lost();
        there(OTHER, PRIVATE + ":v2");
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isTrue();
        assertThat(opens(OTHER, PRIVATE + ":v2", new Keyring())).isFalse();
    }

    @Test
    void what_came_of_a_refused_pull_all_the_same_is_for_nobody() {
        var pull = pulled.begin(PRIVATE);
        there(ID, PRIVATE + ":v1");
        pull.failed();
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isFalse();
        assertThat(data.resolve("pulling")).isEmptyDirectory();
    }

    @Test
    void a_broken_record_is_for_nobody_and_stays_so_for_names_that_it_may_have_had()
            throws IOException {
        pull(ID, PRIVATE + ":v1", "right");
        pull(ID, "registry.test/other/app:v1", "wrong");
        for (String broken :
                List.of("", "{", "{}", "null", "{\"closed\":false,\"repositories\":[{}]}")) {
            Files.writeString(record(ID), broken);
            assertThat(opens(ID, PRIVATE + ":v1", right)).as(broken).isFalse();
            assertThat(opens(ID, ID, right)).as(broken).isFalse();
        }
        pull(ID, PRIVATE + ":v1", "right");
        assertThat(opens(ID, PRIVATE + ":v1", right)).isTrue();
        assertThat(opens(ID, "registry.test/other/app:v1", new Keyring())).isFalse();
    }

    @Test
    void a_link_in_place_of_a_record_is_not_followed() throws IOException {
        pull(ID, PRIVATE + ":v1", "right");
        var elsewhere = Files.move(record(ID), data.resolve("elsewhere"));
        Files.createSymbolicLink(record(ID), elsewhere);
        assertThat(opens(ID, PRIVATE + ":v1", right)).isFalse();
    }

    @Test
    void a_broken_intent_holds_for_all_of_its_repository() throws IOException {
        there(ID, PRIVATE + ":v1");
        there(OTHER, "docker.io/library/busybox:latest");
        pulled.begin(PRIVATE);
        try (Stream<Path> files = Files.list(data.resolve("pulling"))) {
            Files.writeString(files.findFirst().orElseThrow(), "[");
        }
        start();
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isFalse();
        assertThat(opens(OTHER, "busybox", new Keyring())).isTrue();
    }

    @Test
    void nothing_is_pulled_that_cannot_be_written_down() throws IOException {
        Files.writeString(data.resolve("pulling"), "no directory");
        assertThatThrownBy(() -> pulled.begin(PRIVATE)).isInstanceOf(PullRecordException.class);
    }

    @Test
    void what_opened_it_and_cannot_be_written_leaves_it_to_nobody() throws IOException {
        var pull = pulled.begin(PRIVATE);
        there(ID, PRIVATE + ":v1");
        Files.writeString(data.resolve("pulled"), "no directory");
        pull.opened(ID, credential("right"));
        Files.delete(data.resolve("pulled"));
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isFalse();
        start();
        assertThat(opens(ID, PRIVATE + ":v1", new Keyring())).isFalse();
    }

    @Test
    void a_record_goes_with_its_image_but_never_during_a_pull() {
        pull(ID, PRIVATE + ":v1", "right");
        pulled.prune();
        assertThat(record(ID)).exists();
        images.clear();
        var pull = pulled.begin(PRIVATE);
        pulled.prune();
        assertThat(record(ID)).exists();
        pull.failed();
        pulled.prune();
        assertThat(record(ID)).doesNotExist();
    }

    @Test
    void records_are_bounded_and_what_they_lose_is_for_nobody() {
        PullRecord record = PullRecord.NONE;
        for (int i = 0; i < 100; i++) {
            record = record.granted(PRIVATE, new Grant("h" + i, "n", "s", "u"));
        }
        assertThat(record.rights(PRIVATE).orElseThrow().grants())
                .hasSize(PullRecord.MOST_GRANTS)
                .endsWith(new Grant("h99", "n", "s", "u"));
        assertThat(record.closed()).isFalse();
        for (int i = 0; i < 100; i++) {
            record = record.granted("registry.test/r" + i, new Grant("h", "n", "s", "u"));
        }
        assertThat(record.repositories()).hasSize(PullRecord.MOST_REPOSITORIES);
        assertThat(record.rights("registry.test/unknown")).contains(PullRecord.Rights.NOBODY);
    }

    private void there(String id, String... names) {
        var all = new ArrayList<>(List.of(names));
        images.removeIf(image -> image.id().equals(id) && all.addAll(image.names()));
        images.add(new StoredImage(id, all, 1, false));
    }

    private void pull(String id, String name, String password) {
        var pull = pulled.begin(name.substring(0, name.lastIndexOf(':')));
        there(id, name);
        pull.opened(id, credential(password));
    }

    private Access access(String id, String asked) {
        var names =
                images.stream()
                        .filter(image -> image.id().equals(id))
                        .flatMap(image -> image.names().stream())
                        .toList();
        return pulled.access(id, names, asked);
    }

    private boolean opens(String id, String asked, Keyring keyring) {
        return access(id, asked).opens(keyring);
    }

    private Path record(String id) {
        return data.resolve("pulled").resolve(id.substring("sha256:".length()) + ".json");
    }

    private static Keyring ring(String password) {
        var ring = new Keyring();
        ring.add(Secrets.login("s", "registry.test", "user", password));
        return ring;
    }

    private static SecretCredential credential(String password) {
        return ring(password).credentials(PRIVATE).getFirst();
    }
}

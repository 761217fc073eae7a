package dev.glovebox.containerd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.containerd.ContentStore.Blob;
import dev.glovebox.containerd.ContentStore.Named;
import dev.glovebox.cri.Image;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CheckpointsTest {
    private static final Image IMAGE =
            Image.newBuilder()
                    .setId("sha256:1")
                    .addRepoTags("registry.test/a:1")
                    .addRepoDigests("registry.test/a@sha256:2")
                    .build();

    private static final String CHECKPOINT =
            "{\"annotations\":{\"org.criu.checkpoint.container.name\":\"a\"}}";

    private final Contents contents = new Contents();
    private final Checkpoints checkpoints = new Checkpoints(contents);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"schemaVersion\":2,\"annotations\":{\"org.criu.checkpoint.container.name\":\"a\"}}",
                // What Go reads as well.
                "{\"ANNOTATIONS\":{\"org.criu.checkpoint.container.name\":\"\"}}",
                "{\"annotations\":{},\"annotations\":{\"org.criu.checkpoint.container.name\":\"a\"}}",
                "{\"annotations\":{\"org\\u002ecriu.checkpoint.container.name\":\"a\"}}"
            })
    void a_checkpoint_becomes_no_container(String manifest) {
        contents.name("sha256:1", manifest);
        refusedFor("image sha256:1 is a checkpoint of a container");
    }

    /// containerd asks for the first of an image's names, whichever that is.
    @ParameterizedTest
    @ValueSource(strings = {"sha256:1", "registry.test/a:1", "registry.test/a@sha256:2"})
    void by_whichever_of_its_names(String name) {
        contents.name("sha256:1", "{}");
        contents.name("registry.test/a:1", "{}");
        contents.name(name, CHECKPOINT);
        refusedFor("image " + name + " is a checkpoint");
    }

    @Test
    void any_other_image_does() {
        contents.name(
                "registry.test/a:1",
                "{\"annotations\":{\"org.opencontainers.image.title\":\"org.criu.checkpoint.container.name\"}}");
        contents.name(
                "registry.test/b:1",
                "{\"annotations\":{\"org.criu.checkpoint.container.name\":\"somebody else's\"}}");
        assertThatCode(() -> checkpoints.refuse("CreateContainer", IMAGE))
                .doesNotThrowAnyException();
    }

    @Test
    void nor_does_one_of_which_it_cannot_be_told() {
        refusedFor("has no manifest by any of its names");
        contents.name("registry.test/a:1", "{\"annotations\":");
        refusedFor("the manifest of image registry.test/a:1 cannot be read");
        contents.named.set(
                0, new Named("registry.test/a:1", new Blob("", "sha256:2", 9 << 20), Map.of()));
        refusedFor("has 9437184 bytes, more than 8388608");
    }

    /// One that came with the configuration of somebody else's image takes nothing of it along.
    @Test
    void a_checkpoint_that_came_loses_its_names_and_nobody_else_does() {
        contents.name("registry.test/a:1", "{}");
        contents.name("registry.test/a@sha256:2", CHECKPOINT);
        contents.name("sha256:1", CHECKPOINT);
        assertThatThrownBy(() -> checkpoints.drop("PullImage", IMAGE))
                .hasMessageContaining("PullImage: image registry.test/a@sha256:2 is a checkpoint");
        assertThat(contents.named)
                .extracting(Named::name)
                .containsExactly("registry.test/a:1", "sha256:1");
        assertThatCode(() -> checkpoints.refuse("CreateContainer", IMAGE))
                .doesNotThrowAnyException();
    }

    @Test
    void a_checkpoint_that_came_alone_is_gone() {
        contents.name("registry.test/a:1", CHECKPOINT);
        contents.name("sha256:1", CHECKPOINT);
        assertThatThrownBy(() -> checkpoints.drop("PullImage", IMAGE))
                .hasMessageContaining("is a checkpoint");
        assertThat(contents.named).isEmpty();
    }

    @Test
    void what_came_and_cannot_be_read_keeps_its_names() {
        contents.name("registry.test/a:1", "{");
        assertThatThrownBy(() -> checkpoints.drop("PullImage", IMAGE))
                .hasMessageContaining("cannot be read");
        assertThat(contents.named).hasSize(1);
    }

    private void refusedFor(String why) {
        assertThatThrownBy(() -> checkpoints.refuse("CreateContainer", IMAGE))
                .isInstanceOfSatisfying(
                        CriException.class,
                        e -> assertThat(e.code()).isEqualTo(CriException.Code.FAILED_PRECONDITION))
                .hasMessageContaining(why);
    }

    /// What there is, by name.
    private static final class Contents implements ContentStore {
        private final List<Named> named = new ArrayList<>();
        private final Map<String, byte[]> blobs = new HashMap<>();

        void name(String name, String manifest) {
            byte[] bytes = manifest.getBytes(StandardCharsets.UTF_8);
            String digest = "blob " + blobs.size();
            blobs.put(digest, bytes);
            putImage(name, new Blob("", digest, bytes.length), Map.of());
        }

        @Override
        public List<Named> images(Collection<String> names) {
            return named.stream().filter(each -> names.contains(each.name())).toList();
        }

        @Override
        public byte[] read(Blob blob) {
            return Objects.requireNonNull(blobs.get(blob.digest()));
        }

        @Override
        public boolean has(String digest) {
            throw new AssertionError(digest);
        }

        @Override
        public void write(Blob blob, Map<String, String> labels, InputStream source) {
            throw new AssertionError(blob);
        }

        @Override
        public List<Arriving> arriving() {
            throw new AssertionError();
        }

        @Override
        public void putImage(String name, Blob target, Map<String, String> labels) {
            removeImage(name);
            named.add(new Named(name, target, labels));
        }

        @Override
        public List<Named> images() {
            throw new AssertionError();
        }

        @Override
        public void removeImage(String name) {
            named.removeIf(each -> each.name().equals(name));
        }

        @Override
        public Lease lease() {
            throw new AssertionError();
        }
    }
}

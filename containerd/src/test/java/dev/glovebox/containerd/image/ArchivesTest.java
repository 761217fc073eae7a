package dev.glovebox.containerd.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archives of both formats, whole and broken, read without a containerd.
class ArchivesTest {
    private static final Platform MACHINE = new Platform("linux", "amd64");
    private static final byte[] LAYER = "layer".getBytes(StandardCharsets.UTF_8);

    @TempDir Path temp;

    @Test
    void an_oci_layout_is_read_with_its_name_and_digests() throws IOException {
        byte[] config = config("amd64", LAYER);
        List<ArchivedImage> images = oci(layout(config, LAYER, LAYER, "busybox:1"));
        assertThat(images).hasSize(1);
        assertThat(images.getFirst().names()).containsExactly("docker.io/library/busybox:1");
        assertThat(images.getFirst().config().blob().digest()).isEqualTo(Digests.of(config));
        assertThat(images.getFirst().layers().getFirst().blob().digest())
                .isEqualTo(Digests.of(LAYER));
    }

    @Test
    void an_image_with_a_tag_alone_is_named_after_its_digest() throws IOException {
        ArchivedImage image =
                oci(layout(config("amd64", LAYER), LAYER, LAYER, "latest")).getFirst();
        assertThat(image.names())
                .containsExactly(
                        "glovebox.dev/loaded:"
                                + Digests.hex(image.manifest().blob().digest()).substring(0, 12));
    }

    @Test
    void an_image_for_another_machine_is_refused_by_both_platforms_names() throws IOException {
        byte[] tar = layout(config("s390x", LAYER), LAYER, LAYER, "x:1");
        assertThatThrownBy(() -> oci(tar))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining("no image for this machine's platform, linux/amd64");
        byte[] saved = saved(config("s390x", LAYER), LAYER, "[\"x:1\"]");
        assertThatThrownBy(() -> docker(saved))
                .hasMessageContaining("the image is for linux/s390x, this machine is linux/amd64");
    }

    @Test
    void a_layer_of_another_size_than_announced_is_refused() throws IOException {
        byte[] tar = layout(config("amd64", LAYER), LAYER, new byte[7], "x:1");
        assertThatThrownBy(() -> oci(tar)).hasMessageContaining("has 7 bytes, not the 5");
    }

    @Test
    void a_missing_layer_is_named() throws IOException {
        byte[] config = config("amd64", LAYER);
        byte[] manifest = manifest(config, LAYER);
        byte[] tar =
                TarIndexTest.tar(out -> {
                    out.file("oci-layout", 0644, text("{\"imageLayoutVersion\":\"1.0.0\"}"));
                    out.file("index.json", 0644, index(manifest, "x:1"));
                    out.file("blobs/sha256/" + hex(manifest), 0644, manifest);
                    out.file("blobs/sha256/" + hex(config), 0644, config);
                });
        assertThatThrownBy(() -> oci(tar))
                .hasMessageContaining("it lacks the file \"blobs/sha256/" + hex(LAYER) + "\"");
    }

    @Test
    void a_digest_that_is_a_path_is_refused() throws IOException {
        byte[] tar =
                TarIndexTest.tar(out -> {
                    out.file("oci-layout", 0644, text("{\"imageLayoutVersion\":\"1.0.0\"}"));
                    out.file(
                            "index.json",
                            0644,
                            text(
                                    """
                                    {"manifests":[{"mediaType":"%s","digest":"sha256:../../x","size":2}]}
                                    """
                                            .formatted(MediaTypes.MANIFEST)));
                });
        assertThatThrownBy(() -> oci(tar)).hasMessageContaining("without a usable digest");
    }

    @Test
    void a_saved_image_keeps_all_its_tags() throws IOException {
        byte[] config = config("amd64", LAYER);
        ArchivedImage image =
                docker(saved(config, LAYER, "[\"a:1\",\"localhost:5000/b\"]")).getFirst();
        assertThat(image.names())
                .containsExactly("docker.io/library/a:1", "localhost:5000/b:latest");
        assertThat(image.config().blob().digest()).isEqualTo(Digests.of(config));
        assertThat(image.layers().getFirst().blob().mediaType()).isEqualTo(MediaTypes.LAYER);
    }

    @Test
    void a_saved_layer_with_another_content_is_refused() throws IOException {
        byte[] tar = saved(config("amd64", text("other")), LAYER, "[\"a:1\"]");
        assertThatThrownBy(() -> docker(tar))
                .hasMessageContaining("\"layer.tar\" has another content");
    }

    @Test
    void what_is_no_json_is_said_to_be_none() throws IOException {
        byte[] tar =
                TarIndexTest.tar(out -> out.file("manifest.json", 0644, text("[{\"Config\":")));
        assertThatThrownBy(() -> docker(tar))
                .hasMessageContaining("the.tar is no usable image archive")
                .hasMessageContaining("\"manifest.json\" holds no JSON");
    }

    private List<ArchivedImage> oci(byte[] tar) throws IOException {
        try (ArchiveFile archive = open(tar)) {
            assertThat(OciLayout.isIn(archive)).isTrue();
            return new OciLayout(archive, MACHINE).images();
        }
    }

    private List<ArchivedImage> docker(byte[] tar) throws IOException {
        try (ArchiveFile archive = open(tar)) {
            assertThat(DockerSave.isIn(archive)).isTrue();
            return new DockerSave(archive, MACHINE).images();
        }
    }

    private ArchiveFile open(byte[] tar) throws IOException {
        return ArchiveFile.open(Files.write(temp.resolve("a.tar"), tar), "the.tar");
    }

    private static byte[] layout(byte[] config, byte[] layer, byte[] stored, String name)
            throws IOException {
        byte[] manifest = manifest(config, layer);
        return TarIndexTest.tar(out -> {
            out.file("oci-layout", 0644, text("{\"imageLayoutVersion\":\"1.0.0\"}"));
            out.file("index.json", 0644, index(manifest, name));
            out.file("blobs/sha256/" + hex(manifest), 0644, manifest);
            out.file("blobs/sha256/" + hex(config), 0644, config);
            out.file("blobs/sha256/" + hex(layer), 0644, stored);
        });
    }

    private static byte[] saved(byte[] config, byte[] layer, String tags) throws IOException {
        return TarIndexTest.tar(out -> {
            out.file("config.json", 0644, config);
            out.file("layer.tar", 0644, layer);
            out.file(
                    "manifest.json",
                    0644,
                    text(
                            """
                            [{"Config":"config.json","RepoTags":%s,"Layers":["layer.tar"]}]
                            """
                                    .formatted(tags)));
        });
    }

    private static byte[] manifest(byte[] config, byte[] layer) {
        return text(
                """
                {"schemaVersion":2,"mediaType":"%s",
                "config":{"mediaType":"%s","digest":"%s","size":%d},
                "layers":[{"mediaType":"%s","digest":"%s","size":%d}]}
                """
                        .formatted(
                                MediaTypes.MANIFEST,
                                MediaTypes.CONFIG,
                                Digests.of(config),
                                config.length,
                                MediaTypes.LAYER,
                                Digests.of(layer),
                                layer.length));
    }

    private static byte[] index(byte[] manifest, String name) {
        return text(
                """
                {"manifests":[{"mediaType":"%s","digest":"%s","size":%d,
                "annotations":{"org.opencontainers.image.ref.name":"%s"}}]}
                """
                        .formatted(
                                MediaTypes.MANIFEST, Digests.of(manifest), manifest.length, name));
    }

    private static byte[] config(String architecture, byte[] layer) {
        return text(
                """
                {"os":"linux","architecture":"%s","rootfs":{"type":"layers","diff_ids":["%s"]}}
                """
                        .formatted(architecture, Digests.of(layer)));
    }

    private static String hex(byte[] content) {
        return Digests.hex(Digests.of(content));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

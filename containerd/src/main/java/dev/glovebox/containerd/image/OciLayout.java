package dev.glovebox.containerd.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.containerd.ContentStore.Blob;
import dev.glovebox.containerd.image.ArchivedImage.Inline;
import dev.glovebox.containerd.image.ArchivedImage.Layer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Reads an archive that is an OCI image layout (image-spec, image-layout.md): `oci-layout`,
/// `index.json`, `blobs/sha256/`. Of images for several platforms, this machine's is taken.
final class OciLayout {
    /// An index within an index within `index.json` is the deepest that is followed.
    private static final int DEEPEST = 3;

    /// Most entries of an index that are looked at.
    private static final int WIDEST = 256;

    private static final int MOST_LAYERS = 128;

    private final ArchiveFile archive;
    private final Platform platform;

    OciLayout(ArchiveFile archive, Platform platform) {
        this.archive = archive;
        this.platform = platform;
    }

    static boolean isIn(ArchiveFile archive) {
        return archive.find("oci-layout").isPresent() && archive.find("index.json").isPresent();
    }

    List<ArchivedImage> images() throws IOException {
        String version = archive.json("oci-layout").path("imageLayoutVersion").asText("");
        if (!version.startsWith("1.")) {
            throw archive.wrong(
                    "its OCI layout has the unknown version " + TarIndex.quoted(version));
        }
        JsonNode entries = entries(archive.json("index.json"), "index.json");
        List<ArchivedImage> images = new ArrayList<>();
        for (JsonNode entry : entries) {
            Optional<Blob> manifest = manifestFor(entry, 1);
            if (manifest.isPresent()) {
                images.add(image(manifest.get(), entry.path("annotations")));
            }
        }
        if (images.isEmpty()) {
            throw archive.wrong("it holds no image for this machine's platform, " + platform);
        }
        return images;
    }

    private JsonNode entries(JsonNode index, String name) {
        JsonNode entries = index.path("manifests");
        if (!entries.isArray() || entries.size() > WIDEST) {
            throw archive.wrong(
                    TarIndex.quoted(name) + " lists no manifests, or more than " + WIDEST);
        }
        return entries;
    }

    /// The manifest that an index entry leads to on this platform; empty when it is another
    /// platform's, or no image.
    private Optional<Blob> manifestFor(JsonNode entry, int depth) throws IOException {
        Blob blob = descriptor(entry);
        boolean said = entry.has("platform");
        if (said && !Platform.of(entry.path("platform")).equals(platform)) {
            return Optional.empty();
        }
        if (MediaTypes.MANIFESTS.contains(blob.mediaType())) {
            return said || platformOf(blob).equals(platform) ? Optional.of(blob) : Optional.empty();
        }
        if (!MediaTypes.INDEXES.contains(blob.mediaType())) {
            return Optional.empty();
        }
        if (depth >= DEEPEST) {
            throw archive.wrong("its indexes are nested more than " + DEEPEST + " deep");
        }
        JsonNode index = archive.json(blob.digest(), archive.checkedBlob(blob.digest()));
        for (JsonNode inner : entries(index, blob.digest())) {
            Optional<Blob> found = manifestFor(inner, depth + 1);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Platform platformOf(Blob manifest) throws IOException {
        JsonNode node = archive.json(manifest.digest(), archive.checkedBlob(manifest.digest()));
        Blob config = descriptor(node.path("config"));
        return Platform.of(archive.json(config.digest(), archive.checkedBlob(config.digest())));
    }

    private ArchivedImage image(Blob manifest, JsonNode annotations) throws IOException {
        byte[] bytes = archive.checkedBlob(manifest.digest());
        JsonNode node = archive.json(manifest.digest(), bytes);
        Blob config = descriptor(node.path("config"));
        if (!MediaTypes.CONFIGS.contains(config.mediaType())) {
            throw archive.wrong(
                    "it holds no container image, but a " + TarIndex.quoted(config.mediaType()));
        }
        byte[] configBytes = archive.checkedBlob(config.digest());
        JsonNode configNode = archive.json(config.digest(), configBytes);
        List<Layer> layers = layers(node.path("layers"));
        int diffs = configNode.path("rootfs").path("diff_ids").size();
        if (diffs != layers.size()) {
            throw archive.wrong(
                    "the image has "
                            + layers.size()
                            + " layers, but its configuration speaks of "
                            + diffs);
        }
        if (!Platform.of(configNode).equals(platform)) {
            throw archive.wrong(
                    "the image is for "
                            + Platform.of(configNode)
                            + ", this machine is "
                            + platform);
        }
        return new ArchivedImage(
                List.of(name(annotations, manifest)),
                inline(manifest, bytes),
                inline(config, configBytes),
                layers);
    }

    private Inline inline(Blob blob, byte[] content) {
        if (content.length != blob.size()) {
            throw sizeDiffers(blob, content.length);
        }
        return new Inline(blob, content);
    }

    private List<Layer> layers(JsonNode nodes) {
        if (!nodes.isArray() || nodes.size() > MOST_LAYERS) {
            throw archive.wrong("its image lists no layers, or more than " + MOST_LAYERS);
        }
        List<Layer> layers = new ArrayList<>();
        for (JsonNode node : nodes) {
            Blob blob = descriptor(node);
            if (!MediaTypes.LAYERS.contains(blob.mediaType())) {
                throw archive.wrong(
                        "a layer has the unknown type " + TarIndex.quoted(blob.mediaType()));
            }
            TarIndex.Place place = archive.blob(blob.digest());
            if (place.size() != blob.size()) {
                throw sizeDiffers(blob, place.size());
            }
            layers.add(new Layer(blob, place));
        }
        return layers;
    }

    private ImageException sizeDiffers(Blob blob, long actual) {
        return archive.wrong(
                "the blob "
                        + blob.digest()
                        + " has "
                        + actual
                        + " bytes, not the "
                        + blob.size()
                        + " that are announced");
    }

    private Blob descriptor(JsonNode node) {
        String digest = node.path("digest").asText("");
        long size = node.path("size").asLong(-1);
        if (!Digests.isDigest(digest) || size < 0) {
            throw archive.wrong(
                    "it holds a descriptor without a usable digest and size: "
                            + TarIndex.quoted(node.toString()));
        }
        return new Blob(node.path("mediaType").asText(""), digest, size);
    }

    /// containerd's annotation holds a whole name; OCI's holds one, or a tag alone, which names
    /// nothing.
    private static String name(JsonNode annotations, Blob manifest) {
        String oci = annotations.path("org.opencontainers.image.ref.name").asText("");
        return Stream.of(annotations.path("io.containerd.image.name").asText(""), oci)
                .filter(text -> text.contains(":") || text.contains("/"))
                .flatMap(text -> ImageName.inFull(text).stream())
                .findFirst()
                .orElseGet(() -> Names.ofUnnamed(manifest.digest()));
    }
}

package dev.glovebox.containerd.image;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.containerd.ContentStore.Blob;
import dev.glovebox.containerd.image.ArchivedImage.Inline;
import dev.glovebox.containerd.image.ArchivedImage.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Reads an archive as `docker save` writes it: `manifest.json` names configuration, tags and layer
/// files. It carries no digests of its own; the manifest is made here, and each layer's digest is
/// held against the configuration's `diff_ids` where the layer is not compressed.
final class DockerSave {
    private static final int MOST_IMAGES = 256;
    private static final int MOST_LAYERS = 128;

    private final ArchiveFile archive;
    private final Platform platform;

    DockerSave(ArchiveFile archive, Platform platform) {
        this.archive = archive;
        this.platform = platform;
    }

    static boolean isIn(ArchiveFile archive) {
        return archive.find("manifest.json").isPresent();
    }

    List<ArchivedImage> images() throws IOException {
        JsonNode list = archive.json("manifest.json");
        if (!list.isArray() || list.isEmpty() || list.size() > MOST_IMAGES) {
            throw archive.wrong("\"manifest.json\" lists no images, or more than " + MOST_IMAGES);
        }
        List<ArchivedImage> images = new ArrayList<>();
        for (JsonNode entry : list) {
            images.add(image(entry));
        }
        return images;
    }

    private ArchivedImage image(JsonNode entry) throws IOException {
        String configName = entry.path("Config").asText("");
        byte[] bytes = archive.bytes(configName, archive.need(configName));
        JsonNode node = archive.json(configName, bytes);
        if (!Platform.of(node).equals(platform)) {
            throw archive.wrong(
                    "the image is for " + Platform.of(node) + ", this machine is " + platform);
        }
        Inline config =
                new Inline(new Blob(MediaTypes.CONFIG, Digests.of(bytes), bytes.length), bytes);
        List<Layer> layers = layers(entry.path("Layers"), node.path("rootfs").path("diff_ids"));
        Inline manifest = manifest(config.blob(), layers);
        return new ArchivedImage(
                names(entry.path("RepoTags"), manifest.blob()), manifest, config, layers);
    }

    private List<Layer> layers(JsonNode names, JsonNode diffIds) throws IOException {
        if (!names.isArray() || names.size() > MOST_LAYERS || names.size() != diffIds.size()) {
            throw archive.wrong(
                    "its image lists "
                            + names.size()
                            + " layers, and its configuration "
                            + diffIds.size());
        }
        List<Layer> layers = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            layers.add(layer(names.path(i).asText(""), diffIds.path(i).asText("")));
        }
        return layers;
    }

    private Layer layer(String name, String diffId) throws IOException {
        TarIndex.Place place = archive.need(name);
        String type = typeOf(place);
        String digest;
        try (InputStream stream = archive.stream(place)) {
            digest = Digests.of(stream);
        }
        if (type.equals(MediaTypes.LAYER) && !digest.equals(diffId)) {
            throw archive.wrong(
                    "the layer "
                            + TarIndex.quoted(name)
                            + " has another content than its configuration says");
        }
        return new Layer(new Blob(type, digest, place.size()), place);
    }

    private String typeOf(TarIndex.Place place) throws IOException {
        try (InputStream stream = archive.stream(place)) {
            byte[] head = stream.readNBytes(4);
            if (head.length == 4 && head[0] == 0x1f && head[1] == (byte) 0x8b) {
                return MediaTypes.LAYER_GZIP;
            }
            boolean zstd =
                    head.length == 4
                            && head[0] == 0x28
                            && head[1] == (byte) 0xb5
                            && head[2] == 0x2f
                            && head[3] == (byte) 0xfd;
            return zstd ? MediaTypes.LAYER_ZSTD : MediaTypes.LAYER;
        }
    }

    private List<String> names(JsonNode tags, Blob manifest) {
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode tag : tags) {
            names.add(
                    ImageName.inFull(tag.asText(""))
                            .orElseThrow(() ->
                                    archive.wrong(
                                            "it gives an image the malformed name "
                                                    + TarIndex.quoted(tag.asText("")))));
        }
        return names.isEmpty() ? List.of(Names.ofUnnamed(manifest.digest())) : List.copyOf(names);
    }

    private static Inline manifest(Blob config, List<Layer> layers) throws IOException {
        byte[] bytes = Manifests.of(config, layers.stream().map(Layer::blob).toList());
        return new Inline(new Blob(MediaTypes.MANIFEST, Digests.of(bytes), bytes.length), bytes);
    }
}

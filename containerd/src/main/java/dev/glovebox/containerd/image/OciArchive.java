package dev.glovebox.containerd.image;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/// Writes an image as an OCI archive: a tar of an OCI image layout (image-spec, image-layout.md),
/// which `skopeo`, `podman load` and `ctr images import` read as well.
public final class OciArchive {
    private OciArchive() {}

    /// Writes the archive, replacing `file` only when it is whole.
    ///
    /// @throws IOException when the file cannot be written
    public static void write(BuiltinImage image, Path file) throws IOException {
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(fresh))) {
            TarWriter tar = new TarWriter(out);
            tar.file(
                    "oci-layout",
                    0644,
                    "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.UTF_8));
            tar.file("index.json", 0644, index(image));
            tar.directory("blobs", 0755);
            tar.directory("blobs/sha256", 0755);
            blob(tar, image.manifest());
            blob(tar, image.config());
            blob(tar, image.layer());
            tar.finish();
        }
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void blob(TarWriter tar, ArchivedImage.Inline inline) throws IOException {
        tar.file("blobs/sha256/" + Digests.hex(inline.blob().digest()), 0644, inline.content());
    }

    private static byte[] index(BuiltinImage image) {
        ObjectNode entry = Manifests.descriptor(image.manifest().blob());
        entry.putObject("annotations")
                .put("io.containerd.image.name", image.name())
                .put("org.opencontainers.image.ref.name", image.name());
        ObjectNode index = Manifests.object();
        index.put("schemaVersion", 2).put("mediaType", MediaTypes.INDEX);
        index.putArray("manifests").add(entry);
        return Manifests.bytes(index);
    }
}

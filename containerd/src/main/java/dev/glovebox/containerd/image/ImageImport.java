package dev.glovebox.containerd.image;

import dev.glovebox.containerd.ContentStore;
import dev.glovebox.containerd.ContentStore.Blob;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Stores images of an archive in containerd, in the way in which its CRI plugin finds them: blobs
/// with labels that keep what they refer to, then one name for the id and one for each of the
/// image's names. Blobs first, names last: an import that breaks off leaves only what containerd's
/// garbage collector takes away.
final class ImageImport {
    private static final String GC = "containerd.io/gc.ref.content.";

    private final ContentStore store;

    ImageImport(ContentStore store) {
        this.store = store;
    }

    void run(ArchiveFile archive, List<ArchivedImage> images, Map<String, String> labels)
            throws IOException {
        try (ContentStore.Lease lease = store.lease()) {
            for (ArchivedImage image : images) {
                writeBlobs(lease.store(), archive, image);
            }
            for (ArchivedImage image : images) {
                Blob target = image.manifest().blob();
                lease.store().putImage(image.config().blob().digest(), target, labels);
                image.names().forEach(name -> lease.store().putImage(name, target, labels));
            }
        }
    }

    private static void writeBlobs(ContentStore store, ArchiveFile archive, ArchivedImage image)
            throws IOException {
        for (ArchivedImage.Layer layer : image.layers()) {
            String digest = layer.blob().digest();
            try (InputStream stream =
                    new VerifyingStream(
                            archive.stream(layer.place()),
                            digest,
                            () ->
                                    archive.wrong(
                                            "the blob "
                                                    + digest
                                                    + " has another content than its digest"
                                                    + " says"))) {
                store.write(layer.blob(), Map.of(), stream);
            }
        }
        write(store, image.config(), Map.of());
        write(store, image.manifest(), references(image));
    }

    private static void write(
            ContentStore store, ArchivedImage.Inline inline, Map<String, String> labels)
            throws IOException {
        store.write(inline.blob(), labels, new ByteArrayInputStream(inline.content()));
    }

    private static Map<String, String> references(ArchivedImage image) {
        Map<String, String> labels = new HashMap<>();
        labels.put(GC + "config", image.config().blob().digest());
        for (int i = 0; i < image.layers().size(); i++) {
            labels.put(GC + "l." + i, image.layers().get(i).blob().digest());
        }
        return labels;
    }
}

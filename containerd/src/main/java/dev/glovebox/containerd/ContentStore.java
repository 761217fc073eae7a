package dev.glovebox.containerd;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// containerd's content and image stores, in CRI's namespace: what an import needs and CRI does not
/// offer. Methods block and throw [CriException].
public interface ContentStore {
    /// Whether a blob of that digest is stored whole.
    boolean has(String digest);

    /// Stores a blob. containerd itself checks size and digest before it keeps it.
    ///
    /// @param labels for example `containerd.io/gc.ref.content.0`, which keeps what it refers to
    /// @throws IOException when the source cannot be read
    void write(Blob blob, Map<String, String> labels, InputStream source) throws IOException;

    /// The bytes of a blob, all of them in memory.
    byte[] read(Blob blob);

    /// What is being written at this moment, by whomever.
    List<Arriving> arriving();

    /// Names an image; a name that exists points to the new target from then on.
    void putImage(String name, Blob target, Map<String, String> labels);

    /// All names with their targets.
    List<Named> images();

    /// Those of these names that there are, with their targets.
    List<Named> images(Collection<String> names);

    /// Takes a name away and waits for the garbage collector.
    void removeImage(String name);

    /// Keeps everything that is written until it is closed from the garbage collector.
    Lease lease();

    /// A blob by what identifies it.
    ///
    /// @param mediaType for example `application/vnd.oci.image.manifest.v1+json`
    /// @param digest for example `sha256:...`
    /// @param size in bytes
    record Blob(String mediaType, String digest, long size) {}

    /// A blob of which something is here.
    ///
    /// @param ref of this attempt
    /// @param offset bytes that are here
    /// @param total bytes that there will be; 0 where the writer did not say
    record Arriving(String ref, long offset, long total) {}

    /// An image by name.
    record Named(String name, Blob target, Map<String, String> labels) {
        /// Copies the labels.
        public Named {
            labels = Map.copyOf(labels);
        }
    }

    /// An open lease.
    interface Lease extends AutoCloseable {
        /// The store as it writes under this lease.
        ContentStore store();

        @Override
        void close();
    }
}

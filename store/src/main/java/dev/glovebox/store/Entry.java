package dev.glovebox.store;

import java.util.Objects;

/// One object as stored, at one revision. The bytes are shared, never written to.
///
/// @param key for example `pods/default/nginx`
/// @param createRevision revision at which the key came into being
/// @param revision revision of its last change
/// @param value the encoded object, without its `resourceVersion`
public record Entry(String key, long createRevision, long revision, byte[] value) {
    /// Refuses revisions below one.
    public Entry {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(value, "value");
        if (createRevision < 1 || revision < createRevision) {
            throw new IllegalArgumentException(
                    "revision " + revision + " of an object made at " + createRevision);
        }
    }
}

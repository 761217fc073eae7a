package dev.glovebox.node.volume;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// One file of a volume.
///
/// @param bytes what is in it; may be a secret, so that no text of this shows it
/// @param mode permission bits
/// @param owner user that owns it; -1 for root
record FileContent(byte[] bytes, int mode, long owner) {
    static final long ROOT = -1;

    FileContent(byte[] bytes, int mode) {
        this(bytes, mode, ROOT);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileContent file
                && mode == file.mode
                && owner == file.owner
                && Arrays.equals(bytes, file.bytes);
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(bytes), mode, owner);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes, mode " + Integer.toOctalString(mode);
    }
}

package dev.glovebox.store;

/// How much of the past a store remembers for watchers; the older of it is compacted away.
///
/// @param events most writes
/// @param bytes most bytes of their values, replaced values included; the last write is remembered
///   whatever its size
public record HistoryLimit(int events, long bytes) {
    /// What a single machine's API needs: minutes of busy life, in a few MiB.
    public static final HistoryLimit DEFAULT = new HistoryLimit(8192, 32L << 20);

    /// Refuses limits below one.
    public HistoryLimit {
        if (events < 1 || bytes < 1) {
            throw new IllegalArgumentException("a history of " + events + ", " + bytes);
        }
    }
}

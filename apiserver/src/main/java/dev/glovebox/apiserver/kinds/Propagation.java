package dev.glovebox.apiserver.kinds;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What becomes of those whom a deleted object owns. Source: `meta/v1` DeletionPropagation.
public enum Propagation {
    /// They stay, without an owner.
    ORPHAN("orphan"),
    /// They go before it.
    FOREGROUND("foregroundDeletion"),
    /// They go after it.
    BACKGROUND("");

    private final String finalizer;

    Propagation(String finalizer) {
        this.finalizer = finalizer;
    }

    /// Reads `Orphan`, `Foreground` or `Background`.
    public static Optional<Propagation> parse(String word) {
        for (Propagation each : values()) {
            String name = each.name().charAt(0) + each.name().substring(1).toLowerCase(Locale.ROOT);
            if (name.equals(word)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /// What an object's finalizers say already; empty where they say nothing.
    public static Optional<Propagation> held(List<String> finalizers) {
        for (Propagation each : List.of(ORPHAN, FOREGROUND)) {
            if (finalizers.contains(each.finalizer)) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }

    /// The finalizers with this way's own and without the others'.
    public List<String> finalizers(List<String> before) {
        List<String> after = new ArrayList<>(before);
        for (Propagation other : values()) {
            if (other != this) {
                after.remove(other.finalizer);
            }
        }
        if (!finalizer.isEmpty() && !after.contains(finalizer)) {
            after.add(finalizer);
        }
        return after;
    }
}

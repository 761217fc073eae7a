package dev.glovebox.store;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All objects of a store as they were at one revision. Immutable: whoever holds one reads at
/// leisure while others write, and keeps in memory what has been replaced since, once for all who
/// hold images of that time.
public final class Image {
    private final long revision;
    private final @Nullable Tree tree;

    private Image(long revision, @Nullable Tree tree) {
        this.revision = revision;
        this.tree = tree;
    }

    /// @param entries in any order, each key once
    static Image of(long revision, List<Entry> entries) {
        return new Image(
                revision,
                Tree.of(entries.stream().sorted(Comparator.comparing(Entry::key)).toList()));
    }

    /// The revision at which the objects were like this.
    public long revision() {
        return revision;
    }

    /// The object of that key, or empty.
    public Optional<Entry> get(String key) {
        return Tree.find(tree, key);
    }

    /// Objects whose key begins with `prefix`, in key order.
    ///
    /// @param after only keys behind this one; empty for the beginning
    /// @param limit most entries to return; 0 for all
    public Store.Slice list(String prefix, String after, int limit) {
        // The next key in order is the same one with a character more.
        String from = after.compareTo(prefix) < 0 ? prefix : after + '\0';
        int all = Math.max(0, end(prefix) - Tree.rank(tree, from));
        int most = limit == 0 ? all : Math.min(limit, all);
        List<Entry> found = new ArrayList<>(most);
        Tree.collect(tree, from, most, found);
        return new Store.Slice(revision, found, all - most);
    }

    /// How many entries come before the first that is behind all keys with that prefix.
    private int end(String prefix) {
        if (prefix.isEmpty()) {
            return Tree.count(tree);
        }
        int last = prefix.length() - 1;
        return Tree.rank(tree, prefix.substring(0, last) + (char) (prefix.charAt(last) + 1));
    }

    /// The image after one more write.
    Image after(Store.Event event) {
        return new Image(
                event.revision(),
                switch (event) {
                    case Store.Event.Put put -> Tree.put(tree, put.entry());
                    case Store.Event.Delete delete -> Tree.remove(tree, delete.key());
                });
    }

    /// The image before its last write.
    Image before(Store.Event last) {
        return new Image(
                last.revision() - 1,
                switch (last) {
                    case Store.Event.Put put ->
                            put.previous()
                                    .map(entry -> Tree.put(tree, entry))
                                    .orElseGet(() -> Tree.remove(tree, put.key()));
                    case Store.Event.Delete delete -> Tree.put(tree, delete.removed());
                });
    }
}

package dev.glovebox.apiserver;

import dev.glovebox.store.Entry;
import dev.glovebox.store.Image;
import dev.glovebox.store.Store;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// The objects of an image that are picked, in key order and as they are told. Some at a time are
/// looked up, so that a list costs no memory of its own. Used by one thread.
final class Cursor implements Iterator<Entry> {
    private static final int SOME = 256;

    /// Bytes of entries that are told together, or a little more.
    private static final int TOGETHER = 1 << 20;

    private final Image image;
    private final String prefix;
    private final UnaryOperator<List<Entry>> picking;
    private final int some;
    private Iterator<Entry> looked = List.<Entry>of().iterator();
    private Iterator<Entry> found = List.<Entry>of().iterator();
    private @Nullable Entry next;
    private String after;
    private boolean more = true;

    /// @param after only keys behind this one; empty for the beginning
    /// @param picking from entries as they are kept to those that are picked, as they are told
    /// @param most entries that are wanted; 0 for all
    Cursor(
            Image image,
            String prefix,
            String after,
            UnaryOperator<List<Entry>> picking,
            long most) {
        this.image = image;
        this.prefix = prefix;
        this.after = after;
        this.picking = picking;
        this.some = most == 0 ? SOME : (int) Math.min(SOME, most);
    }

    @Override
    public boolean hasNext() {
        seek();
        return next != null;
    }

    private void seek() {
        while (next == null && (found.hasNext() || looked.hasNext() || more)) {
            if (found.hasNext()) {
                next = found.next();
            } else if (looked.hasNext()) {
                found = picking.apply(batch()).iterator();
            } else {
                lookUp();
            }
        }
    }

    private List<Entry> batch() {
        List<Entry> batch = new ArrayList<>();
        for (long bytes = 0; looked.hasNext() && bytes < TOGETHER; ) {
            Entry entry = looked.next();
            batch.add(entry);
            bytes += entry.value().length;
        }
        return batch;
    }

    private void lookUp() {
        Store.Slice slice = image.list(prefix, after, some);
        looked = slice.entries().iterator();
        more = slice.more() > 0;
        if (more) {
            after = slice.entries().getLast().key();
        }
    }

    @Override
    public Entry next() {
        seek();
        Entry picked = next;
        if (picked == null) {
            throw new NoSuchElementException();
        }
        next = null;
        return picked;
    }
}

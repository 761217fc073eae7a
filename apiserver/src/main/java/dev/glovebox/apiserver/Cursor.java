package dev.glovebox.apiserver;

import dev.glovebox.store.Entry;
import dev.glovebox.store.Image;
import dev.glovebox.store.Store;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The objects of an image that are picked, in key order. Some at a time are looked up, so that a
/// list costs no memory of its own. Used by one thread.
final class Cursor implements Iterator<Entry> {
    private static final int SOME = 256;

    private final Image image;
    private final String prefix;
    private final Predicate<Entry> picks;
    private Iterator<Entry> some = List.<Entry>of().iterator();
    private @Nullable Entry next;
    private String after;
    private boolean more = true;

    /// @param after only keys behind this one; empty for the beginning
    Cursor(Image image, String prefix, String after, Predicate<Entry> picks) {
        this.image = image;
        this.prefix = prefix;
        this.after = after;
        this.picks = picks;
    }

    @Override
    public boolean hasNext() {
        seek();
        return next != null;
    }

    private void seek() {
        while (next == null && (some.hasNext() || more)) {
            if (!some.hasNext()) {
                lookUp();
            } else {
                Entry entry = some.next();
                next = picks.test(entry) ? entry : null;
            }
        }
    }

    private void lookUp() {
        Store.Slice slice = image.list(prefix, after, SOME);
        some = slice.entries().iterator();
        more = slice.more() > 0;
        if (more) {
            after = slice.entries().getLast().key();
        }
    }

    @Override
    public Entry next() {
        seek();
        Entry found = next;
        if (found == null) {
            throw new NoSuchElementException();
        }
        next = null;
        return found;
    }
}

package dev.glovebox.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Keys with revisions, as etcd has them: every write takes the next revision of the whole store
/// and is durable before it is acknowledged. Safe for use by any thread.
public interface Store extends AutoCloseable {
    /// All objects as they are now. It costs nothing, and blocks nobody.
    Image image();

    /// All objects as they were then.
    ///
    /// @throws CompactedException when `revision` is older than what the store still remembers, or
    ///   newer than anything that it wrote
    Image image(long revision);

    /// The revision of the last write; 1 for a new store.
    default long revision() {
        return image().revision();
    }

    /// The object of that key, or empty.
    default Optional<Entry> get(String key) {
        return image().get(key);
    }

    /// All objects whose key begins with `prefix`, in key order, at one revision.
    ///
    /// @param after only keys behind this one; empty for the beginning
    /// @param limit most entries to return; 0 for all
    default Slice list(String prefix, String after, int limit) {
        return image().list(prefix, after, limit);
    }

    /// Writes an object if its revision is still `expected`, 0 for a key that must not exist.
    ///
    /// @throws StoreException when it could not be made durable; nothing has changed then
    WriteResult put(String key, long expected, byte[] value);

    /// Removes an object if its revision is still `expected`. Watchers see it with `lastState`, at
    /// the revision of the removal.
    ///
    /// @throws StoreException when it could not be made durable; nothing has changed then
    WriteResult delete(String key, long expected, byte[] lastState);

    /// Writes after `revision` to keys that begin with `prefix`, in order, without a gap.
    ///
    /// @throws CompactedException when `revision` is older than what the store still remembers, or
    ///   newer than anything that it wrote
    EventStream watch(String prefix, long revision);

    /// Waits for what is being written and releases the files.
    @Override
    void close();

    /// A consistent part of a listing.
    ///
    /// @param revision the store's revision at which it was read
    /// @param more how many further entries the prefix has behind the last one
    record Slice(long revision, List<Entry> entries, long more) {
        /// Copies the entries.
        public Slice {
            entries = List.copyOf(entries);
        }
    }

    /// What became of a write.
    sealed interface WriteResult {
        /// Durable at this revision.
        record Written(Entry entry) implements WriteResult {}

        /// Nothing was written: the key is at another revision, or empty if it does not exist.
        record Conflicting(Optional<Entry> current) implements WriteResult {}
    }

    /// One write as a watcher sees it.
    sealed interface Event {
        /// Revision of the write.
        long revision();

        /// Key of the object.
        String key();

        /// The entry before the write; empty for a new key.
        Optional<Entry> previous();

        /// A write of a value, with the entry that it replaced, empty for a new key.
        record Put(Entry entry, Optional<Entry> previous) implements Event {
            @Override
            public long revision() {
                return entry.revision();
            }

            @Override
            public String key() {
                return entry.key();
            }
        }

        /// A removal: the last state as the remover gave it, and the entry that it removed.
        record Delete(Entry lastState, Entry removed) implements Event {
            @Override
            public Optional<Entry> previous() {
                return Optional.of(removed);
            }

            @Override
            public long revision() {
                return lastState.revision();
            }

            @Override
            public String key() {
                return lastState.key();
            }
        }
    }

    /// An open watch: one thread reads, any thread closes.
    interface EventStream extends AutoCloseable {
        /// Waits for events at most `patience`; empty when none came, or after `close`.
        ///
        /// @throws CompactedException when this reader fell behind what the store remembers
        /// @throws InterruptedException when the reading thread is interrupted
        List<Event> next(Duration patience) throws InterruptedException;

        /// The revision up to which all events of this stream have been returned.
        long progress();

        @Override
        void close();
    }

    /// A watch was asked for, or fell behind, a revision that the store does not remember.
    final class CompactedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /// Names the revision that was asked for and the oldest that can be.
        public CompactedException(long asked, long oldest) {
            this("revision " + asked + " was compacted away; the oldest is " + oldest);
        }

        private CompactedException(String message) {
            super(message);
        }

        /// A revision that this store has not reached: it was another store's, or one that was
        /// lost.
        public static CompactedException unknown(long asked, long newest) {
            return new CompactedException(
                    "revision " + asked + " is unknown; the newest is " + newest);
        }
    }
}

package dev.glovebox.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A store that keeps all objects and its recent history in memory and makes every write durable in
/// a [Journal] before anybody sees it.
///
/// Concurrency: one [GroupWriter] thread decides and journals writes; it alone changes `image` and
/// `history`, in `publish`, after the journal has them, so that memory never runs ahead of the
/// disk. Whoever reads objects takes the image, without a lock. `lock` guards the history and every
/// stream's position; it is never held during input or output.
public final class JournaledStore implements Store {
    /// Most events that one call of a stream returns.
    private static final int BATCH = 512;

    private final ReentrantLock lock = new ReentrantLock();

    private volatile Image image;

    @GuardedBy("lock")
    private final History history;

    @GuardedBy("lock")
    private final Set<Stream> streams = new HashSet<>();

    private final Journal journal;
    private final GroupWriter writer;

    /// Recovers what the journal holds and starts the writer. The journal is this store's from now
    /// on, and is closed with it.
    public JournaledStore(Journal journal, HistoryLimit limit) {
        this.journal = journal;
        Journal.Recovered recovered = journal.recover(limit);
        image = Image.of(recovered.revision(), recovered.entries());
        history = new History(limit, recovered.revision() - recovered.events().size());
        recovered.events().forEach(history::append);
        writer = GroupWriter.start(journal, new Memory(), recovered.revision());
    }

    @Override
    public Image image() {
        return image;
    }

    @Override
    public Image image(long revision) {
        Image then;
        List<Event> since;
        lock.lock();
        try {
            checkRemembered(revision);
            then = image;
            since = history.after(revision);
        } finally {
            lock.unlock();
        }
        for (Event event : since.reversed()) {
            then = then.before(event);
        }
        return then;
    }

    @GuardedBy("lock")
    private void checkRemembered(long revision) {
        if (revision > history.head()) {
            throw CompactedException.unknown(revision, history.head());
        }
        if (revision < history.oldest()) {
            throw new CompactedException(revision, history.oldest());
        }
    }

    @Override
    public WriteResult put(String key, long expected, byte[] value) {
        return writer.write(
                new GroupWriter.Request.Put(
                        Objects.requireNonNull(key, "key"),
                        expected,
                        Objects.requireNonNull(value, "value")));
    }

    @Override
    public WriteResult delete(String key, long expected, byte[] lastState) {
        return writer.write(
                new GroupWriter.Request.Delete(
                        Objects.requireNonNull(key, "key"),
                        expected,
                        Objects.requireNonNull(lastState, "lastState")));
    }

    @Override
    public EventStream watch(String prefix, long revision) {
        lock.lock();
        try {
            checkRemembered(revision);
            Stream stream = new Stream(prefix, revision);
            streams.add(stream);
            return stream;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        writer.close();
        lock.lock();
        try {
            for (Stream stream : List.copyOf(streams)) {
                stream.close();
            }
        } finally {
            lock.unlock();
        }
        journal.close();
    }

    /// What the writer sees and changes of this store.
    private final class Memory implements GroupWriter.Memory {
        @Override
        public Optional<Entry> current(String key) {
            return get(key);
        }

        @Override
        public long oldest() {
            lock.lock();
            try {
                return history.oldest();
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void publish(List<Event> events) {
            lock.lock();
            try {
                long before = history.head();
                Image next = image;
                for (Event event : events) {
                    history.append(event);
                    next = next.after(event);
                }
                image = next;
                for (Stream stream : streams) {
                    stream.published(before, events);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /// A position in the history. It holds no events, so that a slow reader costs nothing and falls
    /// off the history's end.
    private final class Stream implements EventStream {
        private final String prefix;
        private final Condition news = lock.newCondition();

        @GuardedBy("lock")
        private long position;

        @GuardedBy("lock")
        private boolean closed;

        Stream(String prefix, long position) {
            this.prefix = prefix;
            this.position = position;
        }

        @Override
        public List<Event> next(Duration patience) throws InterruptedException {
            long nanos = patience.toNanos();
            lock.lockInterruptibly();
            try {
                while (!closed) {
                    List<Event> found = advance();
                    if (!found.isEmpty() || nanos <= 0) {
                        return found;
                    }
                    nanos = news.awaitNanos(nanos);
                }
                return List.of();
            } finally {
                lock.unlock();
            }
        }

        @GuardedBy("lock")
        private List<Event> advance() {
            if (position < history.oldest()) {
                throw new CompactedException(position, history.oldest());
            }
            List<Event> found = history.after(position, prefix, BATCH);
            position = found.size() == BATCH ? found.getLast().revision() : history.head();
            return found;
        }

        /// Wakes the reader if an event is for it; else moves a reader that had seen everything
        /// along, so that it does not fall behind by waiting for other keys' events.
        private void published(long before, List<Event> events) {
            lock.lock();
            try {
                if (events.stream().anyMatch(event -> event.key().startsWith(prefix))) {
                    news.signal();
                } else if (position == before) {
                    position = history.head();
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public long progress() {
            lock.lock();
            try {
                return position;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void close() {
            lock.lock();
            try {
                closed = true;
                streams.remove(this);
                news.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}

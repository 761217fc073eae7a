package dev.glovebox.store;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

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

    private final History history;

    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();

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
        streams.forEach(Stream::close);
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
            return history.oldest();
        }

        @Override
        public void publish(List<Event> events) {
            lock.lock();
            try {
                Image next = image;
                for (Event event : events) {
                    history.append(event);
                    next = next.after(event);
                }
                image = next;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void announce(List<Event> events) {
            for (Stream stream : streams) {
                stream.announced(events);
            }
        }
    }

    /// A position in the history. It holds no events, so that a slow reader costs nothing and falls
    /// off the history's end.
    ///
    /// Its reader takes no lock: thousands that wait for the same event would queue for it. It says
    /// that it waits before it looks at the history a last time, and the writer looks who waits
    /// after it has published, so that one of them sees the other.
    private final class Stream implements EventStream {
        private final String prefix;
        private final AtomicLong position;
        private volatile @Nullable Thread waiting;
        private volatile boolean closed;

        Stream(String prefix, long position) {
            this.prefix = prefix;
            this.position = new AtomicLong(position);
        }

        @Override
        public List<Event> next(Duration patience) throws InterruptedException {
            long end = System.nanoTime() + patience.toNanos();
            waiting = Thread.currentThread();
            try {
                while (!closed) {
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                    List<Event> found = advance();
                    long left = end - System.nanoTime();
                    if (!found.isEmpty() || left <= 0) {
                        return found;
                    }
                    LockSupport.parkNanos(this, left);
                }
                return List.of();
            } finally {
                waiting = null;
            }
        }

        private List<Event> advance() {
            long head = history.head();
            while (true) {
                long from = position.get();
                try {
                    List<Event> found = history.between(from, head, prefix, BATCH);
                    long reached = found.size() == BATCH ? found.getLast().revision() : head;
                    position.accumulateAndGet(reached, Math::max);
                    return found;
                } catch (CompactedException e) {
                    if (position.get() == from) {
                        throw e;
                    }
                }
            }
        }

        /// Wakes the reader if an event is for it, or if it has not seen all before them; else
        /// moves it along, so that it does not fall behind by waiting for other keys' events.
        private void announced(List<Event> events) {
            long at = position.get();
            boolean wanted = at < events.getFirst().revision() - 1;
            for (int i = 0; i < events.size() && !wanted; i++) {
                wanted = events.get(i).key().startsWith(prefix);
            }
            if (wanted) {
                LockSupport.unpark(waiting);
            } else {
                position.compareAndSet(at, events.getLast().revision());
            }
        }

        @Override
        public long progress() {
            return position.get();
        }

        @Override
        public void close() {
            closed = true;
            streams.remove(this);
            LockSupport.unpark(waiting);
        }
    }
}

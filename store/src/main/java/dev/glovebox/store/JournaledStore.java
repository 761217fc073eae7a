package dev.glovebox.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A store that keeps all objects and its recent history in memory and makes every write durable in
/// a [Journal] before anybody sees it.
///
/// Concurrency: one [GroupWriter] thread decides and journals writes; it alone changes `entries`
/// and `history`, in `publish`, after the journal has them, so that memory never runs ahead of the
/// disk. `lock` guards both and every stream's position; it is never held during input or output.
/// Readers copy references under it, which makes each answer one of a single revision.
public final class JournaledStore implements Store {
    /// Most events that one call of a stream returns.
    private static final int BATCH = 512;

    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final NavigableMap<String, Entry> entries = new TreeMap<>();

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
        for (Entry entry : recovered.entries()) {
            entries.put(entry.key(), entry);
        }
        history = new History(limit, recovered.revision() - recovered.events().size());
        recovered.events().forEach(history::append);
        writer = GroupWriter.start(journal, new Memory(), recovered.revision());
    }

    @Override
    public long revision() {
        lock.lock();
        try {
            return history.head();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Entry> get(String key) {
        lock.lock();
        try {
            return Optional.ofNullable(entries.get(key));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Slice list(String prefix, String after, int limit) {
        boolean fromStart = after.compareTo(prefix) < 0;
        lock.lock();
        try {
            List<Entry> found = new ArrayList<>();
            long more = 0;
            NavigableMap<String, Entry> tail =
                    entries.tailMap(fromStart ? prefix : after, fromStart);
            for (Entry entry : tail.values()) {
                if (!entry.key().startsWith(prefix)) {
                    break;
                }
                if (limit == 0 || found.size() < limit) {
                    found.add(entry);
                } else {
                    more++;
                }
            }
            return new Slice(history.head(), found, more);
        } finally {
            lock.unlock();
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
            if (revision > history.head()) {
                throw CompactedException.unknown(revision, history.head());
            }
            if (revision < history.oldest()) {
                throw new CompactedException(revision, history.oldest());
            }
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
                for (Event event : events) {
                    apply(event);
                }
                for (Stream stream : streams) {
                    stream.published(before, events);
                }
            } finally {
                lock.unlock();
            }
        }

        @GuardedBy("lock")
        private void apply(Event event) {
            history.append(event);
            switch (event) {
                case Event.Put put -> entries.put(put.key(), put.entry());
                case Event.Delete delete -> entries.remove(delete.key());
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

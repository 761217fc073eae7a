package dev.glovebox.store;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The one thread that writes: it takes whatever requests have come in while the journal was busy,
/// decides them in order, journals them as one group, publishes them, and only then answers.
///
/// A platform thread, because it spends its life in native code that pins. The queue needs no
/// bound: every caller waits for its answer and so has one request in it at most.
final class GroupWriter {
    /// Most requests that share one transaction.
    private static final int GROUP = 256;

    private final Journal journal;
    private final Memory memory;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();

    @GuardedBy("lock")
    private final Queue<Pending> queue = new ArrayDeque<>();

    @GuardedBy("lock")
    private boolean closed;

    /// What ended the writer before its time.
    @GuardedBy("lock")
    private @Nullable Throwable failure;

    /// Revision of the last journalled write; the writer thread's own.
    private long head;

    private GroupWriter(Journal journal, Memory memory, long head) {
        this.journal = journal;
        this.memory = memory;
        this.head = head;
        this.thread = Thread.ofPlatform().name("store-writer").unstarted(this::run);
    }

    /// Starts the thread.
    ///
    /// @param head revision of the last write that the journal holds
    static GroupWriter start(Journal journal, Memory memory, long head) {
        GroupWriter writer = new GroupWriter(journal, memory, head);
        writer.thread.start();
        return writer;
    }

    /// Carries out a request; returns when it is durable or has lost. An interrupt is kept for
    /// later: the write may have happened, and the caller has to know.
    Store.WriteResult write(Request request) {
        Pending pending = new Pending(request, new CompletableFuture<>());
        enqueue(pending);
        try {
            return pending.answer().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException failed) {
                throw new StoreException(failed);
            }
            throw new IllegalStateException("the store's writer failed", e.getCause());
        }
    }

    /// Refuses new requests, carries out those that wait, and ends.
    void close() {
        lock.lock();
        try {
            closed = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void enqueue(Pending pending) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the store is closed", failure);
            }
            queue.add(pending);
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (List<Pending> group = take(); !group.isEmpty(); group = take()) {
                carryOut(group);
            }
        } catch (RuntimeException | Error e) {
            abandon(e);
            throw e;
        }
    }

    /// The next requests; empty when there are none and never will be.
    private List<Pending> take() {
        lock.lock();
        try {
            while (queue.isEmpty() && !closed) {
                work.awaitUninterruptibly();
            }
            List<Pending> group = new ArrayList<>();
            while (!queue.isEmpty() && group.size() < GROUP) {
                group.add(queue.remove());
            }
            return group;
        } finally {
            lock.unlock();
        }
    }

    private void carryOut(List<Pending> group) {
        Staged staged = new Staged();
        try {
            List<Store.WriteResult> results = new ArrayList<>();
            for (Pending pending : group) {
                results.add(staged.decide(pending.request()));
            }
            if (!staged.events.isEmpty()) {
                journal.append(List.copyOf(staged.events), memory.oldest() + 1);
                head += staged.events.size();
                memory.publish(staged.events);
            }
            for (int i = 0; i < group.size(); i++) {
                group.get(i).answer().complete(results.get(i));
            }
            if (!staged.events.isEmpty()) {
                memory.announce(staged.events);
            }
        } catch (StoreException e) {
            group.forEach(pending -> pending.answer().completeExceptionally(e));
        } catch (RuntimeException | Error e) {
            group.forEach(pending -> pending.answer().completeExceptionally(e));
            throw e;
        }
    }

    private void abandon(Throwable cause) {
        lock.lock();
        try {
            closed = true;
            failure = cause;
            queue.forEach(pending -> pending.answer().completeExceptionally(cause));
            queue.clear();
        } finally {
            lock.unlock();
        }
    }

    /// What a caller wants.
    sealed interface Request {
        /// Key of the object.
        String key();

        /// Its revision, 0 for none.
        long expected();

        /// The new value, or the last state of what is removed.
        byte[] value();

        /// A write.
        record Put(String key, long expected, byte[] value) implements Request {}

        /// A removal.
        record Delete(String key, long expected, byte[] value) implements Request {}
    }

    /// The published state that requests are decided against.
    interface Memory {
        /// The object of that key.
        Optional<Entry> current(String key);

        /// The oldest revision that watchers can start after.
        long oldest();

        /// Shows journalled events to readers.
        void publish(List<Store.Event> events);

        /// Wakes those who wait for events that were published, at least one.
        void announce(List<Store.Event> events);
    }

    private record Pending(Request request, CompletableFuture<Store.WriteResult> answer) {}

    /// The decisions of one group, each made as if those before it had happened.
    private final class Staged {
        private final List<Store.Event> events = new ArrayList<>();
        private final Map<String, Optional<Entry>> changed = new HashMap<>();

        Store.WriteResult decide(Request request) {
            Optional<Entry> current = changed.get(request.key());
            if (current == null) {
                current = memory.current(request.key());
            }
            if (current.map(Entry::revision).orElse(0L) != request.expected()) {
                return new Store.WriteResult.Conflicting(current);
            }
            long revision = head + events.size() + 1;
            return switch (request) {
                case Request.Put put -> put(put, current, revision);
                case Request.Delete delete ->
                        current.<Store.WriteResult>map(entry -> delete(delete, entry, revision))
                                .orElseGet(
                                        () -> new Store.WriteResult.Conflicting(Optional.empty()));
            };
        }

        private Store.WriteResult put(Request.Put put, Optional<Entry> previous, long revision) {
            long created = previous.map(Entry::createRevision).orElse(revision);
            Entry entry = new Entry(put.key(), created, revision, put.value());
            events.add(new Store.Event.Put(entry, previous));
            changed.put(put.key(), Optional.of(entry));
            return new Store.WriteResult.Written(entry);
        }

        private Store.WriteResult delete(Request.Delete delete, Entry previous, long revision) {
            Entry last =
                    new Entry(delete.key(), previous.createRevision(), revision, delete.value());
            events.add(new Store.Event.Delete(last, previous));
            changed.put(delete.key(), Optional.empty());
            return new Store.WriteResult.Written(last);
        }
    }
}

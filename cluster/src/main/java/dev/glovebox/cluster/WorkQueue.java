package dev.glovebox.cluster;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Keys that need work. A key is in it once however often it was added, and is never handed to two
/// workers at a time: added while one has it, it comes again when that one has finished. Safe for
/// use by any thread; `lock` guards everything.
///
/// @param <K> what names a piece of work; compared by `equals`
public final class WorkQueue<K> implements AutoCloseable {
    /// How a worker's attempt ended, and what that makes the queue do.
    public sealed interface Outcome {
        /// Nothing is left to do until the key is added again. Its failures are forgotten.
        record Done() implements Outcome {}

        /// It failed: the key comes again after the backoff.
        record Failed() implements Outcome {}

        /// It went well, and the key comes again after that time. Its failures are forgotten.
        record Again(Duration after) implements Outcome {}
    }

    private final Clock clock;
    private final Backoff backoff;
    private final Comparator<? super K> order;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();

    @GuardedBy("lock")
    private final Set<K> ready = new LinkedHashSet<>();

    @GuardedBy("lock")
    private final Set<K> taken = new HashSet<>();

    @GuardedBy("lock")
    private final Map<K, Instant> due = new HashMap<>();

    @GuardedBy("lock")
    private final Map<K, Integer> failures = new HashMap<>();

    @GuardedBy("lock")
    private boolean closed;

    /// An empty queue that hands out what was added first.
    ///
    /// @param backoff between attempts that fail
    public WorkQueue(Clock clock, Backoff backoff) {
        this(clock, backoff, (_, _) -> 0);
    }

    /// An empty queue that hands out what comes first in some order, and of equals what was added
    /// first. The order may change while keys wait.
    ///
    /// @param backoff between attempts that fail
    public WorkQueue(Clock clock, Backoff backoff, Comparator<? super K> order) {
        this.clock = clock;
        this.backoff = backoff;
        this.order = order;
    }

    /// Adds a key, to be handed out as soon as possible.
    public void add(K key) {
        lock.lock();
        try {
            due.remove(key);
            ready.add(key);
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Adds a key, to be handed out after some time; the earliest of several times counts.
    public void addAfter(K key, Duration wait) {
        lock.lock();
        try {
            postpone(key, wait);
        } finally {
            lock.unlock();
        }
    }

    /// The next key, waiting for one at most `patience`; empty when none came, or after `close`.
    /// Whoever takes a key calls [#finish].
    ///
    /// @throws InterruptedException when the waiting thread is interrupted
    public Optional<K> take(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (!closed) {
                promote();
                Optional<K> first = first();
                if (first.isPresent()) {
                    ready.remove(first.get());
                    taken.add(first.get());
                    return first;
                }
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return Optional.empty();
                }
                news.awaitNanos(Math.min(left, untilNextDue()));
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /// Gives back a key that was taken.
    public void finish(K key, Outcome outcome) {
        lock.lock();
        try {
            if (!taken.remove(key)) {
                throw new IllegalStateException("nobody has taken " + key);
            }
            switch (outcome) {
                case Outcome.Done done -> failures.remove(key);
                case Outcome.Failed failed -> {
                    int count = failures.merge(key, 1, Integer::sum);
                    postpone(key, backoff.after(count));
                }
                case Outcome.Again(Duration after) -> {
                    failures.remove(key);
                    postpone(key, after);
                }
            }
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Hands out nothing more and ends every `take`.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private Optional<K> first() {
        Optional<K> first = Optional.empty();
        for (K key : ready) {
            boolean free = !taken.contains(key);
            if (free && (first.isEmpty() || order.compare(key, first.get()) < 0)) {
                first = Optional.of(key);
            }
        }
        return first;
    }

    @GuardedBy("lock")
    private void postpone(K key, Duration wait) {
        if (ready.contains(key)) {
            return;
        }
        Instant at = clock.instant().plus(wait);
        due.merge(key, at, (one, other) -> one.isBefore(other) ? one : other);
        news.signalAll();
    }

    @GuardedBy("lock")
    private void promote() {
        Instant now = clock.instant();
        Iterator<Map.Entry<K, Instant>> waiting = due.entrySet().iterator();
        while (waiting.hasNext()) {
            Map.Entry<K, Instant> entry = waiting.next();
            if (!entry.getValue().isAfter(now)) {
                waiting.remove();
                ready.add(entry.getKey());
            }
        }
    }

    @GuardedBy("lock")
    private long untilNextDue() {
        Instant now = clock.instant();
        long nanos = Long.MAX_VALUE;
        for (Instant at : due.values()) {
            nanos = Math.min(nanos, Math.max(1, Duration.between(now, at).toNanos()));
        }
        return nanos;
    }
}

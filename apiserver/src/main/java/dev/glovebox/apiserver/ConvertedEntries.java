package dev.glovebox.apiserver;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import dev.glovebox.apiserver.kinds.Conversion;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/// What conversion webhooks made of entries, so that a list or a watch need not ask again for what
/// another one asked: an entry never changes, and a definition that does has another [Conversion].
/// Bounded by the bytes of what it keeps; what was not used for longest goes first. Safe for use by
/// any thread.
///
/// Concurrency: `lock` guards the entries that are kept and is held for no longer than it takes to
/// look; whoever asks for one that somebody else is having converted waits for that, in `asked`.
final class ConvertedEntries {
    private final long most;
    private final ReentrantLock lock = new ReentrantLock();

    @GuardedBy("lock")
    private final LinkedHashMap<Key, Entry> kept = new LinkedHashMap<>(16, 0.75f, true);

    @GuardedBy("lock")
    private long bytes;

    private final Map<Key, FutureTask<Entry>> asked = new ConcurrentHashMap<>();

    /// An entry in a version.
    ///
    /// @param conversion by which it gets there
    /// @param key of the entry
    record Key(Conversion conversion, String apiVersion, String key, long revision) {
        static Key of(Conversion conversion, String apiVersion, Entry entry) {
            return new Key(conversion, apiVersion, entry.key(), entry.revision());
        }
    }

    /// @param most bytes of entries to keep
    ConvertedEntries(long most) {
        this.most = most;
    }

    /// What is known already.
    Optional<Entry> find(Key key) {
        lock.lock();
        try {
            return Optional.ofNullable(kept.get(key));
        } finally {
            lock.unlock();
        }
    }

    /// Keeps what came of a conversion.
    void put(Key key, Entry converted) {
        long size = converted.value().length;
        if (size > most / 8) {
            return;
        }
        lock.lock();
        try {
            Entry before = kept.put(key, converted);
            bytes += size - (before == null ? 0 : before.value().length);
            var oldest = kept.entrySet().iterator();
            while (bytes > most && oldest.hasNext()) {
                bytes -= oldest.next().getValue().value().length;
                oldest.remove();
            }
        } finally {
            lock.unlock();
        }
    }

    /// The converted entry. Of those who ask for it at the same time one converts it.
    ///
    /// @throws ApiException when it cannot be converted
    Entry get(Key key, Supplier<Entry> conversion) {
        Optional<Entry> known = find(key);
        if (known.isPresent()) {
            return known.get();
        }
        FutureTask<Entry> own =
                new FutureTask<>(() -> {
                    Entry converted = conversion.get();
                    put(key, converted);
                    return converted;
                });
        FutureTask<Entry> others = asked.putIfAbsent(key, own);
        if (others != null) {
            return result(others);
        }
        try {
            own.run();
            return result(own);
        } finally {
            asked.remove(key, own);
        }
    }

    private static Entry result(FutureTask<Entry> task) {
        try {
            return task.get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case ApiException refusal -> throw refusal;
                case RuntimeException failure -> throw failure;
                case null, default -> throw new IllegalStateException("conversion", e);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ApiException(StatusReason.TIMEOUT, "Timeout: conversion was broken off");
        }
    }
}

package dev.glovebox.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// A journal that keeps what it is given, and fails when told to.
final class MemoryJournal implements Journal {
    final List<Store.Event> events = new ArrayList<>();
    final AtomicReference<Optional<RuntimeException>> failure =
            new AtomicReference<>(Optional.empty());
    boolean closed;

    @Override
    public Recovered recover(HistoryLimit limit) {
        return new Recovered(1, List.of(), List.of());
    }

    @Override
    public synchronized void append(List<Store.Event> group, long compactBefore) {
        Optional<RuntimeException> thrown = failure.get();
        if (thrown.isPresent()) {
            throw thrown.get();
        }
        events.addAll(group);
    }

    @Override
    public void close() {
        closed = true;
    }
}

package dev.glovebox.store;

import java.util.List;

/// Where a [JournaledStore] makes its writes durable. Used by one thread at a time.
public interface Journal extends AutoCloseable {
    /// Everything that was made durable, read once, before the first `append`.
    ///
    /// @param limit how many of the last events are worth returning
    Recovered recover(HistoryLimit limit);

    /// Makes the events durable, all or none; they follow the last one without a gap.
    ///
    /// @param compactBefore events before this revision are needed no more and may be dropped; 0
    ///   for none
    /// @throws StoreException when they are not durable; the journal then holds none of them
    void append(List<Store.Event> events, long compactBefore);

    @Override
    void close();

    /// What a journal held.
    ///
    /// @param revision of the last write; 1 if there was none
    /// @param entries every object
    /// @param events the last writes, in order and without a gap up to `revision`
    record Recovered(long revision, List<Entry> entries, List<Store.Event> events) {
        /// Copies the lists.
        public Recovered {
            entries = List.copyOf(entries);
            events = List.copyOf(events);
        }
    }
}

package dev.glovebox.store;

class JournaledStoreInterleavingTest extends StoreInterleaving {
    @Override
    protected Store open(HistoryLimit limit) {
        return new JournaledStore(new MemoryJournal(), limit);
    }
}

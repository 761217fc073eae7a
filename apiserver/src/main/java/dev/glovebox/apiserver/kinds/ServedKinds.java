package dev.glovebox.apiserver.kinds;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/// The kinds that are served at this moment: the built-in ones, which stay, and those that
/// definitions add, which change all at once. Whoever takes the catalogue keeps one that does not
/// change. Safe for use by any thread.
///
/// Concurrency: `writing` is shared by those who store a new object of a kind that a definition
/// made, and held alone by whoever writes a definition: no object comes to a kind that goes. No
/// lock of ours is taken before it.
public final class ServedKinds implements Supplier<KindCatalogue> {
    private static final Comparator<Kind> IN_DISCOVERY = Comparator.comparing(Kind::group);

    private final KindCatalogue builtIn;
    private final ReentrantReadWriteLock writing = new ReentrantReadWriteLock();
    private volatile KindCatalogue served;

    /// Serves the built-in kinds alone.
    public ServedKinds(KindCatalogue builtIn) {
        this.builtIn = Objects.requireNonNull(builtIn, "builtIn");
        this.served = builtIn;
    }

    @Override
    public KindCatalogue get() {
        return served;
    }

    /// Does something in whose course no definition is written. The work must not write one.
    public <T> T unchanging(Supplier<T> work) {
        return under(writing.readLock(), work);
    }

    /// Writes a definition and serves what comes of it, while no object of a definition's kind is
    /// made.
    public <T> T changing(Supplier<T> work) {
        return under(writing.writeLock(), work);
    }

    private static <T> T under(Lock lock, Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /// Serves these beside the built-in kinds from now on, instead of those that were added before.
    ///
    /// @param added in discovery's order within each group
    /// @throws IllegalArgumentException when one is of a built-in group
    public void add(List<Kind> added) {
        Set<String> taken = Set.copyOf(builtIn.groups());
        List<Kind> all = new ArrayList<>(builtIn.kinds());
        for (Kind kind : added) {
            if (taken.contains(kind.group())) {
                throw new IllegalArgumentException("a group of its own: " + kind.resource());
            }
            all.add(kind);
        }
        // Stable: what is in order stays in order.
        all.sort(IN_DISCOVERY);
        served = new KindCatalogue(all);
    }
}

package dev.glovebox.apiserver;

import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import dev.glovebox.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Opens watches.
final class Watches {
    /// A watch for which the client names no end lasts one to two times this, so that not all end
    /// at once.
    private static final long SECONDS = 1800;

    /// How long a large event waits until others have been sent. Meanwhile who does not take theirs
    /// is cut off.
    private static final Duration ROOM = Duration.ofSeconds(10);

    private final Registry registry;
    private final Lists lists;
    private final Clock clock;
    private final WatchFrames.Shared shared;

    Watches(Registry registry, Lists lists, Clock clock) {
        this.registry = registry;
        this.lists = lists;
        this.clock = clock;
        this.shared =
                new WatchFrames.Shared(
                        new SharedEvents(registry),
                        new LargeEvents(Runtime.getRuntime().maxMemory() / 16, ROOM));
    }

    Answer open(Route route, ListOptions options, Rendering rendering) {
        long wanted = options.revision(StatusReason.UNKNOWN, "");
        long current = registry.store().revision();
        if (Long.compareUnsigned(wanted, current) > 0) {
            throw Lists.tooLarge(wanted, current);
        }
        boolean asked = options.parameters().has("sendInitialEvents");
        boolean initial =
                asked ? options.parameters().truth("sendInitialEvents") : options.newest();
        Iterable<Entry> entries = List.of();
        long from = options.newest() ? current : wanted;
        if (initial) {
            Lists.Page page = lists.page(route, newest(options));
            entries = page.entries();
            from = page.revision();
        }
        return new Answer.Stream(
                "application/json",
                new WatchFrames(
                        route,
                        options,
                        rendering,
                        shared,
                        stream(route.key(), from),
                        () -> registry.isServed(route),
                        new WatchFrames.Beginning(entries.iterator(), initial, initial && asked),
                        clock,
                        length(options)));
    }

    /// The same choice of objects, without the revision and the limit.
    private static ListOptions newest(ListOptions options) {
        return new ListOptions(
                options.selector(),
                options.byMetadata(),
                "",
                "",
                new Parameters(java.util.Map.of()));
    }

    private Store.EventStream stream(String prefix, long revision) {
        try {
            return registry.store().watch(prefix, revision);
        } catch (Store.CompactedException e) {
            return new Compacted(e);
        }
    }

    private static Duration length(ListOptions options) {
        long seconds =
                options.parameters()
                        .number("timeoutSeconds")
                        .orElseGet(() -> SECONDS + ThreadLocalRandom.current().nextLong(SECONDS));
        return Duration.ofSeconds(seconds <= 0 ? SECONDS : seconds);
    }

    /// A stream that is over before it begins: the client learns it as an event of its watch.
    private record Compacted(Store.CompactedException cause) implements Store.EventStream {
        @Override
        public List<Store.Event> next(Duration patience) {
            throw cause;
        }

        @Override
        public long progress() {
            return 0;
        }

        @Override
        public void close() {}
    }
}

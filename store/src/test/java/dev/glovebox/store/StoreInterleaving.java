package dev.glovebox.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.store.Store.Event;
import dev.glovebox.store.Store.EventStream;
import dev.glovebox.store.Store.WriteResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random writers, watchers and listers at once; afterwards everything that each of them saw must
/// agree with the one order of acknowledged writes.
public abstract class StoreInterleaving {
    private static final int WRITERS = 6;
    private static final int WRITES = 150;
    private static final int KEYS = 10;
    private static final List<String> PREFIXES = List.of("", "a/", "b/", "a/1");

    private final ConcurrentSkipListMap<Long, WriteResult.Written> acknowledged =
            new ConcurrentSkipListMap<>();

    /// A new, empty store that remembers `limit` of its past.
    protected abstract Store open(HistoryLimit limit);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void everybody_sees_one_order_without_a_gap(long seed) throws Exception {
        try (Store store = open(new HistoryLimit(100_000, 1L << 30));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch writing = new CountDownLatch(WRITERS);
            List<Future<?>> writers = new ArrayList<>();
            List<Future<Seen>> watchers = new ArrayList<>();
            List<Future<List<Store.Slice>>> listers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Random random = new Random(seed * 100 + i);
                writers.add(threads.submit(() -> write(store, random, writing)));
                String prefix = PREFIXES.get(i % PREFIXES.size());
                watchers.add(threads.submit(() -> watch(store, prefix, writing)));
                listers.add(threads.submit(() -> list(store, prefix)));
            }
            List<Event> everything = watch(store, "", writing).events();
            for (Future<?> writer : writers) {
                writer.get();
            }
            judgeOrder(everything, store);
            for (Future<Seen> watcher : watchers) {
                judgeWatcher(watcher.get(), everything);
            }
            for (Future<List<Store.Slice>> lister : listers) {
                lister.get().forEach(slice -> judgeList(slice, everything));
            }
        }
    }

    /// Many who wait for the same, and as many who wait for something else while the history that
    /// is remembered passes them by several times.
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void all_who_wait_are_woken_and_nobody_falls_behind_others_events(long seed) throws Exception {
        Random random = new Random(seed);
        try (Store store = open(new HistoryLimit(200, 1L << 30));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Event>>> waiting = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                EventStream stream = store.watch(i % 2 == 0 ? "a/" : "b/", 1);
                waiting.add(threads.submit(() -> first(stream)));
            }
            for (int i = 0; i < 1000; i++) {
                store.put("c/" + i, 0, new byte[random.nextInt(9)]);
            }
            store.put("a/1", 0, new byte[1]);
            store.put("b/1", 0, new byte[1]);
            for (int i = 0; i < waiting.size(); i++) {
                String key = i % 2 == 0 ? "a/1" : "b/1";
                assertThat(waiting.get(i).get()).extracting(Event::key).containsExactly(key);
            }
        }
    }

    private static List<Event> first(EventStream stream) throws InterruptedException {
        try (stream) {
            List<Event> seen = List.of();
            while (seen.isEmpty()) {
                seen = stream.next(Duration.ofMinutes(1));
            }
            return seen;
        }
    }

    private void write(Store store, Random random, CountDownLatch writing) {
        try {
            write(store, random);
        } finally {
            writing.countDown();
        }
    }

    private void write(Store store, Random random) {
        for (int i = 0; i < WRITES; i++) {
            String key = (random.nextBoolean() ? "a/" : "b/") + random.nextInt(KEYS);
            long expected = store.get(key).map(Entry::revision).orElse(0L);
            byte[] value = new byte[random.nextInt(50)];
            WriteResult result =
                    random.nextInt(4) == 0
                            ? store.delete(key, expected, value)
                            : store.put(key, expected, value);
            if (result instanceof WriteResult.Written written) {
                acknowledged.put(written.entry().revision(), written);
            }
        }
    }

    private record Seen(String prefix, long from, List<Event> events) {}

    /// Watches from now on until all writers are done and nothing more comes.
    private static Seen watch(Store store, String prefix, CountDownLatch writing)
            throws InterruptedException {
        long from = prefix.isEmpty() ? 1 : store.revision();
        List<Event> seen = new ArrayList<>();
        try (EventStream stream = store.watch(prefix, from)) {
            while (writing.getCount() > 0) {
                seen.addAll(stream.next(Duration.ofMillis(1)));
            }
            while (stream.progress() < store.revision()) {
                seen.addAll(stream.next(Duration.ZERO));
            }
        }
        return new Seen(prefix, from, seen);
    }

    private static List<Store.Slice> list(Store store, String prefix) {
        List<Store.Slice> seen = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Image image = store.image();
            Store.Slice slice = image.list(prefix, "", 0);
            seen.add(slice);
            assertThat(store.image(image.revision()).list(prefix, "", 0)).isEqualTo(slice);
            assertThat(slice.entries()).allMatch(entry -> entry.key().startsWith(prefix));
        }
        return prefix.isEmpty() ? seen : List.of();
    }

    private void judgeOrder(List<Event> everything, Store store) {
        assertThat(everything).hasSize(acknowledged.size());
        Map<String, Entry> state = new TreeMap<>();
        long revision = 1;
        for (Event event : everything) {
            assertThat(event.revision()).isEqualTo(++revision);
            Optional<Entry> before = Optional.ofNullable(state.get(event.key()));
            Entry written =
                    switch (event) {
                        case Event.Put put -> {
                            assertThat(put.previous()).isEqualTo(before);
                            yield put.entry();
                        }
                        case Event.Delete delete -> {
                            assertThat(Optional.of(delete.removed())).isEqualTo(before);
                            yield delete.lastState();
                        }
                    };
            assertThat(acknowledged.get(revision)).isEqualTo(new WriteResult.Written(written));
            apply(event, state);
        }
        assertThat(store.list("", "", 0).entries()).containsExactlyElementsOf(state.values());
    }

    private static void judgeWatcher(Seen seen, List<Event> everything) {
        assertThat(seen.events())
                .as("prefix '%s' from %d", seen.prefix(), seen.from())
                .isEqualTo(
                        everything.stream()
                                .filter(event -> event.revision() > seen.from())
                                .filter(event -> event.key().startsWith(seen.prefix()))
                                .toList());
    }

    private static void judgeList(Store.Slice slice, List<Event> everything) {
        Map<String, Entry> state = new TreeMap<>();
        everything.stream()
                .takeWhile(event -> event.revision() <= slice.revision())
                .forEach(event -> apply(event, state));
        assertThat(slice.entries())
                .as("at revision %d", slice.revision())
                .containsExactlyElementsOf(state.values());
    }

    private static void apply(Event event, Map<String, Entry> state) {
        switch (event) {
            case Event.Put put -> state.put(put.key(), put.entry());
            case Event.Delete delete -> state.remove(delete.key());
        }
    }
}

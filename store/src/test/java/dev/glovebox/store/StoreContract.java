package dev.glovebox.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.store.Store.CompactedException;
import dev.glovebox.store.Store.Event;
import dev.glovebox.store.Store.EventStream;
import dev.glovebox.store.Store.WriteResult;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every store does, whatever makes it durable.
public abstract class StoreContract {
    private static final Duration LONG = Duration.ofMinutes(1);

    /// The store under test.
    protected Store store;

    /// A new, empty store that remembers `limit` of its past.
    protected abstract Store open(HistoryLimit limit);

    @BeforeEach
    void openStore() {
        store = open(new HistoryLimit(100, 1 << 20));
    }

    @AfterEach
    void closeStore() {
        store.close();
    }

    @Test
    void a_new_store_is_empty_at_revision_one() {
        assertThat(store.revision()).isEqualTo(1);
        assertThat(store.get("pods/a")).isEmpty();
        assertThat(store.list("", "", 0)).isEqualTo(new Store.Slice(1, List.of(), 0));
    }

    @Test
    void every_write_takes_the_next_revision_of_the_whole_store() {
        Entry first = create("pods/a", "1");
        Entry other = create("nodes/b", "1");
        Entry second = written(store.put("pods/a", first.revision(), bytes("2")));
        assertThat(first)
                .extracting(Entry::createRevision, Entry::revision)
                .containsExactly(2L, 2L);
        assertThat(other.revision()).isEqualTo(3);
        assertThat(second)
                .extracting(Entry::createRevision, Entry::revision)
                .containsExactly(2L, 4L);
        assertThat(store.revision()).isEqualTo(4);
        assertThat(text(store.get("pods/a").orElseThrow())).isEqualTo("2");
    }

    @Test
    void a_write_on_another_revision_changes_nothing_and_shows_the_current_one() {
        Entry entry = create("pods/a", "1");
        assertThat(store.put("pods/a", 0, bytes("2")))
                .isEqualTo(new WriteResult.Conflicting(Optional.of(entry)));
        assertThat(store.put("pods/a", 99, bytes("2")))
                .isEqualTo(new WriteResult.Conflicting(Optional.of(entry)));
        assertThat(store.delete("pods/a", 99, bytes("gone")))
                .isEqualTo(new WriteResult.Conflicting(Optional.of(entry)));
        assertThat(store.put("pods/b", 7, bytes("2")))
                .isEqualTo(new WriteResult.Conflicting(Optional.empty()));
        assertThat(store.delete("pods/b", 0, bytes("gone")))
                .isEqualTo(new WriteResult.Conflicting(Optional.empty()));
        assertThat(store.revision()).isEqualTo(2);
        assertThat(store.get("pods/a")).contains(entry);
    }

    @Test
    void a_removed_key_can_be_created_again_as_a_new_object() {
        Entry first = create("pods/a", "1");
        Entry last = written(store.delete("pods/a", first.revision(), bytes("last")));
        assertThat(last.revision()).isEqualTo(3);
        assertThat(store.get("pods/a")).isEmpty();
        assertThat(create("pods/a", "2").createRevision()).isEqualTo(4);
    }

    @Test
    void a_list_is_in_key_order_and_can_be_taken_in_parts() {
        for (String name : List.of("c", "a", "d", "b")) {
            create("pods/" + name, name);
        }
        create("podsx/a", "other");
        create("nodes/a", "other");
        assertThat(keys(store.list("pods/", "", 0)))
                .containsExactly("pods/a", "pods/b", "pods/c", "pods/d");
        Store.Slice part = store.list("pods/", "", 3);
        assertThat(keys(part)).containsExactly("pods/a", "pods/b", "pods/c");
        assertThat(part.more()).isEqualTo(1);
        assertThat(part.revision()).isEqualTo(7);
        Store.Slice rest = store.list("pods/", "pods/c", 3);
        assertThat(keys(rest)).containsExactly("pods/d");
        assertThat(rest.more()).isZero();
        assertThat(keys(store.list("", "", 0))).hasSize(6);
    }

    @Test
    void an_image_stays_as_it_was_and_can_be_had_again_while_it_is_remembered() {
        Entry a = create("pods/a", "1");
        Entry b = create("pods/b", "1");
        Image then = store.image();
        store.put("pods/a", a.revision(), bytes("2"));
        store.delete("pods/b", b.revision(), bytes("last"));
        create("pods/c", "1");

        for (Image image : List.of(then, store.image(then.revision()))) {
            assertThat(image.revision()).isEqualTo(3);
            assertThat(image.list("pods/", "", 0).entries()).containsExactly(a, b);
            assertThat(image.get("pods/c")).isEmpty();
        }
        assertThat(keys(store.image().list("", "", 0))).containsExactly("pods/a", "pods/c");
        assertThat(store.image(1).list("", "", 0).entries()).isEmpty();
        assertThat(store.image(store.revision()).get("pods/a")).isEqualTo(store.get("pods/a"));
    }

    @Test
    void an_image_from_before_the_history_or_from_a_revision_never_reached_is_refused() {
        fill("pods/a", 101);
        assertThatThrownBy(() -> store.image(1)).isInstanceOf(CompactedException.class);
        assertThat(store.image(2).revision()).isEqualTo(2);
        long next = store.revision() + 1;
        assertThatThrownBy(() -> store.image(next)).isInstanceOf(CompactedException.class);
    }

    @Test
    void a_watch_sees_later_writes_of_its_prefix_with_what_they_replaced() throws Exception {
        Entry before = create("pods/a", "1");
        try (EventStream stream = store.watch("pods/", store.revision())) {
            create("nodes/a", "1");
            Entry after = written(store.put("pods/a", before.revision(), bytes("2")));
            Entry last = written(store.delete("pods/a", after.revision(), bytes("last")));
            Entry fresh = create("pods/b", "1");
            assertThat(stream.next(LONG))
                    .containsExactly(
                            new Event.Put(after, Optional.of(before)),
                            new Event.Delete(last, after),
                            new Event.Put(fresh, Optional.empty()));
            assertThat(stream.progress()).isEqualTo(fresh.revision());
        }
    }

    @Test
    void a_watch_from_an_earlier_revision_begins_with_what_happened_since() throws Exception {
        create("pods/a", "1");
        Entry second = create("pods/b", "1");
        try (EventStream stream = store.watch("", 2)) {
            assertThat(stream.next(Duration.ZERO))
                    .containsExactly(new Event.Put(second, Optional.empty()));
        }
    }

    @Test
    void a_waiting_watch_is_woken_by_a_write() throws Exception {
        try (EventStream stream = store.watch("pods/", 1);
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Event>> waiting = threads.submit(() -> stream.next(LONG));
            Entry entry = create("pods/a", "1");
            assertThat(waiting.get()).containsExactly(new Event.Put(entry, Optional.empty()));
        }
    }

    @Test
    void closing_ends_a_waiting_watch() throws Exception {
        EventStream stream = store.watch("pods/", 1);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<Event>> waiting = threads.submit(() -> stream.next(LONG));
            stream.close();
            assertThat(waiting.get()).isEmpty();
        }
        create("pods/a", "1");
        assertThat(stream.next(LONG)).isEmpty();
    }

    @Test
    void progress_moves_on_while_only_other_keys_are_written() throws Exception {
        try (EventStream stream = store.watch("pods/", 1)) {
            create("nodes/a", "1");
            assertThat(stream.next(Duration.ZERO)).isEmpty();
            assertThat(stream.progress()).isEqualTo(2);
        }
    }

    @Test
    void a_watch_from_before_the_history_is_refused() {
        fill("pods/a", 150);
        assertThatThrownBy(() -> store.watch("pods/", 2))
                .isInstanceOf(CompactedException.class)
                .hasMessageContaining("revision 2 was compacted away");
        store.watch("pods/", store.revision() - 100).close();
    }

    @Test
    void a_watch_from_a_revision_never_reached_is_refused() {
        assertThatThrownBy(() -> store.watch("pods/", 5))
                .isInstanceOf(CompactedException.class)
                .hasMessageContaining("revision 5 is unknown");
    }

    @Test
    void a_reader_that_falls_behind_is_told_so_instead_of_being_kept_waiting_for() {
        try (EventStream slow = store.watch("pods/", 1)) {
            fill("pods/a", 150);
            assertThatThrownBy(() -> slow.next(LONG)).isInstanceOf(CompactedException.class);
        }
    }

    @Test
    void a_reader_that_is_up_to_date_does_not_fall_behind_other_keys() throws Exception {
        try (EventStream idle = store.watch("nodes/", 1)) {
            assertThat(idle.next(Duration.ZERO)).isEmpty();
            fill("pods/a", 350);
            Entry entry = create("nodes/a", "1");
            assertThat(idle.next(LONG)).containsExactly(new Event.Put(entry, Optional.empty()));
        }
    }

    @Test
    void the_history_is_bounded_in_bytes_too() {
        Store small = open(new HistoryLimit(100, 1000));
        try (small) {
            for (int i = 0; i < 10; i++) {
                written(small.put("pods/" + i, 0, new byte[400]));
            }
            assertThatThrownBy(() -> small.watch("", small.revision() - 3))
                    .isInstanceOf(CompactedException.class);
            small.watch("", small.revision() - 2).close();
        }
    }

    @Test
    void writers_on_one_object_lose_or_win_but_never_overwrite() throws Exception {
        Entry start = create("counter", "0");
        int writers = 8;
        int each = 50;
        List<Future<?>> running = new ArrayList<>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int w = 0; w < writers; w++) {
                running.add(threads.submit(() -> count(each)));
            }
            for (Future<?> writer : running) {
                writer.get();
            }
        }
        Entry end = store.get("counter").orElseThrow();
        assertThat(text(end)).isEqualTo(String.valueOf(writers * each));
        assertThat(end.revision()).isEqualTo(start.revision() + (long) writers * each);
    }

    private void count(int times) {
        for (int done = 0; done < times; ) {
            Entry entry = store.get("counter").orElseThrow();
            String next = String.valueOf(Integer.parseInt(text(entry)) + 1);
            if (store.put("counter", entry.revision(), bytes(next))
                    instanceof WriteResult.Written) {
                done++;
            }
        }
    }

    @Test
    void a_closed_store_takes_no_writes_and_ends_its_watches() throws Exception {
        EventStream stream = store.watch("", 1);
        store.close();
        assertThat(stream.next(LONG)).isEmpty();
        assertThatThrownBy(() -> create("pods/a", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
    }

    private void fill(String key, int writes) {
        Entry entry = create(key, "x");
        for (int i = 1; i < writes; i++) {
            entry = written(store.put(key, entry.revision(), bytes("x")));
        }
    }

    private Entry create(String key, String value) {
        return written(store.put(key, 0, bytes(value)));
    }

    /// The entry of a write that must have happened.
    public static Entry written(WriteResult result) {
        assertThat(result).isInstanceOf(WriteResult.Written.class);
        return ((WriteResult.Written) result).entry();
    }

    private static List<String> keys(Store.Slice slice) {
        return slice.entries().stream().map(Entry::key).toList();
    }

    private static String text(Entry entry) {
        return new String(entry.value(), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package dev.glovebox.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JournaledStoreTest extends StoreContract {
    private final MemoryJournal journal = new MemoryJournal();

    @Override
    protected Store open(HistoryLimit limit) {
        return new JournaledStore(journal, limit);
    }

    @Test
    void a_write_that_is_not_durable_is_not_seen_and_the_next_one_is_as_if_it_never_was()
            throws Exception {
        Entry before = written(store.put("pods/a", 0, new byte[] {1}));
        journal.failure.set(
                Optional.of(
                        new StoreException(
                                Path.of("/disk/db"), "no space left", "free some", null)));
        assertThatThrownBy(() -> store.put("pods/a", before.revision(), new byte[] {2}))
                .isInstanceOf(StoreException.class)
                .hasMessage("/disk/db: no space left; free some");
        assertThatThrownBy(() -> store.delete("pods/a", before.revision(), new byte[] {2}))
                .isInstanceOf(StoreException.class);
        assertThat(store.revision()).isEqualTo(before.revision());
        assertThat(store.get("pods/a")).contains(before);

        journal.failure.set(Optional.empty());
        Entry after = written(store.put("pods/a", before.revision(), new byte[] {3}));
        assertThat(after.revision()).isEqualTo(before.revision() + 1);
        try (Store.EventStream stream = store.watch("", before.revision())) {
            assertThat(stream.next(Duration.ZERO))
                    .containsExactly(new Store.Event.Put(after, Optional.of(before)));
        }
    }

    @Test
    void a_writer_that_breaks_answers_everybody_and_takes_nothing_more() {
        journal.failure.set(Optional.of(new IllegalStateException("a bug")));
        assertThatThrownBy(() -> store.put("pods/a", 0, new byte[0]))
                .isInstanceOf(IllegalStateException.class)
                .hasRootCauseMessage("a bug");
        assertThatThrownBy(() -> store.put("pods/b", 0, new byte[0]))
                .isInstanceOf(IllegalStateException.class);
        assertThat(store.list("", "", 0).entries()).isEmpty();
    }

    @Test
    void closing_closes_the_journal() {
        store.close();
        assertThat(journal.closed).isTrue();
    }

    @Test
    void the_journal_holds_every_write_before_it_is_acknowledged() {
        Entry entry = written(store.put("pods/a", 0, new byte[0]));
        assertThat(journal.events).isEqualTo(List.of(new Store.Event.Put(entry, Optional.empty())));
    }
}

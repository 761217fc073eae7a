package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Journal;
import dev.glovebox.store.JournaledStore;
import dev.glovebox.store.Store;
import dev.glovebox.store.StoreException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnsweringStoreTest {
    private final Disk disk = new Disk();

    @Test
    void a_full_disk_refuses_writes_in_words_keeps_reads_and_is_forgotten_with_room_again() {
        try (Store store = new AnsweringStore(new JournaledStore(disk, HistoryLimit.DEFAULT))) {
            store.put("a", 0, new byte[] {1});
            disk.full = true;
            assertThatThrownBy(() -> store.put("b", 0, new byte[] {2}))
                    .isInstanceOfSatisfying(
                            ApiException.class,
                            refusal -> {
                                assertThat(refusal.reason()).isEqualTo(StatusReason.INTERNAL_ERROR);
                                assertThat(refusal)
                                        .hasMessageContaining("no space left on its disk")
                                        .hasMessageContaining("free some space")
                                        .hasMessageNotContaining("/secret");
                            });
            assertThatThrownBy(() -> store.delete("a", 2, new byte[0]))
                    .isInstanceOf(ApiException.class);
            assertThat(store.get("a")).isPresent();
            assertThat(store.get("b")).isEmpty();
            disk.full = false;
            assertThat(store.put("b", 0, new byte[] {2}))
                    .isInstanceOf(Store.WriteResult.Written.class);
        }
    }

    private static final class Disk implements Journal {
        private boolean full;

        @Override
        public Recovered recover(HistoryLimit limit) {
            return new Recovered(1, List.of(), List.of());
        }

        @Override
        public void append(List<Store.Event> events, long compactBefore) {
            if (full) {
                throw new StoreException(
                        Path.of("/secret/glovebox.db"),
                        "no space left on its disk",
                        "free some space",
                        null);
            }
        }

        @Override
        public void close() {}
    }
}

package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Conversion;
import dev.glovebox.apiserver.kinds.Scaling;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ConvertedEntriesTest {
    private static final int MOST = 1000;

    private final Conversion conversion = new Nothing();
    private final ConvertedEntries entries = new ConvertedEntries(MOST);

    private static Entry entry(String key, int size) {
        return new Entry(key, 1, 1, new byte[size]);
    }

    private ConvertedEntries.Key key(String key) {
        return ConvertedEntries.Key.of(conversion, "example.com/v1", entry(key, 0));
    }

    @Test
    void no_more_is_kept_than_there_is_room_for_and_what_was_not_used_goes_first() {
        for (int i = 0; i < 10; i++) {
            entries.put(key("a" + i), entry("a" + i, 100));
        }
        assertThat(entries.find(key("a0"))).isPresent();
        entries.put(key("b"), entry("b", 100));
        assertThat(entries.find(key("a0"))).isPresent();
        assertThat(entries.find(key("a1"))).isEmpty();
        assertThat(entries.find(key("b"))).isPresent();
        entries.put(key("large"), entry("large", MOST / 2));
        assertThat(entries.find(key("large"))).isEmpty();
    }

    @Test
    void another_definition_knows_nothing_of_it() {
        entries.put(key("a"), entry("a", 1));
        ConvertedEntries.Key other =
                ConvertedEntries.Key.of(new Nothing(), "example.com/v1", entry("a", 0));
        assertThat(entries.find(other)).isEmpty();
    }

    @Test
    void of_many_who_ask_at_once_one_converts() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(1);
        List<Future<Entry>> got = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 50; i++) {
                got.add(
                        threads.submit(() ->
                                entries.get(
                                        key("a"),
                                        () -> {
                                            asked.incrementAndGet();
                                            await(all);
                                            return entry("a", 1);
                                        })));
            }
            all.countDown();
            for (Future<Entry> each : got) {
                assertThat(each.get()).isSameAs(got.getFirst().get());
            }
        }
        assertThat(asked).hasValue(1);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void a_failure_is_not_kept() {
        assertThatThrownBy(() ->
                        entries.get(
                                key("a"),
                                () -> {
                                    throw new ApiException(StatusReason.UNKNOWN, "no way");
                                }))
                .hasMessage("no way");
        assertThat(entries.get(key("a"), () -> entry("a", 1)).key()).isEqualTo("a");
    }

    /// Itself and nothing else.
    private static final class Nothing implements Conversion {
        @Override
        public String keptAs() {
            return "example.com/v1";
        }

        @Override
        public String unsaid(String told) {
            return told;
        }

        @Override
        public Map<String, Schema> schemas() {
            return Map.of();
        }

        @Override
        public Map<String, Scaling> scalings() {
            return Map.of();
        }

        @Override
        public boolean asks() {
            return true;
        }

        @Override
        public boolean isLike(Conversion other) {
            return other == this;
        }

        @Override
        public List<ObjectNode> told(List<ObjectNode> kept, String apiVersion) {
            return kept;
        }

        @Override
        public ObjectNode kept(ObjectNode told) {
            return told;
        }

        @Override
        public ObjectNode converted(ObjectNode object, String apiVersion) {
            return object;
        }
    }
}

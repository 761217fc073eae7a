package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.apiserver.kinds.KindNames;
import dev.glovebox.apiserver.kinds.ServedKinds;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.store.HistoryLimit;
import dev.glovebox.store.Store;
import dev.glovebox.store.sqlite.SqliteStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// New objects of kinds that come and go.
class RegistryTest {
    @TempDir Path folder;

    @Test
    void nothing_is_stored_of_a_kind_that_has_gone_or_takes_no_more() {
        try (Store store = SqliteStore.open(folder, HistoryLimit.DEFAULT)) {
            ServedKinds served = new ServedKinds(new KindCatalogue(List.of()));
            Registry registry = new Registry(store, served);
            Route route = new Route(widgets(Strategy.PLAIN), "v1", "default", "w", "", false);

            assertThat(refusal(registry, route)).isEqualTo(StatusReason.NOT_FOUND);
            served.add(List.of(widgets(new Terminating())));
            assertThat(refusal(registry, route)).isEqualTo(StatusReason.FORBIDDEN);
            assertThat(store.get(route.key())).isEmpty();
            served.add(List.of(widgets(Strategy.PLAIN)));
            assertThat(create(registry, route)).isInstanceOf(Store.WriteResult.Written.class);
            assertThat(store.get(route.key())).isPresent();
        }
    }

    private static Store.WriteResult create(Registry registry, Route route) {
        return registry.create(route, JsonNodeFactory.instance.objectNode(), new byte[] {'{', '}'});
    }

    private static StatusReason refusal(Registry registry, Route route) {
        return catchThrowableOfType(ApiException.class, () -> create(registry, route)).reason();
    }

    /// What a kind says whose definition is being deleted.
    private record Terminating() implements Strategy {
        @Override
        public void prepareCreate(ObjectNode object) {
            throw new ApiException(StatusReason.FORBIDDEN, "terminating");
        }
    }

    /// A definition is written when those have been stored that were found before.
    @Test
    void a_definition_waits_for_objects_that_are_being_stored() throws InterruptedException {
        ServedKinds served = new ServedKinds(new KindCatalogue(List.of()));
        CountDownLatch changed = new CountDownLatch(1);
        served.unchanging(() -> {
            Thread.ofVirtual()
                    .start(() ->
                            served.changing(() -> {
                                changed.countDown();
                                return changed;
                            }));
            return assertThat(isDown(changed, 100)).isFalse();
        });
        assertThat(isDown(changed, 10_000)).isTrue();
    }

    private static Kind widgets(Strategy strategy) {
        return new Kind(
                "example.com",
                List.of("v1"),
                new KindNames("Widget", "widgets", "widget", List.of(), List.of()),
                true,
                List.of("create"),
                List.of(),
                Schemas.kubernetes()
                        .structural(
                                "com.example.v1.Widget",
                                JsonNodeFactory.instance.objectNode().put("type", "object")),
                strategy);
    }

    private static boolean isDown(CountDownLatch latch, long milliseconds) {
        try {
            return latch.await(milliseconds, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.glovebox.node.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ImageCollectionTest {
    private static final long CAPACITY = 1000;
    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<StoredImage> there = new ArrayList<>();
    private final Set<String> used = new HashSet<>();
    private final List<String> removed = new ArrayList<>();
    private final ImageCollection collection =
            new ImageCollection(
                    new ImageCollection.Store(
                            () -> List.copyOf(there), () -> Set.copyOf(used), this::remove),
                    ImageLimits.DEFAULT,
                    clock);

    @Test
    void nothing_goes_while_the_disk_has_room() {
        old(image("a", 500));
        assertThat(collection.holdToThresholds(160, CAPACITY)).isEmpty();
        assertThat(removed).isEmpty();
    }

    @Test
    void what_was_unused_for_the_longest_time_goes_first_and_no_more_than_needed() {
        old(image("first", 60), image("second", 60), image("third", 60));
        used.add("first");
        clock.advance(Duration.ofMinutes(1));
        collection.look();
        used.clear();
        clock.advance(Duration.ofMinutes(1));
        assertThat(collection.holdToThresholds(100, CAPACITY)).isEmpty();
        assertThat(removed).containsExactly("second", "third");
    }

    @Test
    void what_is_used_is_young_or_is_ours_stays_and_what_lacks_is_said() {
        old(image("used", 400), new StoredImage("ours", List.of(), 400, true), image("old", 10));
        there.add(image("young", 400));
        used.add("used");
        assertThat(collection.holdToThresholds(100, CAPACITY))
                .hasValue(
                        "Failed to garbage collect required amount of images. Attempted to free 100"
                                + " bytes, but only found 10 bytes eligible to free.");
        assertThat(removed).containsExactly("old");
    }

    @Test
    void under_pressure_all_goes_that_nobody_uses() {
        old(image("a", 1), image("b", 2), image("used", 4));
        used.add("used");
        assertThat(collection.removeUnused()).isEqualTo(3);
        assertThat(removed).containsExactlyInAnyOrder("a", "b");
    }

    @Test
    void one_that_cannot_be_removed_frees_nothing_and_costs_no_other_its_turn() {
        old(image("stuck", 60));
        old(image("later", 60), image("latest", 60));
        assertThat(collection.holdToThresholds(100, CAPACITY)).isEmpty();
        assertThat(removed).containsExactly("stuck", "later", "latest");
    }

    @Test
    void thresholds_have_their_order() {
        assertThatThrownBy(() -> new ImageLimits(80, 85, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private void old(StoredImage... images) {
        there.addAll(List.of(images));
        collection.look();
        clock.advance(Duration.ofMinutes(2));
    }

    private static StoredImage image(String id, long bytes) {
        return new StoredImage(id, List.of("test/" + id + ":1"), bytes, false);
    }

    private boolean remove(String id) {
        removed.add(id);
        return !id.equals("stuck") && there.removeIf(image -> image.id().equals(id));
    }
}

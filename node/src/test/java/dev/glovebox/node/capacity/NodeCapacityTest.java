package dev.glovebox.node.capacity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.node.eviction.Thresholds;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeCapacityTest {
    private static final long GIB = 1 << 30;
    private final NodeCapacity node =
            new NodeCapacity(4000, 8 * GIB, 100 * GIB, 110, 32768, Map.of("hugepages-2Mi", 0L));

    @Test
    void what_is_left_for_pods_lacks_what_is_reserved_and_what_must_stay_free() {
        Reserved reserved =
                Reserved.parse("cpu=100m,memory=1Gi,ephemeral-storage=5Gi")
                        .and(Reserved.parse("cpu=1,memory=500Mi,pid=768"));
        Map<String, Quantity> left = node.allocatable(reserved, Thresholds.DEFAULT);
        assertThat(left)
                .containsEntry("cpu", Quantity.parse("2900m"))
                .containsEntry(
                        "memory", Quantity.parse((8 * 1024 - 1024 - 500 - 100) * 1024 + "Ki"))
                .containsEntry("ephemeral-storage", Quantity.parse(Long.toString(85 * GIB)))
                .containsEntry("pods", Quantity.parse("110"))
                .containsEntry("hugepages-2Mi", Quantity.parse("0"));
        assertThat(node.forPods(reserved).processes()).isEqualTo(32000);
        assertThat(node.forPods(reserved).memory()).isEqualTo(8 * GIB - GIB - (500 << 20));
    }

    @Test
    void capacity_is_all_there_is() {
        assertThat(node.shown())
                .containsEntry("cpu", Quantity.parse("4"))
                .containsEntry("memory", Quantity.parse("8388608Ki"))
                .containsEntry("ephemeral-storage", Quantity.parse("104857600Ki"));
    }

    @Test
    void huge_pages_are_nobodys_memory() {
        NodeCapacity huge =
                new NodeCapacity(4000, 8 * GIB, GIB, 110, 100, Map.of("hugepages-1Gi", 2 * GIB));
        assertThat(huge.forPods(Reserved.NONE).memory()).isEqualTo(6 * GIB);
    }

    @Test
    void more_than_there_is_leaves_nothing() {
        Map<String, Quantity> left =
                node.allocatable(Reserved.parse("cpu=5,memory=9Gi"), Thresholds.DEFAULT);
        assertThat(left)
                .containsEntry("cpu", Quantity.parse("0"))
                .containsEntry("memory", Quantity.parse("0Ki"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "gpu=1", "cpu=1,cpu=2", "memory=lots", "cpu=-1", "=1"})
    void what_is_no_reservation_is_refused(String text) {
        assertThatThrownBy(() -> Reserved.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
}

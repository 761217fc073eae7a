package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GvisorClassTest {
    private static final String LABEL = "glovebox.dev/gvisor";
    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());
    private final GvisorClass gvisor = new GvisorClass(cluster);

    @Test
    void it_selects_the_nodes_that_have_gvisor_beside_what_users_say() {
        cluster.create(
                Resource.RUNTIME_CLASSES,
                new RuntimeClassBuilder()
                        .withNewMetadata()
                        .withName("gvisor")
                        .endMetadata()
                        .withHandler("runsc")
                        .withNewScheduling()
                        .withNodeSelector(Map.of("disk", "fast"))
                        .endScheduling()
                        .build());

        gvisor.onLabelledNodes();
        assertThat(selector()).containsOnly(Map.entry("disk", "fast"), Map.entry(LABEL, "true"));

        gvisor.onEveryNode();
        assertThat(selector()).containsOnly(Map.entry("disk", "fast"));
    }

    @Test
    void a_class_that_users_removed_stays_removed() {
        gvisor.onLabelledNodes();

        assertThat(cluster.get(Resource.RUNTIME_CLASSES, ObjectKey.of("gvisor"))).isEmpty();
    }

    private Map<String, String> selector() {
        return cluster.get(Resource.RUNTIME_CLASSES, ObjectKey.of("gvisor"))
                .orElseThrow()
                .getScheduling()
                .getNodeSelector();
    }
}

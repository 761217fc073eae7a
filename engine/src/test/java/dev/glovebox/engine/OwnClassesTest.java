package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OwnClassesTest {
    private static final String READY = "runtime.glovebox.dev/gvisor";
    private static final String FORMER = "glovebox.dev/gvisor";

    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());
    private final OwnClasses classes = new OwnClasses(cluster);

    @Test
    void a_class_selects_the_nodes_whose_agents_saw_its_runtime_work() {
        classes.make("runsc", Optional.empty());

        assertThat(known("gvisor").getHandler()).isEqualTo("runsc");
        assertThat(selector("gvisor")).containsOnly(Map.entry(READY, "ready"));
        assertThat(known("gvisor").getOverhead()).isNull();
    }

    @Test
    void a_published_overhead_comes_with_its_source() {
        classes.make("kata", Optional.of(ClassOverhead.published("320Mi", "250m", "somebody")));

        RuntimeClass kata = known("kata");
        assertThat(kata.getOverhead().getPodFixed().get("memory")).hasToString("320Mi");
        assertThat(kata.getMetadata().getAnnotations().get("runtime.glovebox.dev/overhead"))
                .isEqualTo(
                        "{\"podFixed\":{\"cpu\":\"250m\",\"memory\":\"320Mi\"},\"method\":\"published by somebody\",\"figures\":{}}");
    }

    @Test
    void a_class_that_users_removed_stays_removed() {
        classes.make("crun", Optional.empty());
        classes.make("runsc", Optional.empty());
        cluster.delete(Resource.RUNTIME_CLASSES, ObjectKey.of("crun"), DeleteOptions.DEFAULT);

        classes.make("crun", Optional.empty());

        assertThat(cluster.get(Resource.RUNTIME_CLASSES, ObjectKey.of("crun"))).isEmpty();
        assertThat(
                        cluster.get(Resource.NAMESPACES, ObjectKey.of("kube-system"))
                                .orElseThrow()
                                .getMetadata()
                                .getAnnotations())
                .containsEntry("runtime.glovebox.dev/classes", "crun,gvisor");
    }

    @Test
    void what_users_changed_stays_changed() {
        classes.make("runsc", Optional.empty());
        RuntimeClass changed = known("gvisor");
        changed.getScheduling().setNodeSelector(Map.of("disk", "fast"));
        cluster.update(Resource.RUNTIME_CLASSES, changed);

        classes.make("runsc", Optional.empty());

        assertThat(selector("gvisor")).containsOnly(Map.entry("disk", "fast"));
    }

    @Test
    void a_class_of_users_stays_theirs() {
        created("crun", "crun", Map.of());

        classes.make("crun", Optional.empty());

        assertThat(known("crun").getScheduling()).isNull();
        assertThat(OwnClasses.isOurs(known("crun"))).isFalse();
    }

    @Test
    void a_class_of_an_engine_of_before_is_taken_over() {
        created("gvisor", "runsc", Map.of(FORMER, "true"));
        created("runc", "runc", Map.of());

        classes.make("runsc", Optional.empty());
        classes.make("runc", Optional.empty());

        assertThat(selector("gvisor")).containsOnly(Map.entry(READY, "ready"));
        assertThat(selector("runc")).containsOnly(Map.entry("runtime.glovebox.dev/runc", "ready"));
        assertThat(OwnClasses.isOurs(known("runc"))).isTrue();
    }

    @Test
    void one_of_before_that_users_changed_is_not_but_for_the_label_that_was_never_theirs() {
        created("gvisor", "runsc", Map.of(FORMER, "true", "disk", "fast"));

        classes.make("runsc", Optional.empty());

        assertThat(selector("gvisor"))
                .containsOnly(Map.entry(READY, "ready"), Map.entry("disk", "fast"));
        assertThat(OwnClasses.isOurs(known("gvisor"))).isFalse();

        RuntimeClass changed = known("gvisor");
        changed.getScheduling().setNodeSelector(Map.of("disk", "slow"));
        cluster.update(Resource.RUNTIME_CLASSES, changed);
        classes.make("runsc", Optional.empty());

        assertThat(selector("gvisor")).containsOnly(Map.entry("disk", "slow"));
    }

    @Test
    void one_of_before_for_another_handler_is_left_alone() {
        created("gvisor", "mine", Map.of(FORMER, "true"));

        classes.make("runsc", Optional.empty());

        assertThat(selector("gvisor")).containsOnly(Map.entry(FORMER, "true"));
    }

    @Test
    void one_whose_mark_users_took_away_is_not_taken_over_again() {
        classes.make("runc", Optional.empty());
        RuntimeClass bare = known("runc");
        bare.getMetadata().setLabels(Map.of());
        bare.setScheduling(null);
        cluster.update(Resource.RUNTIME_CLASSES, bare);

        classes.make("runc", Optional.empty());

        assertThat(known("runc").getScheduling()).isNull();
    }

    @Test
    void an_api_that_refuses_keeps_nothing_from_starting() {
        cluster.refuseNext("create", new ApiException(StatusReason.FORBIDDEN, "no"));
        classes.make("crun", Optional.empty());
        assertThat(cluster.get(Resource.RUNTIME_CLASSES, ObjectKey.of("crun"))).isEmpty();

        classes.make("crun", Optional.empty());
        assertThat(known("crun").getHandler()).isEqualTo("crun");
    }

    private void created(String name, String handler, Map<String, String> selector) {
        RuntimeClassBuilder made =
                new RuntimeClassBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withHandler(handler);
        if (!selector.isEmpty()) {
            made.withNewScheduling().withNodeSelector(selector).endScheduling();
        }
        cluster.create(Resource.RUNTIME_CLASSES, made.build());
    }

    private RuntimeClass known(String name) {
        return cluster.get(Resource.RUNTIME_CLASSES, ObjectKey.of(name)).orElseThrow();
    }

    private Map<String, String> selector(String name) {
        return known(name).getScheduling().getNodeSelector();
    }
}

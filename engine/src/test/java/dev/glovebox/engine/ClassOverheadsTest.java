package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.engine.ClassOverheads.Outcome;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.node.v1.Overhead;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClass;
import io.fabric8.kubernetes.api.model.node.v1.RuntimeClassBuilder;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClassOverheadsTest {
    private static final ClassOverhead FIRST = overhead("31Mi", "4m");
    private static final ClassOverhead LATER = overhead("40Mi", "5m");

    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());
    private final ClassOverheads overheads = new ClassOverheads(cluster);

    @Test
    void a_class_of_ours_gets_its_overhead_with_figures_and_a_newer_one_takes_its_place() {
        new OwnClasses(cluster).make("runsc", Optional.empty());

        assertThat(overheads.write("gvisor", FIRST)).isEqualTo(Outcome.WRITTEN);
        assertThat(podFixed()).isEqualTo(Map.of("memory", q("31Mi"), "cpu", q("4m")));
        assertThat(known().getMetadata().getAnnotations().get("runtime.glovebox.dev/overhead"))
                .contains("how", "sandboxes");

        assertThat(overheads.write("gvisor", LATER)).isEqualTo(Outcome.WRITTEN);
        assertThat(podFixed()).isEqualTo(Map.of("memory", q("40Mi"), "cpu", q("5m")));
    }

    @Test
    void a_published_one_makes_way_for_a_measured_one() {
        new OwnClasses(cluster)
                .make("runsc", Optional.of(ClassOverhead.published("320Mi", "250m", "somebody")));

        assertThat(overheads.write("gvisor", FIRST)).isEqualTo(Outcome.WRITTEN);
        assertThat(podFixed()).containsEntry("memory", q("31Mi"));
    }

    @Test
    void a_figure_that_a_user_wrote_stays() {
        new OwnClasses(cluster).make("runsc", Optional.empty());
        overheads.write("gvisor", FIRST);
        change(known -> known.getOverhead().getPodFixed().put("memory", q("100Mi")));

        assertThat(overheads.write("gvisor", LATER)).isEqualTo(Outcome.THEIR_FIGURE);
        assertThat(podFixed()).containsEntry("memory", q("100Mi"));
    }

    @Test
    void one_that_was_there_before_ours_stays_too() {
        new OwnClasses(cluster).make("runsc", Optional.empty());
        change(known -> known.setOverhead(new Overhead(Map.of("memory", q("64Mi")))));

        assertThat(overheads.write("gvisor", FIRST)).isEqualTo(Outcome.THEIR_FIGURE);
        assertThat(podFixed()).containsOnly(Map.entry("memory", q("64Mi")));
    }

    @Test
    void one_that_a_user_took_away_stays_away() {
        new OwnClasses(cluster).make("runsc", Optional.empty());
        overheads.write("gvisor", FIRST);
        change(known -> known.setOverhead(null));

        assertThat(overheads.write("gvisor", LATER)).isEqualTo(Outcome.THEIR_FIGURE);
        assertThat(known().getOverhead()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"podFixed\":7}",
                "{\"podFixed\":{\"memory\":\"5xx\"}}",
                "{\"podFixed\":{\"memory\":\"\"}}",
                "{\"podFixed\":{\"memory\":{}}}"
            })
    void an_annotation_that_nobody_understands_makes_the_figure_a_users(String annotation) {
        new OwnClasses(cluster).make("runsc", Optional.empty());
        overheads.write("gvisor", FIRST);
        change(known ->
                known.getMetadata()
                        .setAnnotations(Map.of("runtime.glovebox.dev/overhead", annotation)));

        assertThat(overheads.write("gvisor", LATER)).isEqualTo(Outcome.THEIR_FIGURE);
        assertThat(podFixed()).containsEntry("memory", q("31Mi"));
    }

    @Test
    void figures_without_an_overhead_are_written_and_nothing_else() {
        new OwnClasses(cluster).make("runc", Optional.empty());

        ClassOverhead none = new ClassOverhead(Map.of(), "how", Map.of("memoryAtRest", "0.4Mi"));
        assertThat(overheads.write("runc", none)).isEqualTo(Outcome.WRITTEN);

        RuntimeClass runc =
                cluster.get(Resource.RUNTIME_CLASSES, ObjectKey.of("runc")).orElseThrow();
        assertThat(runc.getOverhead()).isNull();
        assertThat(runc.getMetadata().getAnnotations().get("runtime.glovebox.dev/overhead"))
                .contains("0.4Mi");
    }

    @Test
    void a_class_of_users_and_one_that_is_not_there_are_told() {
        cluster.create(
                Resource.RUNTIME_CLASSES,
                new RuntimeClassBuilder()
                        .withNewMetadata()
                        .withName("gvisor")
                        .endMetadata()
                        .withHandler("runsc")
                        .build());

        assertThat(overheads.write("gvisor", FIRST)).isEqualTo(Outcome.THEIR_CLASS);
        assertThat(known().getOverhead()).isNull();
        assertThat(overheads.write("crun", FIRST)).isEqualTo(Outcome.NO_CLASS);
    }

    @Test
    void who_comes_between_is_looked_at_again() {
        new OwnClasses(cluster).make("runsc", Optional.empty());
        cluster.refuseNext("patch", new ApiException(StatusReason.CONFLICT, "changed"));
        assertThat(overheads.write("gvisor", FIRST)).isEqualTo(Outcome.WRITTEN);

        cluster.refuseNext("patch", new ApiException(StatusReason.FORBIDDEN, "no"));
        assertThatThrownBy(() -> overheads.write("gvisor", LATER)).isInstanceOf(ApiException.class);
    }

    private static ClassOverhead overhead(String memory, String cpu) {
        return new ClassOverhead(
                Map.of("memory", memory, "cpu", cpu), "how", Map.of("sandboxes", "3"));
    }

    private static Quantity q(String text) {
        return Quantity.parse(text);
    }

    private void change(Consumer<RuntimeClass> change) {
        RuntimeClass known = known();
        change.accept(known);
        cluster.update(Resource.RUNTIME_CLASSES, known);
    }

    private RuntimeClass known() {
        return cluster.get(Resource.RUNTIME_CLASSES, ObjectKey.of("gvisor")).orElseThrow();
    }

    private Map<String, Quantity> podFixed() {
        return known().getOverhead().getPodFixed();
    }
}

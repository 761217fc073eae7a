package dev.glovebox.node.pod;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.LifecycleBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whatever the order in which facts arrive, and however often the agent is killed in between, a
/// pod comes to the same end, and no step is planned twice.
class PodPlannerPropertiesTest {
    private static final int ORDERS = 200;

    static Stream<Life> lives() {
        return Stream.of(
                new Life(
                        "one after the other, and two that fail in the end",
                        Pods.withInit(Pods.pod("Never", "a", "b"), "i", "j"),
                        Map.of("i", List.of(0), "j", List.of(0), "a", List.of(3), "b", List.of(0)),
                        "Failed"),
                new Life(
                        "restarts until all is well",
                        Pods.withInit(Pods.pod("OnFailure", "a", "b"), "i"),
                        Map.of("i", List.of(1, 0), "a", List.of(2, 2, 0), "b", List.of(0)),
                        "Succeeded"),
                new Life(
                        "sidecars around a job",
                        Pods.withSidecars(Pods.pod("OnFailure", "a"), "s", "t"),
                        Map.of("a", List.of(1, 0)),
                        "Succeeded"),
                new Life(
                        "hooks on both sides",
                        hooked(Pods.withSidecars(Pods.pod("Never", "a", "b"), "s")),
                        Map.of("a", List.of(0), "b", List.of(0)),
                        "Succeeded"),
                new Life(
                        "an init container that fails for good",
                        Pods.withInit(Pods.pod("Never", "a"), "i"),
                        Map.of("i", List.of(1)),
                        "Failed"));
    }

    private static Pod hooked(Pod pod) {
        Pods.container(pod, "s")
                .setLifecycle(
                        new LifecycleBuilder()
                                .withNewPostStart()
                                .withNewSleep(1L)
                                .endPostStart()
                                .withNewPreStop()
                                .withNewSleep(1L)
                                .endPreStop()
                                .build());
        Pods.container(pod, "s").setStartupProbe(new ProbeBuilder().build());
        return pod;
    }

    /// @param codes by container: how each run ends by itself; a container that is not named runs
    ///   until it is ended
    /// @param phase in which the pod ends
    record Life(String name, Pod pod, Map<String, List<Integer>> codes, String phase) {
        @Override
        public String toString() {
            return name;
        }
    }

    @ParameterizedTest
    @MethodSource("lives")
    void any_order_of_the_same_facts_ends_in_the_same_state(Life life) {
        PlannedWorld first = run(life, 0, 0);
        assertThat(first.phase()).isEqualTo(life.phase());
        for (int seed = 1; seed < ORDERS; seed++) {
            PlannedWorld world = run(life, seed, 0);
            assertThat(world.ends()).as("order %d", seed).isEqualTo(first.ends());
            assertThat(world.phase()).as("order %d", seed).isEqualTo(life.phase());
        }
    }

    @ParameterizedTest
    @MethodSource("lives")
    void an_agent_that_is_killed_at_any_point_plans_on_from_facts_alone(Life life) {
        PlannedWorld first = run(life, 0, 0);
        for (int seed = 1; seed < ORDERS; seed++) {
            PlannedWorld world = run(life, seed, 4);
            assertThat(world.ends()).as("order %d", seed).isEqualTo(first.ends());
            assertThat(world.phase()).as("order %d", seed).isEqualTo(life.phase());
        }
    }

    private static PlannedWorld run(Life life, int seed, int kills) {
        Pod pod = new PodBuilder(life.pod()).build();
        PlannedWorld world = new PlannedWorld(pod, life.codes(), new Random(seed), kills);
        world.run();
        return world;
    }
}

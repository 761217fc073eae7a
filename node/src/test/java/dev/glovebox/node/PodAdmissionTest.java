package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.pod.Eviction;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// On a node of two processors.
class PodAdmissionTest {
    private static final Node NODE =
            new NodeBuilder()
                    .withNewMetadata()
                    .withName("n")
                    .endMetadata()
                    .withNewStatus()
                    .withAllocatable(Map.of("cpu", new Quantity("2"), "pods", new Quantity("110")))
                    .endStatus()
                    .build();

    private final ManualClock clock = ManualClock.atNoon();
    private final PodEvents events = PodEvents.start(new FakeCluster(clock), "n", clock);
    private final FakeRuntime runtime = new FakeRuntime();
    private final List<Pod> pods = new ArrayList<>();
    private final Set<String> claimed = new HashSet<>();
    private Optional<Node> known = Optional.of(NODE);
    private Optional<Node> now = Optional.of(NODE);
    private final PodAdmission admission =
            new PodAdmission(
                    runtime,
                    Set::of,
                    new PodAdmission.Occupants(
                            () -> pods, UnaryOperator.identity(), claimed::contains),
                    () -> known,
                    () -> now,
                    events);

    @AfterEach
    void close() {
        events.close();
    }

    @Test
    void a_pod_fails_for_what_its_runtime_cannot_do_and_not_for_a_runtime_that_is_away() {
        Pod pod =
                pod("strict", "1")
                        .editSpec()
                        .withNewSecurityContext()
                        .withSupplementalGroupsPolicy("Strict")
                        .endSecurityContext()
                        .endSpec()
                        .build();
        assertThat(reason(pod)).contains("SupplementalGroupsPolicyNotSupported");
        runtime.strictGroups = Optional.of(true);
        assertThat(reason(pod)).isEmpty();
        runtime.strictGroups = Optional.of(false);
        runtime.down = true;
        assertThat(reason(pod)).isEmpty();
    }

    @Test
    void who_comes_first_has_the_room_and_who_is_refused_holds_none() {
        Pod large = pod("large", "3").build();
        Pod first = pod("first", "1").build();
        Pod second = pod("second", "1500m").build();
        Pod third = pod("third", "1").build();
        pods.addAll(List.of(large, first, second, third));
        assertThat(reason(large)).contains("OutOfcpu");
        claimed.add("large");
        assertThat(reason(first)).isEmpty();
        claimed.add("first");
        assertThat(reason(second)).contains("OutOfcpu");
        claimed.add("second");
        assertThat(reason(third)).isEmpty();
    }

    /// After the agent began anew nobody was let in yet, and pods run.
    @Test
    void a_pod_that_runs_holds_its_place_whenever_the_agent_hears_of_it() {
        Pod runs =
                pod("runs", "2")
                        .withNewStatus()
                        .withStartTime("2026-01-01T00:00:00Z")
                        .withPhase("Running")
                        .endStatus()
                        .build();
        pods.add(runs);
        assertThat(reason(pod("new", "1").build())).contains("OutOfcpu");
        assertThat(reason(runs)).isEmpty();
        runs.getStatus().setPhase("Succeeded");
        assertThat(reason(pod("new", "1").build())).isEmpty();
    }

    @Test
    void a_label_that_was_set_a_moment_ago_counts() {
        Pod pod = pod("waited", "1").editSpec().addToNodeSelector("disk", "ssd").endSpec().build();
        assertThat(reason(pod)).contains("NodeAffinity");
        now =
                Optional.of(
                        new NodeBuilder(NODE)
                                .editMetadata()
                                .addToLabels("disk", "ssd")
                                .endMetadata()
                                .build());
        assertThat(reason(pod)).isEmpty();
    }

    /// Its sandbox is not made before its handler was seen to work, and may be then.
    @Test
    void a_pod_whose_runtime_does_not_work_here_has_not_failed() {
        Pod pod =
                pod("own", "1")
                        .editSpec()
                        .withRuntimeClassName("gvisor")
                        .addToNodeSelector("runtime.glovebox.dev/gvisor", "ready")
                        .endSpec()
                        .build();
        assertThat(reason(pod)).isEmpty();
        pod.getSpec().setRuntimeClassName("another");
        assertThat(reason(pod)).contains("NodeAffinity");
    }

    @Test
    void a_node_of_which_nobody_tells_refuses_nobody() {
        known = Optional.empty();
        now = Optional.empty();
        assertThat(reason(pod("large", "100").build())).isEmpty();
    }

    private Optional<String> reason(Pod pod) {
        return admission.refusal(pod).map(Eviction::reason);
    }

    private static PodBuilder pod(String name, String cpu) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withUid(name)
                .withNamespace("default")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withNewResources()
                .addToRequests("cpu", new Quantity(cpu))
                .endResources()
                .endContainer()
                .endSpec();
    }
}

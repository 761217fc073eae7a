package dev.glovebox.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));

    private final ManualClock clock = ManualClock.atNoon();
    private final FakeCluster cluster = new FakeCluster(clock);
    private final Scheduler scheduler = Scheduler.start(cluster, clock, SHORT);
    private final Reflector<Pod> pods = reflect(Resource.PODS);
    private final Reflector<Event> events = reflect(Resource.EVENTS);

    @AfterEach
    void close() {
        scheduler.close();
        pods.close();
        events.close();
    }

    @Test
    void a_pod_is_bound_and_an_event_says_so() throws Exception {
        node("n1", "2");
        Pod pod = create("a", "100m");
        assertThat(nodeOf("a")).isEqualTo("n1");
        Event event = awaitOne(events, found -> found.getReason().equals("Scheduled"));
        assertThat(event.getMessage()).isEqualTo("Successfully assigned default/a to n1");
        assertThat(event.getType()).isEqualTo("Normal");
        assertThat(event.getReportingComponent()).isEqualTo("default-scheduler");
        assertThat(event.getInvolvedObject().getUid()).isEqualTo(pod.getMetadata().getUid());
        assertThat(event.getEventTime().getTime()).isEqualTo("2026-01-01T12:00:00.000000Z");
    }

    @Test
    void a_pod_that_fits_nowhere_says_why_in_its_status_and_an_event() throws Exception {
        knownNode("n1", "2");
        create("a", "3");
        String message =
                "0/1 nodes are available: 1 Insufficient cpu. preemption: 0/1 nodes are available:"
                        + " 1 Preemption is not helpful for scheduling.";
        Event event = awaitOne(events, about("FailedScheduling", "a"));
        assertThat(event.getMessage()).isEqualTo(message);
        assertThat(event.getType()).isEqualTo("Warning");
        Pod pod = cluster.get(Resource.PODS, key("a")).orElseThrow();
        assertThat(pod.getStatus().getConditions())
                .singleElement()
                .satisfies(condition -> {
                    assertThat(condition.getType()).isEqualTo("PodScheduled");
                    assertThat(condition.getStatus()).isEqualTo("False");
                    assertThat(condition.getReason()).isEqualTo("Unschedulable");
                    assertThat(condition.getMessage()).isEqualTo(message);
                    assertThat(condition.getLastTransitionTime()).isEqualTo("2026-01-01T12:00:00Z");
                });
    }

    @Test
    void a_node_that_comes_later_gets_the_pod() throws Exception {
        create("a", "1");
        awaitOne(events, found -> found.getReason().equals("FailedScheduling"));
        node("n1", "2");
        assertThat(nodeOf("a")).isEqualTo("n1");
    }

    @Test
    void a_place_that_becomes_free_is_given_to_who_waits() throws Exception {
        node("n1", "1");
        create("a", "1");
        assertThat(nodeOf("a")).isEqualTo("n1");
        create("b", "1");
        awaitOne(events, found -> found.getReason().equals("FailedScheduling"));
        cluster.delete(
                Resource.PODS,
                key("a"),
                DeleteOptions.now(
                        cluster.get(Resource.PODS, key("a")).orElseThrow().getMetadata().getUid()));
        assertThat(nodeOf("b")).isEqualTo("n1");
    }

    @Test
    void a_pod_that_ends_frees_its_place() throws Exception {
        node("n1", "1");
        create("a", "1");
        assertThat(nodeOf("a")).isEqualTo("n1");
        create("b", "1");
        awaitOne(events, found -> found.getReason().equals("FailedScheduling"));
        Pod ended = cluster.get(Resource.PODS, key("a")).orElseThrow();
        ended.getStatus().setPhase("Succeeded");
        cluster.updateStatus(Resource.PODS, ended);
        assertThat(nodeOf("b")).isEqualTo("n1");
    }

    @Test
    void pods_created_at_once_never_share_a_place() throws Exception {
        node("n1", "1");
        node("n2", "1");
        for (int i = 0; i < 5; i++) {
            create("p" + i, "600m");
        }
        long seen = -1;
        List<String> placed = List.of();
        long refused = 0;
        while (placed.size() < 2 || refused < 3) {
            Image<Pod> image = pods.awaitAfter(seen, LONG);
            assertThat(image.generation()).as("nothing came").isGreaterThan(seen);
            seen = image.generation();
            placed =
                    image.values().stream()
                            .map(pod -> pod.getSpec().getNodeName())
                            .filter(Objects::nonNull)
                            .sorted()
                            .toList();
            refused = image.values().stream().filter(SchedulerTest::isRefused).count();
        }
        assertThat(placed).containsExactly("n1", "n2");
    }

    private static boolean isRefused(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .anyMatch(condition ->
                        condition.getType().equals("PodScheduled")
                                && condition.getStatus().equals("False"));
    }

    @Test
    void an_api_that_fails_is_asked_again() throws Exception {
        ApiException busy = new ApiException(StatusReason.SERVICE_UNAVAILABLE, "busy");
        cluster.refuseNext("bind", busy);
        cluster.refuseNext("bind", busy);
        node("n1", "2");
        create("a", "1");
        while (cluster.get(Resource.PODS, key("a")).orElseThrow().getSpec().getNodeName() == null) {
            clock.advance(Duration.ofMillis(2));
            label("n1", clock.instant().toString());
            pods.awaitAfter(pods.image().generation(), Duration.ofMillis(5));
        }
    }

    @Test
    void other_schedulers_pods_gated_pods_and_dying_pods_are_left_alone() throws Exception {
        Pod foreign = pod("foreign", "0");
        foreign.getSpec().setSchedulerName("mine");
        Pod gated =
                new PodBuilder(pod("gated", "0"))
                        .editSpec()
                        .addNewSchedulingGate("wait")
                        .endSpec()
                        .build();
        cluster.create(Resource.PODS, foreign);
        cluster.create(Resource.PODS, gated);
        node("n1", "2");
        create("ours", "0");
        assertThat(nodeOf("ours")).isEqualTo("n1");
        for (String name : List.of("foreign", "gated")) {
            assertThat(cluster.get(Resource.PODS, key(name)).orElseThrow().getSpec().getNodeName())
                    .isNull();
        }
    }

    @Test
    void the_same_verdict_is_told_once() throws Exception {
        knownNode("n1", "2");
        create("a", "3");
        awaitOne(events, about("FailedScheduling", "a"));
        for (int i = 0; i < 3; i++) {
            create("ok" + i, "1m");
            assertThat(nodeOf("ok" + i)).isEqualTo("n1");
            label("n1", String.valueOf(i));
        }
        create("b", "3");
        awaitOne(events, about("FailedScheduling", "b"));
        assertThat(events.image().values().stream().filter(about("FailedScheduling", "a")::apply))
                .hasSize(1);
    }

    @Test
    void a_more_important_pod_takes_the_place_of_another() throws Exception {
        node("n1", "1");
        Pod victim = create("a", "1");
        assertThat(nodeOf("a")).isEqualTo("n1");
        Pod important = pod("b", "1");
        important.getSpec().setPriority(10);
        Pod preemptor = cluster.create(Resource.PODS, important);
        Event preempted = awaitOne(events, about("Preempted", "a"));
        assertThat(preempted.getType()).isEqualTo("Normal");
        assertThat(preempted.getMessage())
                .isEqualTo(
                        "Preempted by pod %s on node n1"
                                .formatted(preemptor.getMetadata().getUid()));
        Pod leaving = awaitOne(pods, pod -> pod.getMetadata().getDeletionTimestamp() != null);
        assertThat(leaving.getStatus().getConditions())
                .anySatisfy(condition -> {
                    assertThat(condition.getType()).isEqualTo("DisruptionTarget");
                    assertThat(condition.getStatus()).isEqualTo("True");
                    assertThat(condition.getReason()).isEqualTo("PreemptionByScheduler");
                    assertThat(condition.getMessage())
                            .isEqualTo(
                                    "default-scheduler: preempting to accommodate a higher"
                                            + " priority pod");
                });
        awaitOne(pods, pod -> "n1".equals(pod.getStatus().getNominatedNodeName()));
        // A pod that is less important does not slip in when the place becomes free.
        create("c", "1");
        awaitOne(events, about("FailedScheduling", "c"));
        cluster.delete(Resource.PODS, key("a"), DeleteOptions.now(victim.getMetadata().getUid()));
        assertThat(nodeOf("b")).isEqualTo("n1");
        assertThat(cluster.get(Resource.PODS, key("c")).orElseThrow().getSpec().getNodeName())
                .isNull();
        assertThat(events.image().values().stream().filter(about("Preempted", "a")::apply))
                .hasSize(1);
    }

    @Test
    void a_class_without_a_node_is_named() throws Exception {
        knownNode("n1", "2");
        Pod pod = pod("a", "0");
        pod.getSpec().setRuntimeClassName("gvisor");
        pod.getSpec().setNodeSelector(Map.of("container-rt", "gvisor"));
        cluster.create(Resource.PODS, pod);
        Event event =
                awaitOne(
                        events,
                        found ->
                                about("FailedScheduling", "a").apply(found)
                                        && found.getMessage().startsWith("no node has"));
        assertThat(event.getMessage())
                .isEqualTo(
                        "no node has the labels that RuntimeClass \"gvisor\" and the pod select:"
                                + " container-rt=gvisor");
        assertThat(event.getType()).isEqualTo("Warning");
    }

    @Test
    void of_those_who_wait_the_most_important_comes_first() throws Exception {
        create("a", "1");
        Pod important = pod("b", "1");
        important.getSpec().setPriority(10);
        cluster.create(Resource.PODS, important);
        awaitOne(events, about("FailedScheduling", "a"));
        awaitOne(events, about("FailedScheduling", "b"));
        node("n1", "1");
        assertThat(nodeOf("b")).isEqualTo("n1");
    }

    @Test
    void a_pod_is_looked_at_again_when_its_claim_and_its_volume_come() throws Exception {
        knownNode("n1", "2");
        Pod pod = pod("a", "0");
        pod.getSpec()
                .getVolumes()
                .add(
                        new VolumeBuilder()
                                .withName("v")
                                .withNewPersistentVolumeClaim("data", false)
                                .build());
        cluster.create(Resource.PODS, pod);
        awaitOne(events, refusal("a", "persistentvolumeclaim \"data\" not found"));
        cluster.create(
                Known.CLAIMS,
                new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName("data")
                        .addToAnnotations("pv.kubernetes.io/bind-completed", "yes")
                        .endMetadata()
                        .withNewSpec()
                        .withVolumeName("disk1")
                        .endSpec()
                        .build());
        awaitOne(events, refusal("a", "persistentvolume \"disk1\" not found"));
        cluster.create(
                Known.VOLUMES,
                new PersistentVolumeBuilder()
                        .withNewMetadata()
                        .withName("disk1")
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .build());
        assertThat(nodeOf("a")).isEqualTo("n1");
    }

    @Test
    void a_pod_that_asks_for_devices_goes_nowhere() throws Exception {
        knownNode("n1", "2");
        Pod pod = pod("a", "0");
        pod.getSpec().getResourceClaims().add(new PodResourceClaim("gpu", "mine", null));
        cluster.create(Resource.PODS, pod);
        Pod other = pod("b", "0");
        other.getSpec().getResourceClaims().add(new PodResourceClaim("gpu", null, "template"));
        cluster.create(Resource.PODS, other);
        awaitOne(events, refusal("a", "could not find ResourceClaim \"default/mine\""));
        awaitOne(events, refusal("b", "pod \"default/b\": ResourceClaim not created yet"));
    }

    private static Function<Event, Boolean> refusal(String pod, String why) {
        return event ->
                about("FailedScheduling", pod).apply(event)
                        && event.getMessage()
                                .startsWith("0/1 nodes are available: " + why + ". preemption: ");
    }

    private static Function<Event, Boolean> about(String reason, String pod) {
        return event ->
                event.getReason().equals(reason) && event.getInvolvedObject().getName().equals(pod);
    }

    private String nodeOf(String name) throws InterruptedException {
        return awaitOne(
                        pods,
                        pod ->
                                pod.getMetadata().getName().equals(name)
                                        && pod.getSpec().getNodeName() != null)
                .getSpec()
                .getNodeName();
    }

    private static <T extends HasMetadata> T awaitOne(
            Reflector<T> reflector, Function<T, Boolean> wanted) throws InterruptedException {
        long seen = -1;
        while (true) {
            var image = reflector.awaitAfter(seen, LONG);
            assertThat(image.generation()).as("nothing came").isGreaterThan(seen);
            seen = image.generation();
            Collection<T> values = image.values();
            for (T object : values) {
                if (wanted.apply(object)) {
                    return object;
                }
            }
        }
    }

    private <T extends HasMetadata> Reflector<T> reflect(Resource<T> resource) {
        return Reflector.start(cluster, resource, Scope.ALL, SHORT);
    }

    /// A node that the scheduler has seen: until then the verdict on a pod is another one.
    private void knownNode(String name, String cpu) throws InterruptedException {
        node(name, cpu);
        create("first", "0");
        assertThat(nodeOf("first")).isEqualTo(name);
    }

    private void label(String node, String beat) {
        Node changed = cluster.get(Resource.NODES, ObjectKey.of(node)).orElseThrow();
        changed.getMetadata().setLabels(Map.of("beat", beat));
        cluster.update(Resource.NODES, changed);
    }

    private void node(String name, String cpu) {
        cluster.create(
                Resource.NODES,
                new NodeBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withNewStatus()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition()
                        .addToAllocatable("cpu", new Quantity(cpu))
                        .addToAllocatable("memory", new Quantity("1Gi"))
                        .addToAllocatable("pods", new Quantity("110"))
                        .endStatus()
                        .build());
    }

    private Pod create(String name, String cpu) {
        return cluster.create(Resource.PODS, pod(name, cpu));
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }

    private static Pod pod(String name, String cpu) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withNewResources()
                .addToRequests("cpu", new Quantity(cpu))
                .endResources()
                .endContainer()
                .endSpec()
                .build();
    }
}

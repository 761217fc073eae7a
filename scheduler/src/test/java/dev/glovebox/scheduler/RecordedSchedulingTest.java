package dev.glovebox.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.PersistentVolume;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.storage.StorageClass;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What a real kube-scheduler decided (1.34.4, its default profile without dynamic resource
/// allocation), as `src/test/recorded/record.py` wrote it down.
class RecordedSchedulingTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    static List<Arguments> cases() throws IOException {
        JsonNode recorded;
        try (InputStream in = RecordedSchedulingTest.class.getResourceAsStream("decisions.json")) {
            recorded = MAPPER.readTree(in);
        }
        List<Arguments> cases = new ArrayList<>();
        recorded.path("cases")
                .forEach(each ->
                        cases.add(
                                Arguments.of(
                                        each.path("name").asText(), each, recorded.path("once"))));
        return cases;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void decides_as_kube_scheduler(String name, JsonNode given, JsonNode once) {
        List<JsonNode> objects =
                Stream.concat(stream(once), stream(given.path("objects"))).toList();
        Surroundings around =
                new Surroundings(
                        namespaces(objects),
                        of(objects, "Service", Service.class),
                        Map.of(),
                        of(objects, "PodDisruptionBudget", PodDisruptionBudget.class),
                        Storage.of(
                                of(objects, "PersistentVolumeClaim", PersistentVolumeClaim.class),
                                of(objects, "PersistentVolume", PersistentVolume.class),
                                of(objects, "StorageClass", StorageClass.class)));
        Snapshot snapshot =
                Snapshot.of(
                        stream(given.path("nodes")).map(node -> read(node, Node.class)).toList(),
                        stream(given.path("pods")).map(pod -> read(pod, Pod.class)).toList(),
                        around);
        Pod incoming = read(given.path("incoming"), Pod.class);
        admit(incoming, objects);
        assertThat(told(Scheduling.decide(snapshot, incoming))).isEqualTo(wanted(given));
    }

    private static Map<String, Object> told(Placement placement) {
        return switch (placement) {
            case Placement.Assigned(String node) -> Map.of("node", node);
            case Placement.Waiting(String node, VolumePlan plan) ->
                    Map.of(
                            "volumes",
                            plan.pairs().stream()
                                    .collect(
                                            Collectors.toMap(
                                                    pair -> name(pair.claim()),
                                                    pair -> name(pair.volume()))),
                            "selected",
                            plan.made().stream()
                                    .collect(Collectors.toMap(each -> name(each), _ -> node)));
            case Placement.Unschedulable(String message, boolean _) -> Map.of("message", message);
            case Placement.Preempting(String node, List<Pod> victims, String message) ->
                    Map.of(
                            "message", message,
                            "nominated", node,
                            "victims",
                                    victims.stream()
                                            .map(victim -> victim.getMetadata().getName())
                                            .sorted()
                                            .toList());
        };
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    private static Map<String, Object> wanted(JsonNode given) {
        Map<String, Object> wanted = new HashMap<>();
        given.path("expected")
                .properties()
                .forEach(each ->
                        wanted.put(
                                each.getKey(), MAPPER.convertValue(each.getValue(), Object.class)));
        wanted.remove("victims", List.of());
        return wanted;
    }

    /// What the API server's admission does with a pod's class.
    private static void admit(Pod pod, List<JsonNode> objects) {
        objects.stream()
                .filter(each -> each.path("kind").asText().equals("RuntimeClass"))
                .filter(each ->
                        each.at("/metadata/name")
                                .asText()
                                .equals(pod.getSpec().getRuntimeClassName()))
                .forEach(each -> {
                    Map<String, Quantity> overhead = new HashMap<>();
                    each.at("/overhead/podFixed")
                            .properties()
                            .forEach(amount ->
                                    overhead.put(
                                            amount.getKey(),
                                            new Quantity(amount.getValue().asText())));
                    Map<String, String> selector = new HashMap<>();
                    each.at("/scheduling/nodeSelector")
                            .properties()
                            .forEach(label ->
                                    selector.put(label.getKey(), label.getValue().asText()));
                    pod.getSpec().setOverhead(overhead);
                    pod.getSpec().setNodeSelector(selector);
                });
    }

    private static Map<String, Namespace> namespaces(List<JsonNode> objects) {
        Map<String, Namespace> found = new HashMap<>();
        of(objects, "Namespace", Namespace.class)
                .forEach(each -> found.put(each.getMetadata().getName(), each));
        return found;
    }

    private static <T extends HasMetadata> List<T> of(
            List<JsonNode> objects, String kind, Class<T> type) {
        return objects.stream()
                .filter(each -> each.path("kind").asText().equals(kind))
                .map(each -> read(each, type))
                .toList();
    }

    private static Stream<JsonNode> stream(JsonNode list) {
        List<JsonNode> all = new ArrayList<>();
        list.forEach(all::add);
        return all.stream();
    }

    private static <T> T read(JsonNode tree, Class<T> type) {
        return Objects.requireNonNull(MAPPER.convertValue(tree, type));
    }
}

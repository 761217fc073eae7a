package dev.glovebox.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class SchedulingTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    @Test
    void a_pod_goes_to_the_ready_node() {
        assertThat(decide("{}", node("n1", "{}"))).isEqualTo(new Placement.Assigned("n1"));
    }

    @Test
    void without_nodes_nothing_can_be_scheduled() {
        assertThat(decide("{}")).isEqualTo(unschedulable("no nodes available to schedule pods"));
    }

    @ParameterizedTest
    @CsvSource({
        "False,   node.kubernetes.io/not-ready",
        "Unknown, node.kubernetes.io/unreachable",
    })
    void a_node_that_is_not_ready_takes_no_pod(String ready, String taint) {
        Node node =
                node(
                        "n1",
                        "{status: {conditions: [{type: Ready, status: '%s'}]}}".formatted(ready));
        assertThat(decide("{}", node))
                .isEqualTo(
                        unschedulable(
                                "0/1 nodes are available: 1 node(s) had untolerated taint {%s: }."
                                        .formatted(taint)));
        assertThat(decide("{tolerations: [{operator: Exists}]}", node))
                .isEqualTo(new Placement.Assigned("n1"));
    }

    @Test
    void a_node_that_has_never_reported_takes_no_pod() {
        Node bare = read("{metadata: {name: n1}}", Node.class);
        assertThat(decide("{}", bare))
                .isEqualTo(
                        unschedulable(
                                "0/1 nodes are available: 1 node(s) had untolerated taint"
                                        + " {node.kubernetes.io/unreachable: }."));
    }

    @Test
    void a_node_under_pressure_takes_no_pod() {
        Node node =
                node(
                        "n1",
                        "{status: {conditions: [{type: Ready, status: 'True'},"
                                + " {type: DiskPressure, status: 'True'},"
                                + " {type: MemoryPressure, status: 'False'}]}}");
        assertThat(decide("{}", node))
                .isEqualTo(
                        unschedulable(
                                "0/1 nodes are available: 1 node(s) had untolerated taint"
                                        + " {node.kubernetes.io/disk-pressure: }."));
    }

    @Test
    void a_cordoned_node_takes_only_pods_that_tolerate_it() {
        Node node = node("n1", "{spec: {unschedulable: true}}");
        assertThat(decide("{}", node))
                .isEqualTo(unschedulable("0/1 nodes are available: 1 node(s) were unschedulable."));
        assertThat(
                        decide(
                                "{tolerations: [{key: node.kubernetes.io/unschedulable,"
                                        + " operator: Exists}]}",
                                node))
                .isEqualTo(new Placement.Assigned("n1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{key: k, operator: Equal, value: v, effect: NoSchedule} | true",
                "{key: k, value: v}                                      | true",
                "{key: k, operator: Exists}                              | true",
                "{operator: Exists}                                      | true",
                "{operator: Exists, effect: NoExecute}                   | false",
                "{key: k, value: w}                                      | false",
                "{key: k}                                                | false",
                "{key: l, operator: Exists}                              | false",
                "{key: k, operator: Near, value: v}                      | false",
            })
    void a_taint_is_tolerated_by_key_value_and_effect(String toleration, boolean tolerated) {
        Node node = node("n1", "{spec: {taints: [{key: k, value: v, effect: NoSchedule}]}}");
        Placement placement = decide("{tolerations: [%s]}".formatted(toleration), node);
        assertThat(placement)
                .isEqualTo(
                        tolerated
                                ? new Placement.Assigned("n1")
                                : unschedulable(
                                        "0/1 nodes are available: 1 node(s) had untolerated taint"
                                                + " {k: v}."));
    }

    @Test
    void a_taint_that_only_advises_is_no_obstacle() {
        Node node = node("n1", "{spec: {taints: [{key: k, effect: PreferNoSchedule}]}}");
        assertThat(decide("{}", node)).isEqualTo(new Placement.Assigned("n1"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{nodeSelector: {disk: ssd}}                             | true",
                "{nodeSelector: {disk: ssd, zone: a}}                    | false",
                "[{key: disk, operator: In, values: [hdd, ssd]}]         | true",
                "[{key: disk, operator: NotIn, values: [ssd]}]           | false",
                "[{key: zone, operator: NotIn, values: [a]}]             | true",
                "[{key: disk, operator: Exists}]                         | true",
                "[{key: zone, operator: Exists}]                         | false",
                "[{key: zone, operator: DoesNotExist}]                   | true",
                "[{key: size, operator: Gt, values: ['3']}]              | true",
                "[{key: size, operator: Gt, values: ['4']}]              | false",
                "[{key: size, operator: Lt, values: ['5']}]              | true",
                "[{key: disk, operator: Gt, values: ['1']}]              | false",
                "[{key: size, operator: Like, values: ['4']}]            | false",
                "[{key: disk, operator: Exists}, {key: zone, operator: Exists}] | false",
                "[]                                                      | false",
            })
    void a_pod_goes_only_where_its_selector_and_affinity_let_it(String wish, boolean matches) {
        Node node = node("n1", "{metadata: {labels: {disk: ssd, size: '4'}}}");
        String spec = wish.startsWith("[") ? affinity("{matchExpressions: " + wish + "}") : wish;
        assertThat(decide(spec, node))
                .isEqualTo(
                        matches
                                ? new Placement.Assigned("n1")
                                : unschedulable(
                                        "0/1 nodes are available: 1 node(s) didn't match Pod's"
                                                + " node affinity/selector."));
    }

    @Test
    void of_several_affinity_terms_one_is_enough() {
        Node node = node("n1", "{}");
        String other = "{matchFields: [{key: metadata.name, operator: In, values: [n2]}]}";
        String this_ = "{matchFields: [{key: metadata.name, operator: In, values: [n1]}]}";
        assertThat(decide(affinity(other + ", " + this_), node))
                .isEqualTo(new Placement.Assigned("n1"));
        assertThat(decide(affinity(other), node)).isInstanceOf(Placement.Unschedulable.class);
    }

    private static String affinity(String terms) {
        return "{affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution:"
                + " {nodeSelectorTerms: ["
                + terms
                + "]}}}}";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{containers: [{resources: {requests: {cpu: '2'}}}]} | ",
                "{containers: [{resources: {requests: {cpu: 2001m}}}]} | 1 Insufficient cpu",
                "{containers: [{resources: {requests: {cpu: '1'}}}, {resources: {requests: {cpu: 1001m}}}]} | 1 Insufficient cpu",
                "{containers: [{resources: {requests: {memory: 1Gi}}}]} | ",
                "{containers: [{resources: {requests: {memory: 1025Mi}}}]} | 1 Insufficient memory",
                "{containers: [{resources: {requests: {memory: 1Gi}}}], overhead: {memory: 1Mi}} | 1 Insufficient memory",
                "{containers: [{resources: {requests: {memory: 2G, cpu: 3}}}]} | 1 Insufficient cpu, 1 Insufficient memory",
                "{containers: [{resources: {requests: {example.com/gpu: '1'}}}]} | 1 Insufficient example.com/gpu",
                "{initContainers: [{resources: {requests: {cpu: '3'}}}]} | 1 Insufficient cpu",
                "{initContainers: [{resources: {requests: {cpu: '2'}}}], containers: [{resources: {requests: {cpu: '1'}}}]} | ",
                "{initContainers: [{restartPolicy: Always, resources: {requests: {cpu: '1500m'}}}], containers: [{resources: {requests: {cpu: '1'}}}]} | 1 Insufficient cpu",
                "{resources: {requests: {cpu: '3'}}, containers: [{resources: {requests: {cpu: '1'}}}]} | 1 Insufficient cpu",
            })
    void a_pod_goes_only_where_its_requests_and_overhead_fit(String spec, String lacking) {
        assertThat(decide(spec, node("n1", "{}")))
                .isEqualTo(
                        lacking == null
                                ? new Placement.Assigned("n1")
                                : unschedulable("0/1 nodes are available: %s.".formatted(lacking)));
    }

    @Test
    void what_other_pods_hold_counts_unless_they_have_ended() {
        Node node = node("n1", "{status: {allocatable: {cpu: '2', memory: 1Gi, pods: '3'}}}");
        String big = "{nodeName: n1, containers: [{resources: {requests: {cpu: 1500m}}}]}";
        Pod running = pod("a", big);
        Pod ended = pod("b", big);
        ended.getStatus().setPhase("Succeeded");
        Pod elsewhere = pod("c", big.replace("n1", "n2"));
        Pod wanted = pod("d", "{containers: [{resources: {requests: {cpu: 600m}}}]}");
        assertThat(place(snapshot(List.of(node), running), wanted))
                .isEqualTo(unschedulable("0/1 nodes are available: 1 Insufficient cpu."));
        assertThat(place(snapshot(List.of(node), ended, elsewhere), wanted))
                .isEqualTo(new Placement.Assigned("n1"));
    }

    @Test
    void a_full_node_takes_no_more_pods() {
        Node node = node("n1", "{status: {allocatable: {cpu: '2', memory: 1Gi, pods: '1'}}}");
        Pod other = pod("a", "{nodeName: n1}");
        assertThat(place(snapshot(List.of(node), other), pod("b", "{}")))
                .isEqualTo(unschedulable("0/1 nodes are available: 1 Too many pods."));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{hostPort: 80}                      | true",
                "{hostPort: 80, protocol: UDP}       | false",
                "{hostPort: 81}                      | false",
                "{hostPort: 80, hostIP: 127.0.0.1}   | true",
            })
    void a_port_of_the_node_is_given_once(String port, boolean conflict) {
        String ports = "containers: [{ports: [%s]}]";
        Pod other = pod("a", "{nodeName: n1, " + ports.formatted("{hostPort: 80}") + "}");
        Pod wanted = pod("b", "{" + ports.formatted(port) + "}");
        assertThat(place(snapshot(List.of(node("n1", "{}")), other), wanted))
                .isEqualTo(
                        conflict
                                ? unschedulable(
                                        "0/1 nodes are available: 1 node(s) didn't have free ports"
                                                + " for the requested pod ports.")
                                : new Placement.Assigned("n1"));
    }

    /// One address is one machine: a pod on either node would have the port of both.
    @Test
    void nodes_of_one_machine_share_its_ports() {
        String at =
                "{status: {addresses: [{type: InternalIP, address: %s}, {type: Hostname, address: h}]}}";
        String ports = "{%scontainers: [{ports: [{hostPort: 80}]}]}";
        Pod other = pod("a", ports.formatted("nodeName: n1, "));
        Pod wanted = pod("b", ports.formatted(""));
        Node first = node("n1", at.formatted("10.0.0.1"));
        assertThat(
                        place(
                                snapshot(
                                        List.of(first, node("n2", at.formatted("10.0.0.1"))),
                                        other),
                                wanted))
                .isEqualTo(
                        unschedulable(
                                "0/2 nodes are available: 2 node(s) didn't have free ports for the"
                                        + " requested pod ports."));
        assertThat(
                        place(
                                snapshot(
                                        List.of(first, node("n2", at.formatted("10.0.0.2"))),
                                        other),
                                wanted))
                .isEqualTo(new Placement.Assigned("n2"));
    }

    @Test
    void the_reasons_of_several_nodes_are_counted() {
        String tainted = "{spec: {taints: [{key: k, effect: NoSchedule}]}}";
        assertThat(
                        decide(
                                "{containers: [{resources: {requests: {cpu: '9'}}}]}",
                                node("n1", "{}"),
                                node("n2", "{}"),
                                node("n3", tainted)))
                .isEqualTo(
                        unschedulable(
                                "0/3 nodes are available: 1 node(s) had untolerated taint {k: },"
                                        + " 2 Insufficient cpu."));
    }

    @Test
    void the_emptier_node_is_preferred_and_the_first_by_name_among_equals() {
        Pod other = pod("a", "{nodeName: n1, containers: [{name: c}]}");
        Snapshot snapshot =
                snapshot(List.of(node("n3", "{}"), node("n1", "{}"), node("n2", "{}")), other);
        assertThat(place(snapshot, pod("b", "{}"))).isEqualTo(new Placement.Assigned("n2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "500m | 500m | 500m | Deferred | true",
                "1500m | 500m | 500m | Deferred | false",
                "500m | 1500m | 500m | Deferred | false",
                "500m | 500m | 1500m | Deferred | false",
                "1500m | 500m | 500m | Infeasible | true",
                "1500m | 1500m | 500m | Infeasible | false",
            })
    void a_pod_that_is_resized_counts_with_the_most_that_it_may_have(
            String asked, String given, String has, String pending, boolean fits) {
        Pod resized =
                read(
                        """
                        {metadata: {name: r, namespace: default},
                         spec: {nodeName: n1, containers: [{name: c, resources: {requests: {cpu: %s}}}]},
                         status: {phase: Running,
                          conditions: [{type: PodResizePending, reason: %s}],
                          containerStatuses: [{name: c, allocatedResources: {cpu: %s},
                           resources: {requests: {cpu: %s}}}]}}
                        """
                                .formatted(asked, pending, given, has),
                        Pod.class);
        Pod other = pod("p", "{containers: [{name: c, resources: {requests: {cpu: '1'}}}]}");
        assertThat(place(snapshot(List.of(node("n1", "{}")), resized), other))
                .isEqualTo(
                        fits
                                ? new Placement.Assigned("n1")
                                : unschedulable("0/1 nodes are available: 1 Insufficient cpu."));
    }

    @Test
    void what_was_said_of_an_older_pod_does_not_make_room() {
        Pod resized =
                read(
                        """
                        {metadata: {name: r, namespace: default, generation: 3},
                         spec: {nodeName: n1, containers: [{name: c, resources: {requests: {cpu: 1500m}}}]},
                         status: {phase: Running,
                          conditions: [{type: PodResizePending, reason: Infeasible, observedGeneration: 2}],
                          containerStatuses: [{name: c, allocatedResources: {cpu: 500m},
                           resources: {requests: {cpu: 500m}}}]}}
                        """,
                        Pod.class);
        Pod other = pod("p", "{containers: [{name: c, resources: {requests: {cpu: '1'}}}]}");
        assertThat(place(snapshot(List.of(node("n1", "{}")), resized), other))
                .isEqualTo(unschedulable("0/1 nodes are available: 1 Insufficient cpu."));
    }

    private static Placement decide(String spec, Node... nodes) {
        return place(snapshot(List.of(nodes)), pod("p", spec));
    }

    /// Compared without what is said about preemption, which has tests of its own.
    private static Placement unschedulable(String message) {
        return new Placement.Unschedulable(message, false);
    }

    private static Snapshot snapshot(List<Node> nodes, Pod... pods) {
        return Snapshot.of(nodes, List.of(pods), Surroundings.NONE);
    }

    private static Placement place(Snapshot snapshot, Pod pod) {
        return switch (Scheduling.decide(snapshot, pod)) {
            case Placement.Unschedulable(String message, boolean keeps) ->
                    new Placement.Unschedulable(message.split(" preemption: ", 2)[0], keeps);
            case Placement other -> other;
        };
    }

    /// A ready node of two cores and 1 GiB with the given parts in place of its own.
    private static Node node(String name, String parts) {
        Node node =
                read(
                        "{spec: {}, status: {conditions: [{type: Ready, status: 'True'}],"
                                + " allocatable: {cpu: '2', memory: 1Gi, pods: '110'}}}",
                        Node.class);
        Node given = read(parts, Node.class);
        node.setMetadata(given.getMetadata() == null ? new ObjectMeta() : given.getMetadata());
        node.getMetadata().setName(name);
        if (given.getSpec() != null) {
            node.setSpec(given.getSpec());
        }
        if (given.getStatus() != null && !given.getStatus().getConditions().isEmpty()) {
            node.getStatus().setConditions(given.getStatus().getConditions());
        }
        if (given.getStatus() != null && !given.getStatus().getAllocatable().isEmpty()) {
            node.getStatus().setAllocatable(given.getStatus().getAllocatable());
        }
        if (given.getStatus() != null) {
            node.getStatus().setAddresses(given.getStatus().getAddresses());
        }
        return node;
    }

    private static Pod pod(String name, String spec) {
        return read(
                "{metadata: {name: %s, namespace: default}, spec: %s, status: {phase: Pending}}"
                        .formatted(name, spec),
                Pod.class);
    }

    private static <T> T read(String text, Class<T> type) {
        try {
            Map<?, ?> tree = new Yaml().load(text);
            return MAPPER.readValue(MAPPER.writeValueAsString(tree), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}

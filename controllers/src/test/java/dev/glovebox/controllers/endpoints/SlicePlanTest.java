package dev.glovebox.controllers.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.controllers.loop.Lab;
import io.fabric8.kubernetes.api.model.Endpoints;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class SlicePlanTest {
    private static final Node NODE =
            Lab.json(
                    Node.class,
                    """
                    {"metadata":{"name":"n","labels":{"topology.kubernetes.io/zone":"z"}}}
                    """);

    private static ServiceView service(String more) {
        return new ServiceView(
                Lab.json(
                        Service.class,
                        """
                        {"apiVersion":"v1","kind":"Service",
                         "metadata":{"name":"s","namespace":"default","uid":"s",
                          "labels":{"a":"b"}},
                         "spec":{"clusterIP":"10.0.0.1","selector":{"app":"w"},%s
                          "ports":[{"name":"http","port":80,"targetPort":"web"},
                           {"name":"raw","port":9,"protocol":"UDP"}]}}
                        """
                                .formatted(more)));
    }

    private static Pod pod(int number, boolean ready) {
        return Lab.json(
                Pod.class,
                """
                {"apiVersion":"v1","kind":"Pod",
                 "metadata":{"name":"p%d","namespace":"default","uid":"p%d","labels":{"app":"w"}},
                 "spec":{"nodeName":"n","containers":[{"name":"c","ports":[
                  {"name":"web","containerPort":8080,"protocol":"TCP"}]}]},
                 "status":{"phase":"Running","podIPs":[{"ip":"10.1.%d.%d"}],
                  "conditions":[{"type":"Ready","status":"%s"}]}}
                """
                        .formatted(
                                number,
                                number,
                                number / 250,
                                number % 250,
                                ready ? "True" : "False"));
    }

    private static SlicePlan plan(ServiceView service, List<Pod> pods, List<EndpointSlice> slices) {
        return SlicePlan.of(service, service.pods(pods), name -> Optional.of(NODE), slices);
    }

    @Test
    void a_pod_is_told_with_its_ports_by_name_and_its_conditions() {
        Pod leaving =
                new PodBuilder(pod(2, true))
                        .editMetadata()
                        .withDeletionTimestamp("2026-01-01T12:00:00Z")
                        .endMetadata()
                        .build();
        EndpointSlice slice =
                plan(service(""), List.of(pod(1, false), leaving, pod(3, true)), List.of())
                        .create()
                        .getFirst();
        assertThat(slice.getMetadata().getLabels())
                .isEqualTo(
                        Map.of(
                                "a",
                                "b",
                                SlicePlan.SERVICE,
                                "s",
                                SlicePlan.MANAGED,
                                SlicePlan.MANAGER));
        assertThat(slice.getMetadata().getGenerateName()).isEqualTo("s-");
        assertThat(slice.getPorts())
                .extracting(port -> port.getName() + port.getPort() + port.getProtocol())
                .containsExactly("http8080TCP", "raw9UDP");
        assertThat(slice.getEndpoints())
                .extracting(each ->
                        each.getTargetRef().getName()
                                + each.getConditions().getReady()
                                + each.getConditions().getServing()
                                + each.getConditions().getTerminating()
                                + each.getZone())
                .containsExactly("p1falsefalsefalsez", "p2falsetruetruez", "p3truetruefalsez");
    }

    @Test
    void a_service_without_pods_has_a_slice_that_says_so() {
        EndpointSlice slice = plan(service(""), List.of(), List.of()).create().getFirst();
        assertThat(slice.getEndpoints()).isEmpty();
        assertThat(slice.getPorts()).isEmpty();
        SlicePlan again = plan(service(""), List.of(), List.of(named(slice, "x")));
        assertThat(again).isEqualTo(new SlicePlan(List.of(), List.of(), List.of()));
        EndpointSlice read = named(slice, "x");
        read.setPorts(null);
        read.setEndpoints(null);
        assertThat(plan(service(""), List.of(), List.of(read)))
                .as("as the API writes it")
                .isEqualTo(new SlicePlan(List.of(), List.of(), List.of()));
        SlicePlan filled = plan(service(""), List.of(pod(1, true)), List.of(named(slice, "x")));
        assertThat(filled.create()).isEmpty();
        assertThat(filled.delete()).isEmpty();
        assertThat(filled.update())
                .singleElement()
                .satisfies(changed -> {
                    assertThat(changed.getMetadata().getUid()).isEqualTo("x");
                    assertThat(changed.getPorts()).hasSize(2);
                    assertThat(changed.getEndpoints()).hasSize(1);
                });
        SlicePlan empty = plan(service(""), List.of(), filled.update());
        assertThat(empty.create()).isEmpty();
        assertThat(empty.delete()).isEmpty();
        assertThat(empty.update())
                .singleElement()
                .satisfies(changed -> assertThat(changed.getPorts()).isEmpty());
    }

    private static EndpointSlice named(EndpointSlice slice, String name) {
        return new EndpointSliceBuilder(slice)
                .editMetadata()
                .withName(name)
                .withUid(name)
                .endMetadata()
                .build();
    }

    @Test
    void endpoints_tell_ready_and_other_addresses_apart() {
        Endpoints endpoints =
                EndpointsPlan.of(
                        service(""), List.of(pod(1, false), pod(3, true)), new Endpoints());
        assertThat(endpoints.getSubsets()).hasSize(1);
        assertThat(endpoints.getSubsets().getFirst().getAddresses())
                .extracting(each -> each.getIp())
                .containsExactly("10.1.0.3");
        assertThat(endpoints.getSubsets().getFirst().getNotReadyAddresses())
                .extracting(each -> each.getIp())
                .containsExactly("10.1.0.1");
        assertThat(endpoints.getMetadata().getLabels())
                .isEqualTo(Map.of("a", "b", EndpointsPlan.MANAGED, EndpointsPlan.MANAGER));
        assertThat(EndpointsPlan.of(service(""), List.of(pod(3, true), pod(1, false)), endpoints))
                .isEqualTo(endpoints);
    }

    @Test
    void all_addresses_are_ready_where_that_is_asked_for() {
        ServiceView open = service("\"publishNotReadyAddresses\":true,");
        assertThat(EndpointsPlan.of(open, List.of(pod(1, false)), new Endpoints()).getSubsets())
                .allMatch(subset -> subset.getNotReadyAddresses().isEmpty());
    }

    /// Whatever slices there are: one plan says exactly what is, in slices of a hundred, and a
    /// second changes nothing.
    @Test
    void slices_say_each_pod_once() {
        Random random = new Random(20261127);
        List<EndpointSlice> slices = new ArrayList<>();
        int made = 0;
        for (int round = 0; round < 60; round++) {
            List<Pod> pods = new ArrayList<>();
            for (int i = 0; i < 350; i++) {
                if (random.nextInt(350) < 5 * (round % 70)) {
                    pods.add(pod(i, random.nextInt(10) > 0));
                }
            }
            SlicePlan plan = plan(service(""), pods, slices);
            slices.removeAll(plan.delete());
            for (EndpointSlice changed : plan.update()) {
                slices.replaceAll(each ->
                        each.getMetadata().getName().equals(changed.getMetadata().getName())
                                ? changed
                                : each);
            }
            for (EndpointSlice slice : plan.create()) {
                slices.add(named(slice, "s" + made++));
            }
            List<String> told =
                    slices.stream()
                            .flatMap(slice -> slice.getEndpoints().stream())
                            .map(Endpoint::getTargetRef)
                            .map(target -> target.getName())
                            .toList();
            assertThat(told).doesNotHaveDuplicates();
            assertThat(new TreeSet<>(told))
                    .isEqualTo(
                            new TreeSet<>(
                                    pods.stream().map(p -> p.getMetadata().getName()).toList()));
            assertThat(slices).allMatch(slice -> slice.getEndpoints().size() <= SlicePlan.MOST);
            assertThat(plan(service(""), pods, slices))
                    .isEqualTo(new SlicePlan(List.of(), List.of(), List.of()));
        }
    }
}

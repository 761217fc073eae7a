package dev.glovebox.controllers.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Resource;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.Lab;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EndpointControllersTest {
    private final Lab lab = new Lab(Clock.systemUTC(), Duration.ofMillis(10));

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    @Test
    void slices_and_endpoints_follow_the_pods_and_go_with_the_service() {
        lab.start(EndpointSliceController::start);
        lab.start(EndpointsController::start);
        lab.create(
                Resource.NODES,
                """
                {"apiVersion":"v1","kind":"Node","metadata":{"name":"n"}}
                """);
        lab.create(
                Kinds.SERVICES,
                """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"s","namespace":"default"},
                 "spec":{"clusterIP":"10.0.0.1","selector":{"app":"w"},
                  "ports":[{"port":80,"protocol":"TCP"}]}}
                """);
        Lab.await(() -> lab.all(Kinds.ENDPOINT_SLICES).size() == 1);
        lab.create(
                Resource.PODS,
                """
                {"apiVersion":"v1","kind":"Pod",
                 "metadata":{"name":"p","namespace":"default","labels":{"app":"w"}},
                 "spec":{"nodeName":"n","containers":[{"name":"c","image":"i"}]}}
                """);
        lab.merge(
                Resource.PODS,
                "p",
                "status",
                """
                {"status":{"phase":"Running","podIP":"10.1.0.1",
                 "conditions":[{"type":"Ready","status":"True"}]}}
                """);
        Lab.await(() ->
                lab.all(Kinds.ENDPOINT_SLICES).stream()
                        .flatMap(slice -> slice.getEndpoints().stream())
                        .anyMatch(each -> each.getConditions().getReady()));
        Lab.await(() ->
                lab.all(Kinds.ENDPOINTS).stream()
                        .flatMap(each -> each.getSubsets().stream())
                        .anyMatch(each -> each.getAddresses().size() == 1));
        assertThat(lab.all(Kinds.ENDPOINT_SLICES)).hasSize(1);
        lab.delete(Kinds.SERVICES, "s");
        Lab.await(() -> lab.all(Kinds.ENDPOINTS).isEmpty());
    }
}

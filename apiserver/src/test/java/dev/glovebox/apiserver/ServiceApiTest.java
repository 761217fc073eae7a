package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Services and what they are given.
class ServiceApiTest {
    private static final String SERVICES = "/api/v1/namespaces/default/services";

    @TempDir Path folder;
    private TestApi api;

    @BeforeEach
    void open() {
        api = new TestApi(folder.resolve("store"), TrustLevel.TRUSTED);
    }

    @AfterEach
    void close() {
        api.close();
    }

    private TestApi.Reply post(String name, String spec) {
        return api.post(
                SERVICES,
                "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"%s\"},\"spec\":{%s}}"
                        .formatted(name, spec));
    }

    private static String ports(String more) {
        return "\"ports\":[{\"port\":80" + more + "}]";
    }

    @Test
    void no_two_services_made_at_once_get_the_same_address() {
        Set<String> addresses = ConcurrentHashMap.newKeySet();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < 20; i++) {
                String name = "s" + i;
                threads.execute(() -> addresses.add(post(name, ports("")).at("/spec/clusterIP")));
            }
        }
        assertThat(addresses).hasSize(20).allMatch(address -> address.startsWith("10.96."));
    }

    @Test
    void an_address_is_free_again_when_its_service_is_gone() {
        String asked = "\"clusterIP\":\"10.96.0.20\"," + ports("");
        assertThat(post("a", asked).code()).isEqualTo(201);
        assertThat(post("b", asked).message()).contains("provided IP is already allocated");
        api.delete(SERVICES + "/a");
        assertThat(post("b", asked).code()).isEqualTo(201);
    }

    @Test
    void node_ports_come_with_the_type_and_go_with_it() {
        post("a", ports(""));
        TestApi.Reply open =
                api.patch(SERVICES + "/a", "merge", "{\"spec\":{\"type\":\"NodePort\"}}");
        assertThat(open.body().at("/spec/ports/0/nodePort").asInt()).isBetween(30000, 32767);
        assertThat(open.at("/spec/externalTrafficPolicy")).isEqualTo("Cluster");
        TestApi.Reply shut =
                api.patch(SERVICES + "/a", "merge", "{\"spec\":{\"type\":\"ClusterIP\"}}");
        assertThat(shut.body().at("/spec/ports/0").has("nodePort")).isFalse();
        assertThat(shut.body().path("spec").has("externalTrafficPolicy")).isFalse();
    }

    @Test
    void an_update_that_says_nothing_of_the_address_keeps_it() {
        String address = post("a", ports("")).at("/spec/clusterIP");
        String body =
                """
                {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{%s}}\
                """
                        .formatted(ports(",\"targetPort\":8080"));
        TestApi.Reply put = api.put(SERVICES + "/a", body);
        assertThat(put.code()).as(put.message()).isEqualTo(200);
        assertThat(put.at("/spec/clusterIPs/0")).isEqualTo(address);
    }

    @Test
    void a_port_outside_of_the_range_is_refused_by_its_own_field() {
        TestApi.Reply reply = post("a", "\"type\":\"NodePort\"," + ports(",\"nodePort\":80"));
        assertThat(reply.message())
                .contains("spec.ports[0].nodePort: Invalid value: 80")
                .contains("30000-32767");
    }
}

package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Where requests that are passed on go, and where they must not.
class ProxyApiTest {
    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final String ADDRESS = "10.9.8.7";

    private static TestApi api;

    /// One API for all tests: most of them are questions.
    @BeforeAll
    static void open(@TempDir Path folder) {
        api = new TestApi(folder.resolve("store"), TrustLevel.TRUSTED);
        api.post(
                TestApi.PODS,
                TestApi.pod("p", "\"nodeName\":\"n\"")
                        .replace(
                                "\"image\"",
                                "\"ports\":[{\"containerPort\":8080,\"name\":\"web\"}],\"image\""));
        api.post("/api/v1/nodes", "{\"metadata\":{\"name\":\"n\"}}");
        api.post(
                SERVICES,
                """
                {"metadata":{"name":"s"},"spec":{"ports":[{"name":"web","port":80}]}}
                """);
    }

    @AfterAll
    static void close() {
        api.close();
    }

    @BeforeEach
    void startAnew() {
        says(ADDRESS);
        api.delete("/api/v1/namespaces/default/endpoints/s");
    }

    private static void says(String address) {
        assertThat(
                        api.patch(
                                        TestApi.PODS + "/p/status",
                                        "merge",
                                        "{\"status\":{\"podIP\":\"%1$s\",\"podIPs\":[{\"ip\":\"%1$s\"}]}}"
                                                .formatted(address))
                                .code())
                .isEqualTo(200);
    }

    private static TestApi.Reply proxied(String place) {
        return api.get("/api/v1/" + place);
    }

    @ParameterizedTest
    @CsvSource(
            textBlock =
                    """
                    p/proxy, false 8080
                    p/proxy/, false 8080 /
                    p:81/proxy/a/b, false 81 /a/b
                    https:p:8443/proxy/a/, true 8443 /a/
                    http:p:/proxy/a, false 8080 /a
                    p/proxy//a/./b/../../../../c, false 8080 /c
                    p/proxy/%2e%2e, false 8080 /%2e%2e
                    """)
    void a_pod_is_gone_to_at_its_address(String path, String expected) {
        String text = proxied("namespaces/default/pods/" + path).body().asText();
        assertThat(text.replaceAll(".*Pod\\[tls=(\\w+), .*, port=(\\d+)] ", "$1 $2 ").strip())
                .isEqualTo(expected);
        assertThat(text).contains("node=n,").contains("address=" + ADDRESS + ",");
    }

    /// What a status says is what somebody wrote. The last is one that is allowed.
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1,400",
        "169.254.169.254,400",
        "0.0.0.0,400",
        "224.0.0.1,400",
        "255.255.255.255,400",
        "::1,400",
        "fe80::1,400",
        "::ffff:127.0.0.1,400",
        "10.9.8.6,299"
    })
    void nothing_is_gone_to_that_no_pod_can_be(String address, int code) {
        says(address);
        TestApi.Reply reply = proxied("namespaces/default/pods/p/proxy/");
        assertThat(reply.code()).isEqualTo(code);
        if (code == 400) {
            assertThat(reply.message()).isEqualTo("address not allowed");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "pods/none/proxy/,404,pods \"none\" not found",
        "pods/a:b:c/proxy/,400,invalid pod request \"a:b:c\"",
        "pods/p:web/proxy/,400,invalid port \"web\" of a pod",
        "pods/p:0/proxy/,400,invalid port \"0\" of a pod",
        "pods/p:99999/proxy/,400,invalid port \"99999\" of a pod",
        "pods/p/proxy/?dryRun=All,400,dryRun is not supported",
        "services/none/proxy/,404,endpoints \"none\" not found",
        "services/none:80/proxy/,404,services \"none\" not found"
    })
    void what_is_not_there_is_told(String path, int code, String message) {
        TestApi.Reply reply = proxied("namespaces/default/" + path);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.message()).isEqualTo(message);
    }

    private static void service(String address, String target) {
        assertThat(
                        api.post(
                                        "/api/v1/namespaces/default/endpoints",
                                        """
                                        {"metadata":{"name":"s"},"subsets":[{"addresses":[{"ip":"%s"%s}],
                                          "ports":[{"name":"web","port":8080}]}]}
                                        """
                                                .formatted(address, target))
                                .code())
                .isEqualTo(201);
    }

    private static String target(String namespace) {
        return ",\"targetRef\":{\"kind\":\"Pod\",\"name\":\"p\",\"namespace\":\"%s\"}"
                .formatted(namespace);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s:80", "s:web", "http:s:web"})
    void a_service_is_a_ready_pod_of_it(String place) {
        service(ADDRESS, target("default"));
        assertThat(proxied("namespaces/default/services/" + place + "/proxy/a").body().asText())
                .contains("address=" + ADDRESS + ", port=8080]")
                .endsWith(" /a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s", "s:81", "s:other"})
    void a_port_that_a_service_has_not_is_gone_to_nowhere(String place) {
        service(ADDRESS, target("default"));
        assertThat(proxied("namespaces/default/services/" + place + "/proxy/").code())
                .isEqualTo(503);
    }

    /// Whoever may write Endpoints could have the API server ask any address for them.
    @Test
    void endpoints_that_are_no_pods_of_the_namespace_are_not_gone_to() {
        service(ADDRESS, "");
        assertThat(refused()).isEqualTo("no endpoints available for service \"s:web\"");
    }

    @Test
    void endpoints_that_name_a_pod_of_another_namespace_are_not_gone_to() {
        service(ADDRESS, target("other"));
        assertThat(refused()).isEqualTo("no endpoints available for service \"s:web\"");
    }

    @Test
    void endpoints_with_an_address_that_is_not_their_pods_are_not_gone_to() {
        service("10.9.8.6", target("default"));
        assertThat(refused()).isEqualTo("no endpoints available for service \"s:web\"");
    }

    private static String refused() {
        return proxied("namespaces/default/services/s:web/proxy/").message();
    }

    @Test
    void of_a_node_its_kubelet_api_is_gone_to_and_no_other_port() {
        assertThat(proxied("nodes/n/proxy/pods").body().asText()).isEqualTo("Node[name=n] /pods");
        assertThat(proxied("nodes/n:22/proxy/").message()).isEqualTo("address not allowed");
        api.patch(
                "/api/v1/nodes/n/status",
                "merge",
                "{\"status\":{\"daemonEndpoints\":{\"kubeletEndpoint\":{\"Port\":10250}}}}");
        assertThat(proxied("nodes/n:10250/proxy/pods").code()).isEqualTo(299);
    }

    /// The verb is that of the method, on the subresource, whatever the path behind it is.
    @ParameterizedTest
    @CsvSource({"GET,get", "HEAD,get", "POST,create", "PUT,update", "PATCH,patch", "DELETE,delete"})
    void who_may_is_asked_by_method_for_the_subresource(String method, String verb) {
        User user = new User("some-" + method, List.of(User.AUTHENTICATED));
        assertThat(code(user, method)).isEqualTo(403);
        grant(user, verb, "pods");
        assertThat(code(user, method)).isEqualTo(403);
        grant(user, verb, "pods/proxy");
        assertThat(code(user, method)).isEqualTo(299);
    }

    private static int code(User user, String method) {
        return api.send(user, method, TestApi.PODS + "/p/proxy/a/b", "", "", "").code();
    }

    private static void grant(User user, String verb, String resource) {
        String rbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/default/";
        String name =
                verb
                        + "."
                        + resource.replace('/', '.')
                        + "."
                        + user.name().toLowerCase(Locale.ROOT);
        api.post(
                rbac + "roles",
                """
                {"metadata":{"name":"%s"},"rules":[{"apiGroups":[""],"resources":["%s"],"verbs":["%s"]}]}
                """
                        .formatted(name, resource, verb));
        api.post(
                rbac + "rolebindings",
                """
                {"metadata":{"name":"%1$s"},"roleRef":{"kind":"Role","name":"%1$s","apiGroup":"rbac.authorization.k8s.io"},
                 "subjects":[{"kind":"User","name":"%2$s"}]}
                """
                        .formatted(name, user.name()));
    }
}

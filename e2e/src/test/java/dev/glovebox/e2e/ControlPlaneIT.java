package dev.glovebox.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A control plane without a node: what it is asked for and cannot do it says, it gives nodes what
/// they join with, and its objects are copied and put back.
@WithoutNode
class ControlPlaneIT {
    private static final Engine ENGINE = Engine.in(214);

    /// Objects of twenty kilobytes: what TCP holds on its way is less than all of them.
    private static final int LONG = 700;

    private static final String LONG_LIST = "/api/v1/namespaces/kube-public/configmaps";

    @TempDir Path scratch;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException {
        var file = folder.resolve("admission.yaml");
        Files.writeString(
                file,
                """
                apiVersion: apiserver.config.k8s.io/v1
                kind: AdmissionConfiguration
                plugins:
                - name: PodSecurity
                  configuration:
                    apiVersion: pod-security.admission.config.k8s.io/v1
                    kind: PodSecurityConfiguration
                    exemptions: {namespaces: [exempt]}
                """);
        ENGINE.upCommand(
                        "--no-node",
                        "--audit-level",
                        "Request",
                        "--admission-control-config-file",
                        file.toString())
                .run()
                .ok();
    }

    private static Ran up() {
        return ENGINE.upCommand("--no-node", "--audit-level", "Request").run().ok();
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
        assertThat(ENGINE.dataDirectory()).doesNotExist();
    }

    @Test
    void it_is_ready_and_has_no_node() {
        assertThat(ENGINE.status().required("ready").booleanValue()).isTrue();
        assertThat(ENGINE.status().required("nodes")).isEmpty();
        assertThat(ENGINE.run("status").ok().out()).contains("a control plane alone");
        var run = ENGINE.run("run", "--", "true");
        BadInputIT.assertOneClearLine(run);
        assertThat(run.err()).contains("--node");
    }

    /// The flags that it was started with hold where nothing is said; what a running engine is told
    /// it does not take, and says so.
    @Test
    void a_running_one_keeps_its_settings() {
        var again = ENGINE.command("up", "--yes", "--default-trust", "trusted").run().ok();
        assertThat(again.out()).contains("running already");
        assertThat(again.err()).contains("--default-trust trusted", "down");
    }

    @Test
    void what_is_asked_is_recorded_without_secrets() throws IOException {
        var kubectl = ENGINE.kubectl();
        kubectl.run("create", "secret", "generic", "hidden", "--from-literal=key=do-not-tell").ok();
        kubectl.apply(
                        """
                        apiVersion: scheduling.k8s.io/v1
                        kind: PriorityClass
                        metadata: {name: recorded}
                        value: 7
                        """)
                .ok();
        assertThat(kubectl.run("get", "secret", "hidden", "--as=eve").exit()).isEqualTo(1);
        assertThat(
                        Command.of("curl", "-sk", "-H", "Authorization: Bearer forged")
                                .and(ENGINE.status().required("api").textValue() + "/api/v1/pods")
                                .run()
                                .ok()
                                .out())
                .contains("Unauthorized");
        var log = ENGINE.dataDirectory().resolve("logs/audit.log");
        var text = Files.readString(log);
        assertThat(text)
                .contains("\"name\":\"hidden\"")
                .doesNotContain("do-not-tell", "ZG8tbm90LXRlbGw");
        var events = text.lines().map(Kubectl::json).toList();
        assertThat(events)
                .anySatisfy(event -> {
                    assertThat(event.at("/requestObject/value").intValue()).isEqualTo(7);
                    assertThat(event.at("/user/username").textValue())
                            .isEqualTo("kubernetes-admin");
                    assertThat(event.at("/sourceIPs/0").textValue()).isEqualTo("127.0.0.1");
                    assertThat(event.at("/responseStatus/code").intValue()).isEqualTo(201);
                })
                .anySatisfy(event -> {
                    assertThat(event.at("/user/username").textValue())
                            .isEqualTo("system:anonymous");
                    assertThat(event.at("/responseStatus/code").intValue()).isEqualTo(401);
                })
                .anySatisfy(event -> {
                    assertThat(event.at("/impersonatedUser/username").textValue()).isEqualTo("eve");
                    assertThat(event.at("/responseStatus/reason").textValue())
                            .isEqualTo("Forbidden");
                });
    }

    /// curl reads what people read, and what programs read is not longer than it has to be.
    @Test
    void a_claim_stays_while_a_pod_uses_it() {
        var kubectl = ENGINE.kubectl();
        kubectl.apply(
                        """
                        apiVersion: v1
                        kind: PersistentVolumeClaim
                        metadata: {name: used}
                        spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
                        ---
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: user}
                        spec:
                          nodeName: elsewhere
                          containers: [{name: c, image: i}]
                          volumes: [{name: v, persistentVolumeClaim: {claimName: used}}]
                        """)
                .ok();
        kubectl.run("delete", "pvc", "used", "--wait=false").ok();
        assertThat(kubectl.run("wait", "--for=delete", "pvc/used", "--timeout=2s").exit())
                .isEqualTo(1);
        assertThat(kubectl.run("get", "pvc", "used").ok().out()).contains("Terminating");
        kubectl.run("delete", "pod", "user", "--grace-period=0", "--force").ok();
        kubectl.run("wait", "--for=delete", "pvc/used", "--timeout=30s").ok();
    }

    /// This one listens on the loopback alone, so that there is no way to it that could be told.
    @Test
    void the_service_of_the_api_comes_back_when_it_is_deleted() {
        var kubectl = ENGINE.kubectl();
        String[] address = {"get", "service", "kubernetes", "-ojsonpath={.spec.clusterIP}"};
        assertThat(kubectl.run(address).ok().out()).isEqualTo("10.96.0.1");
        kubectl.run("delete", "service", "kubernetes", "--wait=false").ok();
        Await.until(() -> kubectl.run(address).out().equals("10.96.0.1"));
        assertThat(kubectl.run("get", "endpointslice", "kubernetes", "-ojson").ok().out())
                .doesNotContain("127.0.0.1");
    }

    @Test
    void people_get_lines_and_programs_do_not() {
        var kubectl = ENGINE.kubectl();
        var path = "/api/v1/namespaces/default";
        assertThat(kubectl.run("get", "--raw", path).ok().out())
                .contains("{\"kind\":\"Namespace\",");
        assertThat(kubectl.run("get", "--raw", path + "?pretty=true").ok().out())
                .startsWith("{\n  \"kind\": \"Namespace\",\n");
        assertThat(kubectl.run("get", "--raw", "/api/v1/namespaces?pretty=1").ok().out())
                .startsWith("{\n  \"kind\": \"NamespaceList\",\n")
                .contains("\n  \"items\": [\n    {\n")
                .endsWith("\n  ]\n}");
        var refused = Command.of("curl", "-sk", ENGINE.status().required("api").textValue() + path);
        assertThat(refused.run().ok().out()).startsWith("{\n  \"kind\": \"Status\",\n");
    }

    /// Events of every length that a frame knows to tell, and the end from either side.
    @Test
    void a_watch_over_a_websocket_brings_every_event() throws IOException, InterruptedException {
        var path = "/api/v1/namespaces/default/configmaps?watch=1&fieldSelector=metadata.name%3D";
        try (var api = ApiClient.of(ENGINE.kubeconfig())) {
            var messages = new SocketMessages();
            var socket = api.socket(path + "framed", messages);
            for (var length : List.of(1, 1_000, 100_000)) {
                var object =
                        """
                        {"metadata": {"name": "framed"}, "data": {"value": "%s"}}\
                        """
                                .formatted("x".repeat(length));
                api.send(
                        "POST",
                        "/api/v1/namespaces/default/configmaps",
                        "application/json",
                        object);
                var event = Kubectl.json(messages.next());
                assertThat(event.required("type").textValue()).isEqualTo("ADDED");
                assertThat(event.at("/object/data/value").textValue()).hasSize(length);
                ENGINE.kubectl().run("delete", "configmap", "framed").ok();
                assertThat(messages.next()).startsWith("{\"type\":\"DELETED\"");
            }
            socket.sendPing(ByteBuffer.wrap("still there?".getBytes(UTF_8))).join();
            assertThat(messages.next()).isEqualTo("pong still there?");
            socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();

            var brief = new SocketMessages();
            api.socket(path + "nobody&timeoutSeconds=1", brief);
            assertThat(brief.next()).isEqualTo("closed 1000");
        }
    }

    /// A list that is longer than what the connection holds, read slowly, while every object of it
    /// is replaced or removed.
    @Test
    void a_slow_reader_gets_the_list_as_it_was_when_it_asked() throws Exception {
        try (var api = ApiClient.of(ENGINE.kubeconfig())) {
            each(i -> api.send("POST", LONG_LIST, "application/json", longObject(i, "before")));
            var pki = ENGINE.dataDirectory().resolve("pki");
            var list =
                    Command.of("curl", "-s", "--http1.1", "--limit-rate", "6M")
                            .and("--cacert", pki.resolve("ca.crt").toString())
                            .and("--cert", pki.resolve("admin.crt").toString())
                            .and("--key", pki.resolve("admin.key").toString())
                            .and(ENGINE.status().required("api").textValue() + LONG_LIST);
            var file = scratch.resolve("list");
            var reader = list.and("-o", file.toString()).start();
            Await.until(() -> file.toFile().length() > 0);
            each(i -> {
                var place = LONG_LIST + "/n" + i;
                return i % 3 == 0
                        ? api.send("DELETE", place, "application/json", "")
                        : api.send("PUT", place, "application/json", longObject(i, "after"));
            });
            assertThat(reader.waitFor()).isZero();
            var items = Kubectl.json(Files.readString(file)).required("items");
            assertThat(items.findValuesAsText("said")).hasSize(LONG).containsOnly("before");
            var now = api.get(LONG_LIST).body().required("items");
            assertThat(now.findValuesAsText("said")).isNotEmpty().containsOnly("after");
            api.send("DELETE", LONG_LIST, "application/json", "");
        }
    }

    /// Does something with each object of the long list, several at a time.
    private static void each(Each action) throws Exception {
        try (var threads = Executors.newFixedThreadPool(8)) {
            var all = new ArrayList<Callable<ApiClient.Reply>>();
            for (var i = 0; i < LONG; i++) {
                var number = i;
                all.add(() -> action.on(number));
            }
            for (var done : threads.invokeAll(all)) {
                assertThat(done.get().code()).isLessThan(300);
            }
        }
    }

    /// What is done with an object of that number.
    private interface Each {
        ApiClient.Reply on(int number) throws Exception;
    }

    private static String longObject(int number, String said) {
        return """
        {"metadata": {"name": "n%d"}, "data": {"said": "%s", "much": "%s"}}\
        """
                .formatted(number, said, "x".repeat(20_000));
    }

    /// By the file that it was started with; what is exempt is on record.
    @Test
    void a_namespace_that_is_exempt_from_pod_security_takes_any_pod() throws IOException {
        var kubectl = ENGINE.kubectl();
        for (var namespace : List.of("exempt", "bound")) {
            kubectl.apply(
                            Manifests.namespace(namespace, "trusted")
                                    .replace(
                                            "labels: {",
                                            "labels: {pod-security.kubernetes.io/enforce: baseline, "))
                    .ok();
        }
        var pod = Manifests.pod("free", "busybox", "true", "hostPID: true");
        var taken =
                kubectl.command("-n", "exempt", "create", "--dry-run=server", "-f", "-")
                        .input(pod)
                        .run();
        assertThat(taken.exit()).as("%s", taken).isZero();
        var refused =
                kubectl.command("-n", "bound", "create", "--dry-run=server", "-f", "-")
                        .input(pod)
                        .run();
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err()).contains("violates PodSecurity \"baseline:latest\"");
        assertThat(Files.readString(ENGINE.dataDirectory().resolve("logs/audit.log")))
                .contains(
                        "\"pod-security.kubernetes.io/exempt\":\"namespace\"",
                        "\"pod-security.kubernetes.io/enforce-policy\":\"baseline:latest\"");
    }

    @Test
    void a_nodes_kubeconfig_is_that_nodes_alone() throws IOException {
        var kubeconfig = Path.of(ENGINE.run("kubeconfig", "--node", "far.example").ok().text());
        assertThat(kubeconfig.getParent()).isDirectoryContaining("glob:**/kubelet.key");
        for (var secret : new Path[] {kubeconfig, kubeconfig.resolveSibling("kubelet.key")}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        var node = new Kubectl(Kubectl.newest(), kubeconfig);
        assertThat(node.run("auth", "whoami", "-o", "jsonpath={.status.userInfo.username}").ok())
                .extracting(Ran::text)
                .isEqualTo("system:node:far.example");
        assertThat(node.run("get", "secrets", "-A").err()).contains("cannot list resource");
    }

    @Test
    void a_name_that_leads_elsewhere_is_refused() {
        for (var name : new String[] {"../x", "A", "x/../..", ".", "a..b"}) {
            BadInputIT.assertOneClearLine(ENGINE.run("kubeconfig", "--node", name));
        }
        assertThat(ENGINE.dataDirectory().resolve("x")).doesNotExist();
    }

    @Test
    void what_was_backed_up_is_restored_and_what_came_after_is_gone() throws IOException {
        var kubectl = ENGINE.kubectl();
        kubectl.run("create", "configmap", "before", "--from-literal=a=b").ok();
        var file = scratch.resolve("copy");
        ENGINE.run("backup", file.toString()).ok();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        kubectl.run("create", "configmap", "after").ok();

        BadInputIT.assertOneClearLine(ENGINE.run("backup", file.toString()));
        var inUse = ENGINE.run("restore", file.toString());
        BadInputIT.assertOneClearLine(inUse);
        assertThat(inUse.err()).contains("in use");

        ENGINE.run("down").ok();
        var damaged = Files.writeString(scratch.resolve("damaged"), "not a backup");
        BadInputIT.assertOneClearLine(ENGINE.run("restore", damaged.toString()));
        up();
        ENGINE.kubectl().run("get", "configmap", "after").ok();

        ENGINE.run("down").ok();
        var restored = ENGINE.run("restore", file.toString()).ok();
        assertThat(restored.out()).contains("Restored", "What was there before lies in");
        up();
        assertThat(ENGINE.kubectl().run("get", "configmap", "before").ok().out())
                .contains("before");
        assertThat(ENGINE.kubectl().run("get", "configmap", "after").err()).contains("NotFound");
    }
}

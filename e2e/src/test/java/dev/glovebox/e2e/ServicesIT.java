package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Services and names, as pods find them: two pods, one under each kind of kernel, are servers and
/// clients of the same Services.
@SharedEngine
class ServicesIT {
    private static final String NAMESPACE = "services";
    private static final String ADDRESS = "10.96.0.205";
    private final Engine engine;
    private final Kubectl kubectl;

    ServicesIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void make(Engine engine, Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        var services =
                """
                apiVersion: v1
                kind: Service
                metadata: {name: web}
                spec: {clusterIP: %s, selector: {app: web}, ports: [{name: http, port: 80, targetPort: web}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: sticky}
                spec: {type: NodePort, sessionAffinity: ClientIP, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: head}
                spec: {clusterIP: None, selector: {app: web}, ports: [{name: http, port: 8080}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: empty}
                spec: {selector: {app: none}, ports: [{port: 80}]}
                """
                        .formatted(ADDRESS);
        in(kubectl, "apply", "-f", "-").input(services).run().ok();
        for (var runtime : new String[] {"gvisor", "runc"}) {
            var script =
                    "mkdir /tmp/w; hostname > /tmp/w/index.html; exec httpd -f -p 8080 -h /tmp/w";
            var manifest =
                    Manifests.pod(
                                            "web-" + runtime,
                                            engine.busybox(),
                                            script,
                                            "runtimeClassName: " + runtime,
                                            "hostname: " + runtime,
                                            "subdomain: head")
                                    .replace("metadata:\n", "metadata:\n  labels: {app: web}\n")
                            + "    ports: [{name: web, containerPort: 8080}]\n";
            in(kubectl, "apply", "-f", "-").input(manifest).run().ok();
        }
        kubectl.awaitReady(NAMESPACE, "web-gvisor");
        kubectl.awaitReady(NAMESPACE, "web-runc");
        Await.until(() ->
                kubectl.get("-n", NAMESPACE, "endpoints", "web").at("/subsets/0/addresses").size()
                        == 2);
    }

    @AfterAll
    static void remove(Kubectl kubectl) {
        kubectl.run("delete", "namespace", NAMESPACE).ok();
    }

    private static Command in(Kubectl kubectl, String... words) {
        return kubectl.command("-n", NAMESPACE).and(words);
    }

    private Ran exec(String runtime, String script) {
        return in(kubectl, "exec", "web-" + runtime, "--", "sh", "-c", script).run();
    }

    /// Who answers, of several times that are asked at once.
    private Set<String> who(String runtime, String service, int times) {
        return who(runtime, service, times, 5);
    }

    /// @param seconds a second try of one and the same connection comes after one, and may come to
    ///   another backend
    private Set<String> who(String runtime, String service, int times, int seconds) {
        var script =
                "for i in $(seq %d); do { timeout %d wget -qO- http://%s/ || echo nobody; } & done; wait"
                        .formatted(times, seconds, service);
        return new TreeSet<>(exec(runtime, script).ok().lines());
    }

    /// One of the two is the client itself. Without the table nobody answers.
    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_service_leads_to_all_its_pods_and_the_table_is_what_does_it(String runtime) {
        Await.until(() -> who(runtime, "web", 8).size() == 2);
        assertThat(who(runtime, "web.services.svc.cluster.local", 16))
                .containsExactly("gvisor", "runc");
        assertThat(who(runtime, ADDRESS, 16)).containsExactly("gvisor", "runc");
        assertThat(who(runtime, "sticky", 8)).hasSize(1);
        withoutTable(() ->
                assertThat(exec(runtime, "timeout 3 wget -qO- http://" + ADDRESS + "/").out())
                        .doesNotContain("gvisor", "runc"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_service_without_pods_refuses_at_once(String runtime) {
        assertThat(exec(runtime, "timeout 5 wget -qO- http://empty/").err()).contains("refused");
        assertThat(exec(runtime, "timeout 5 wget -qO- http://10.96.77.77/").err())
                .contains("refused");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void names_are_answered_as_kubernetes_has_them(String runtime) {
        var addresses =
                kubectl.get("-n", NAMESPACE, "endpoints", "head").at("/subsets/0/addresses");
        var head = exec(runtime, "nslookup -type=a head.services.svc.cluster.local").ok().out();
        addresses.forEach(each -> assertThat(head).contains("Address: " + each.at("/ip").asText()));
        assertThat(
                        exec(
                                        runtime,
                                        "nslookup -type=srv _http._tcp.head.services.svc.cluster.local")
                                .out())
                .contains("8080 gvisor.head.services.svc.cluster.local")
                .contains("8080 runc.head.services.svc.cluster.local");
        assertThat(exec(runtime, "timeout 5 wget -qO- http://gvisor.head:8080/").ok().text())
                .isEqualTo("gvisor");
        assertThat(exec(runtime, "nslookup " + ADDRESS).ok().out())
                .contains("web.services.svc.cluster.local");
        assertThat(exec(runtime, "nslookup -type=a none.services.svc.cluster.local").out())
                .contains("NXDOMAIN");
        assertThat(exec(runtime, "cat /etc/resolv.conf").ok().out())
                .contains("search services.svc.cluster.local svc.cluster.local cluster.local")
                .contains("nameserver 10.96.0.10")
                .contains("options ndots:5");
        assertThat(exec(runtime, "env").ok().out())
                .contains("KUBERNETES_SERVICE_HOST=10.96.0.1")
                .contains("KUBERNETES_SERVICE_PORT=443")
                .contains("WEB_SERVICE_HOST=" + ADDRESS);
    }

    @Test
    void a_pod_in_the_machines_network_knows_the_clusters_names_and_its_own_aliases() {
        var manifest =
                Manifests.pod(
                        "on-machine",
                        engine.busybox(),
                        "exec sleep 1000",
                        "runtimeClassName: runc",
                        "hostNetwork: true",
                        "dnsPolicy: ClusterFirstWithHostNet",
                        "hostAliases: [{ip: 192.0.2.7, hostnames: [alias.test, other.test]}]");
        in(kubectl, "apply", "-f", "-").input(manifest).run().ok();
        kubectl.awaitReady(NAMESPACE, "on-machine");
        var script = "cat /etc/hosts; nslookup -type=a web.services.svc.cluster.local";
        assertThat(in(kubectl, "exec", "on-machine", "--", "sh", "-c", script).run().ok().out())
                .contains("192.0.2.7\talias.test\tother.test")
                .contains("localhost")
                .contains("Address: " + ADDRESS);
    }

    /// Policies see where a packet really goes, and what may be asked of names.
    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_policy_binds_what_goes_to_a_service_and_which_names_are_asked(String runtime) {
        var policy =
                """
                apiVersion: networking.k8s.io/v1
                kind: NetworkPolicy
                metadata: {name: bound}
                spec:
                  podSelector: {matchLabels: {bound: "yes"}}
                  policyTypes: [Egress]
                  egress:
                  - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}}]
                    ports: [{port: 53, protocol: UDP}]
                  - to: [{podSelector: {matchLabels: {role: backend}}}]
                """;
        var other = "web-" + (runtime.equals("runc") ? "gvisor" : "runc");
        var outside = "nslookup -type=a outside.example";
        assertThat(exec(runtime, outside).out()).doesNotContain("REFUSED");
        try {
            in(kubectl, "apply", "-f", "-").input(policy).run().ok();
            in(kubectl, "label", "pod", "web-" + runtime, "bound=yes").run().ok();
            // A pod always reaches itself.
            Await.until(() -> who(runtime, "web", 4, 1).contains("nobody"));
            assertThat(who(runtime, "web", 16, 1)).containsExactlyInAnyOrder("nobody", runtime);
            assertThat(exec(runtime, outside).out()).contains("REFUSED");
            in(kubectl, "label", "pod", other, "role=backend").run().ok();
            Await.until(() -> !who(runtime, "web", 8).contains("nobody"));
        } finally {
            in(kubectl, "delete", "networkpolicy", "bound").run().ok();
            in(kubectl, "label", "pod", "web-" + runtime, "bound-").run().ok();
            in(kubectl, "label", "pod", other, "role-").run().ok();
        }
        Await.until(() -> !exec(runtime, outside).out().contains("REFUSED"));
    }

    /// What a client in the cluster needs: the variables, the token, and a certificate with those
    /// names. A pod of a namespace that is not trusted does not even come to the port.
    @Test
    void pods_that_are_trusted_reach_the_api_and_others_do_not() {
        var port = "nc -w 3 10.96.0.1 443 </dev/null && echo reached";
        assertThat(exec("gvisor", port).ok().text()).isEqualTo("reached");
        assertThat(exec("runc", port).ok().text()).isEqualTo("reached");
        var token = exec("gvisor", "cat /var/run/secrets/kubernetes.io/serviceaccount/token").ok();
        var name = "kubernetes.default.svc";
        var answer =
                Command.of(
                                "curl",
                                "-s",
                                "--cacert",
                                engine.dataDirectory().resolve("pki/ca.crt").toString(),
                                "--resolve",
                                name + ":443:" + engine.network() + "255.255",
                                "--connect-to",
                                name + ":443:" + engine.network() + "255.255:" + apiPort(),
                                "-H",
                                "Authorization: Bearer " + token.text(),
                                "https://" + name + "/api/v1/namespaces/services/pods")
                        .run()
                        .ok()
                        .out();
        assertThat(answer).contains("system:serviceaccount:services:default");

        kubectl.apply(Manifests.namespace("services-untrusted", "untrusted")).ok();
        try {
            var manifest =
                    Manifests.pod(
                            "stranger",
                            engine.busybox(),
                            "exec sleep 1000",
                            "runtimeClassName: gvisor");
            kubectl.command("-n", "services-untrusted", "apply", "-f", "-")
                    .input(manifest)
                    .run()
                    .ok();
            kubectl.awaitReady("services-untrusted", "stranger");
            assertThat(tried("stranger", ADDRESS + " 80")).contains("reached");
            for (var address :
                    new String[] {"10.96.0.1 443", engine.network() + "255.255 " + apiPort()}) {
                assertThat(tried("stranger", address)).as(address).doesNotContain("reached");
            }
        } finally {
            kubectl.run("delete", "namespace", "services-untrusted").ok();
        }
    }

    private String tried(String pod, String address) {
        var line = "nc -w 3 " + address + " </dev/null && echo reached; echo tried";
        return kubectl.run("-n", "services-untrusted", "exec", pod, "--", "sh", "-c", line)
                .ok()
                .out();
    }

    private String apiPort() {
        return kubectl.get("-n", "default", "endpoints", "kubernetes")
                .at("/subsets/0/ports/0/port")
                .asText();
    }

    /// From the machine, by address and by the node's port, also while the engine is away and while
    /// it comes back.
    @Test
    void the_machine_reaches_services_whether_or_not_the_engine_runs() throws Exception {
        var nodePort =
                kubectl.get("-n", NAMESPACE, "service", "sticky")
                        .at("/spec/ports/0/nodePort")
                        .asText();
        var node = kubectl.get("node", engine.node()).at("/status/addresses/0/address").asText();
        assertThat(curl(ADDRESS).ok().text()).isIn("gvisor", "runc");
        assertThat(curl(node + ":" + nodePort).ok().text()).isIn("gvisor", "runc");
        engine.run("down").ok();
        assertThat(curl(ADDRESS).ok().text()).isIn("gvisor", "runc");
        var up = engine.upCommand().start();
        try {
            while (up.isAlive()) {
                assertThat(curl(ADDRESS).ok().text()).isIn("gvisor", "runc");
            }
        } finally {
            assertThat(up.waitFor()).isZero();
        }
        Await.until(() -> who("runc", "web", 8).size() == 2);
    }

    private static Ran curl(String where) {
        return Command.of("curl", "-s", "--max-time", "3", "http://" + where + "/").run();
    }

    /// Breaks the table from outside, and puts it back.
    private void withoutTable(Runnable check) {
        NftTable.inet("glovebox-" + engine.mark() + "-services").missing(check);
    }
}

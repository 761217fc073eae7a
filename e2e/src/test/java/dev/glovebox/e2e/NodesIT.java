package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Three nodes on one machine, one of which has gVisor: a web server under runc on the first and on
/// the last, and one under gVisor between them.
@RunsPods
class NodesIT {
    private static final Engine ENGINE = Engine.in(221);
    private static final String MASTER = ENGINE.node();
    private static final String WORKER = MASTER + "-worker1";
    private static final String LAST = MASTER + "-worker2";
    private static final String NAMESPACE = "nodes";
    private static final String SCHEDULED =
            Manifests.runtimeClass("gvisor-scheduled", "runsc")
                    + """
                    scheduling:
                      nodeSelector: {container-rt: gvisor}
                      tolerations: [{key: sandboxes, operator: Exists}]
                    """;

    private static Kubectl kubectl = new Kubectl(Path.of("kubectl"), Path.of("none"));

    @BeforeAll
    static void start() {
        ENGINE.up("--nodes", "3", "--runtimes", WORKER + "=runc,gvisor").ok();
        kubectl = ENGINE.kubectl();
        ENGINE.run("image", "load", Images.nginxArchive().toString()).ok();
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        kubectl.apply(SCHEDULED).ok();
        web(MASTER, "runtimeClassName: runc", "nodeName: " + MASTER);
        web(WORKER, "runtimeClassName: gvisor");
        web(LAST, "runtimeClassName: runc", "nodeName: " + LAST);
        for (var node : List.of(MASTER, WORKER, LAST)) {
            kubectl.awaitReady(NAMESPACE, name(node));
        }
    }

    @AfterAll
    static void after_a_purge_nothing_is_left_of_any_node() {
        var running = ENGINE.machineState();
        var purged = ENGINE.purge();
        assertThat(running.of(MachineState.Kind.CGROUP))
                .anyMatch(each -> each.contains("/glovebox/" + WORKER + "/kubepods/"))
                .anyMatch(each -> each.contains("/glovebox/" + LAST + "/kubepods/"));
        purged.ok();
        assertThat(ENGINE.machineState().left(running)).isEmpty();
    }

    @Test
    void each_has_its_role_its_range_and_its_runtimes() {
        assertThat(kubectl.run("get", "nodes", "--no-headers").ok().lines())
                .satisfiesExactly(
                        line ->
                                assertThat(line)
                                        .matches(MASTER + " +Ready +control-plane,master .*"),
                        line -> assertThat(line).matches(WORKER + " +Ready +<none> .*"),
                        line -> assertThat(line).matches(LAST + " +Ready +<none> .*"));
        assertThat(texts(kubectl.get("nodes").required("items"), "/spec/podCIDR"))
                .containsExactly(
                        ENGINE.network() + "0.0/24",
                        ENGINE.network() + "1.0/24",
                        ENGINE.network() + "2.0/24");

        var status = ENGINE.status();
        assertThat(status.required("ownNodes").intValue()).isEqualTo(3);
        var runtimes = new ArrayList<String>();
        status.required("runtimes")
                .forEach(each ->
                        runtimes.add(
                                each.at("/node").asText().replace(MASTER, "")
                                        + " "
                                        + each.at("/handler").asText()
                                        + " "
                                        + each.at("/state").asText()));
        assertThat(runtimes)
                .containsExactly(
                        " runc ready",
                        " kata absent",
                        " runsc absent",
                        "-worker1 runc ready",
                        "-worker1 runsc ready",
                        "-worker1 kata absent",
                        "-worker2 runc ready",
                        "-worker2 kata absent",
                        "-worker2 runsc absent");
        assertThat(labelled("runc")).containsExactly(MASTER, WORKER, LAST);
        assertThat(labelled("gvisor")).containsExactly(WORKER);
        assertThat(texts(kubectl.get("runtimeclasses").required("items"), "/metadata/name"))
                .contains("gvisor", "runc")
                .doesNotContain("kata");
        assertThat(texts(kubectl.get("-n", NAMESPACE, "pods").required("items"), "/status/podIP"))
                .satisfiesExactly(
                        address -> assertThat(address).startsWith(ENGINE.network() + "0."),
                        address -> assertThat(address).startsWith(ENGINE.network() + "1."),
                        address -> assertThat(address).startsWith(ENGINE.network() + "2."));
    }

    @Test
    void an_image_comes_to_every_node_and_goes_from_all() {
        assertThat(holders(Images.NGINX)).containsExactly(MASTER, WORKER, LAST);
        var other = "docker.io/library/other:1";
        ENGINE.run("image", "load", Images.nginxOci(other).toString()).ok();
        assertThat(holders(other)).containsExactly(MASTER, WORKER, LAST);
        ENGINE.run("image", "remove", other).ok();
        assertThat(holders(other)).isEmpty();
        assertThat(ENGINE.run("image", "remove", other).exit()).isEqualTo(1);
    }

    @Test
    void an_image_is_checked_on_the_one_that_has_gvisor() {
        var ran =
                ENGINE.run("check", "--yes", "--json", ENGINE.busybox(), "--", "echo", "here").ok();
        var report = Kubectl.json(ran.out());
        assertThat(report.required("verdict").textValue()).as(ran.out()).isEqualTo("same");
        assertThat(report.at("/gvisor/version").asText()).as(ran.out()).isNotEmpty();
    }

    /// The walk-through: a class with a selector, nodes without the label, the label.
    @Test
    void a_class_is_to_be_had_on_the_nodes_that_it_selects() {
        nginx("nginx-gvisor");
        Await.until(() -> message("nginx-gvisor").startsWith("0/3 nodes are available: "));
        assertThat(message("nginx-gvisor"))
                .startsWith(
                        "0/3 nodes are available: 3 node(s) didn't match Pod's node"
                                + " affinity/selector.");

        kubectl.run("label", "node", WORKER, "container-rt=gvisor").ok();
        kubectl.run("taint", "node", WORKER, "sandboxes=only:NoSchedule").ok();
        kubectl.awaitReady(NAMESPACE, "nginx-gvisor");
        assertThat(nodeOf("nginx-gvisor")).isEqualTo(WORKER);
        assertThat(exec("nginx-gvisor", "dmesg").ok().out()).contains("Starting gVisor");
        assertThat(get(MASTER, address("nginx-gvisor") + ":80").ok().out()).contains("nginx");
        assertThat(ENGINE.run("inspect", NAMESPACE + "/nginx-gvisor").ok().out())
                .contains("Handler:       runsc");

        // It was the label.
        kubectl.run("label", "node", WORKER, "container-rt-").ok();
        nginx("nginx-late");
        Await.until(() -> message("nginx-late").startsWith("0/3 nodes are available: "));
        kubectl.run("taint", "node", WORKER, "sandboxes-").ok();
        kubectl.run("-n", NAMESPACE, "delete", "pod", "nginx-gvisor", "nginx-late").ok();
    }

    @Test
    void what_nobody_trusts_runs_where_gvisor_is() {
        assertThat(ENGINE.run("run", "--", "dmesg").ok().out()).contains("Starting gVisor");
        assertThat(kubectl.run("create", "namespace", "strangers").exit()).isZero();
        kubectl.command("-n", "strangers", "apply", "-f", "-")
                .input(Manifests.pod("guest", ENGINE.busybox(), "exec sleep 1000"))
                .run()
                .ok();
        kubectl.awaitReady("strangers", "guest");
        var guest = kubectl.get("-n", "strangers", "pod", "guest");
        assertThat(guest.at("/spec/nodeName").asText()).isEqualTo(WORKER);
        assertThat(guest.at("/spec/runtimeClassName").asText()).isEqualTo("gvisor");
        kubectl.run("delete", "namespace", "strangers").ok();
    }

    @ParameterizedTest
    @CsvSource({"0,1", "1,2"})
    void pods_of_different_nodes_reach_each_other(int from, int to) {
        var nodes = List.of(MASTER, WORKER, LAST);
        assertThat(get(nodes.get(from), web(nodes.get(to))).ok().out()).isEqualTo("here\n");
        withoutRoute(
                address(name(nodes.get(to))),
                () ->
                        assertThat(get(nodes.get(from), web(nodes.get(to))).exit())
                                .as("without the route")
                                .isNotZero());
        assertThat(get(nodes.get(from), web(nodes.get(to))).ok().out()).isEqualTo("here\n");
    }

    /// Between runc on one node and gVisor on another, both ways.
    @ParameterizedTest
    @CsvSource({"0,1", "1,0"})
    void a_policy_binds_pods_of_different_nodes(int from, int to) {
        var nodes = List.of(MASTER, WORKER);
        var friend = nodes.get(from);
        var bound = nodes.get(to);
        label(name(bound), "policy=bound");
        try {
            kubectl.apply(Manifests.friendsOnly(NAMESPACE)).ok();
            Await.until(() -> get(friend, web(bound)).exit() != 0);
            assertThat(get(bound, web(friend)).exit()).as("what goes").isNotZero();
            label(name(friend), "role=friend");
            Await.until(() -> get(friend, web(bound)).exit() == 0);
            assertThat(get(LAST, web(bound)).exit()).as("from one who is no friend").isNotZero();
            withoutTable(bound, () -> Await.until(() -> get(LAST, web(bound)).exit() == 0));
            assertThat(get(LAST, web(bound)).exit()).as("with the rules again").isNotZero();
        } finally {
            kubectl.run("-n", NAMESPACE, "delete", "networkpolicy", "bound").ok();
            label(name(bound), "policy-");
            label(name(friend), "role-");
        }
        Await.until(() -> get(friend, web(bound)).exit() == 0);
    }

    @Test
    void after_down_every_nodes_pods_run_on_and_up_takes_them_back() {
        var label = new String[] {"label", "node", LAST, "disk=fast"};
        kubectl.run(label).ok();
        var refused = ENGINE.up("--nodes", "2");
        assertThat(refused.exit()).isEqualTo(1);
        assertThat(refused.err())
                .contains(
                        "the running engine has 3 nodes, not 2; stop it first (pods go on"
                                + " running): sudo ./glovebox down");
        var before = lives();
        var running = ENGINE.machineState().of(MachineState.Kind.CGROUP);

        ENGINE.run("down").ok();
        assertThat(ENGINE.machineState().of(MachineState.Kind.CGROUP)).isEqualTo(running);
        var fewer = ENGINE.up("--nodes", "2");
        assertThat(fewer.exit()).isEqualTo(1);
        assertThat(fewer.err()).contains("cannot become 2, since pods may run on " + LAST);
        ENGINE.up().ok();

        assertThat(lives()).isEqualTo(before);
        assertThat(kubectl.get("node", LAST).at("/metadata/labels/disk").asText())
                .isEqualTo("fast");
        assertThat(get(LAST, web(WORKER)).ok().out()).isEqualTo("here\n");
        assertThat(exec(name(WORKER), "true").exit()).isZero();
    }

    /// Of each pod: which containers run, since when, and how often they were started again.
    private static List<String> lives() {
        var lives = new ArrayList<String>();
        for (var pod : kubectl.get("-n", NAMESPACE, "pods").required("items")) {
            var container = pod.at("/status/containerStatuses/0");
            lives.add(
                    String.join(
                            " ",
                            pod.at("/spec/nodeName").asText(),
                            pod.at("/status/podIP").asText(),
                            container.at("/containerID").asText(),
                            container.at("/state/running/startedAt").asText(),
                            container.at("/restartCount").asText()));
        }
        return lives;
    }

    /// A node's web server is called after it.
    private static String name(String node) {
        return "web" + node.substring(MASTER.length());
    }

    private static void web(String node, String... more) {
        var script = "mkdir /tmp/w; echo here > /tmp/w/index.html; exec httpd -f -p 8080 -h /tmp/w";
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-")
                .input(Manifests.pod(name(node), ENGINE.busybox(), script, more))
                .run()
                .ok();
    }

    private static String web(String node) {
        return address(name(node)) + ":8080";
    }

    private static void nginx(String name) {
        kubectl.command("-n", NAMESPACE, "apply", "-f", "-")
                .input(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s}
                        spec:
                          runtimeClassName: gvisor-scheduled
                          terminationGracePeriodSeconds: 1
                          containers: [{name: nginx, image: %s, imagePullPolicy: IfNotPresent}]
                        """
                                .formatted(name, Images.NGINX))
                .run()
                .ok();
    }

    private static Ran get(String from, String target) {
        return exec(name(from), "timeout", "2", "wget", "-qO-", "http://" + target + "/");
    }

    private static Ran exec(String pod, String... command) {
        var line = new ArrayList<>(List.of("-n", NAMESPACE, "exec", pod, "--"));
        line.addAll(List.of(command));
        return kubectl.run(line.toArray(String[]::new));
    }

    private static void label(String pod, String label) {
        kubectl.run("-n", NAMESPACE, "label", "--overwrite", "pod", pod, label).ok();
    }

    private static String address(String pod) {
        return kubectl.get("-n", NAMESPACE, "pod", pod).at("/status/podIP").asText();
    }

    private static String nodeOf(String pod) {
        return kubectl.get("-n", NAMESPACE, "pod", pod).at("/spec/nodeName").asText();
    }

    /// The nodes whose agents say that a runtime works there.
    private static List<String> labelled(String runtime) {
        return texts(
                kubectl.get("nodes", "-l", "runtime.glovebox.dev/" + runtime + "=ready")
                        .required("items"),
                "/metadata/name");
    }

    private static String message(String pod) {
        return kubectl.get("-n", NAMESPACE, "pod", pod).at("/status/conditions/0/message").asText();
    }

    private static List<String> holders(String image) {
        for (var each : Kubectl.json(ENGINE.run("image", "list", "--json").ok().out())) {
            if (each.required("names").toString().contains('"' + image + '"')) {
                return texts(each.required("nodes"), "");
            }
        }
        return List.of();
    }

    private static List<String> texts(JsonNode all, String path) {
        return StreamSupport.stream(all.spliterator(), false)
                .map(each -> each.at(path).asText())
                .toList();
    }

    /// Breaks the way to a pod from outside, and mends it.
    private static void withoutRoute(String address, Runnable check) {
        var route = Command.of("ip", "route", "show", address).run().ok().text().split("\\s+");
        var add = new ArrayList<>(List.of("ip", "route", "add"));
        add.addAll(List.of(route));
        Command.of("ip", "route", "del", address).run().ok();
        try {
            check.run();
        } finally {
            Command.of(add).run().ok();
        }
    }

    /// Takes a node's rules away from outside, and puts them back.
    private static void withoutTable(String node, Runnable check) {
        var table = "glovebox-" + ENGINE.mark() + (node.equals(MASTER) ? "" : "." + node);
        NftTable.inet(table).missing(check);
    }
}

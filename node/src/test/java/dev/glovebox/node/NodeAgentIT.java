package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.network.FirewallRules;
import dev.glovebox.network.Forwarding;
import dev.glovebox.network.Nft;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.node.forward.Loopbacks;
import dev.glovebox.node.log.LogQuery;
import dev.glovebox.node.server.NodeServer;
import dev.glovebox.node.users.UserRanges;
import dev.glovebox.testkit.Await;
import dev.glovebox.testkit.FakeCluster;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A node agent on a real containerd, with a fake API.
class NodeAgentIT {
    private static ContainerdLab lab;

    private final FakeCluster cluster = new FakeCluster(Clock.systemUTC());
    private ContainerdClient client;
    private NodeSettings settings;
    private PodFirewall firewall;
    private NodeAgent agent;

    @BeforeAll
    static void startContainerd() throws IOException {
        lab = new ContainerdLab();
    }

    @AfterAll
    static void stopContainerd() {
        lab.close();
    }

    @BeforeEach
    void start() {
        client = lab.client();
        settings =
                new NodeSettings(
                        "it" + ProcessHandle.current().pid(),
                        "192.0.2.1",
                        lab.directory.resolve("data"),
                        lab.directory.resolve("run"));
        firewall =
                new PodFirewall(
                        new FirewallRules(lab.network, ContainerdLab.PODS),
                        Nft.ofMachine(),
                        lab.directory.resolve("firewall.json"));
        firewall.start();
        agent = agent();
        agent.start();
    }

    @AfterEach
    void purge() {
        agent.close();
        NodePurge purge =
                new NodePurge(
                        settings,
                        lab.network,
                        new FirewallRules(lab.network, ContainerdLab.PODS),
                        Nft.ofMachine(),
                        new Forwarding(lab.directory.resolve("ip_forward")));
        purge.removePods(client.cri());
        purge.removeRest();
        purge.removeCgroups();
        assertThat(purge.left()).isEmpty();
        client.close();
    }

    @Test
    void the_node_registers_itself_and_is_ready() {
        Node node = cluster.get(Resource.NODES, ObjectKey.of(settings.name())).orElseThrow();
        assertThat(node.getStatus().getNodeInfo().getContainerRuntimeVersion())
                .startsWith("containerd://");
        assertThat(node.getStatus().getConditions())
                .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
        assertThat(node.getMetadata().getLabels())
                .containsEntry("kubernetes.io/os", "linux")
                .doesNotContainKey("node-role.kubernetes.io/control-plane");
    }

    @Test
    void a_pod_runs_to_its_end_and_its_log_can_be_read() throws IOException {
        run(pod("done", "Never", "echo hello; echo trouble >&2; exit 3"));
        Pod ended = await("done", p -> p.getStatus().getPhase().equals("Failed"));
        ContainerStatus status = ended.getStatus().getContainerStatuses().getFirst();
        assertThat(status.getState().getTerminated().getExitCode()).isEqualTo(3);
        assertThat(status.getState().getTerminated().getReason()).isEqualTo("Error");
        // Two streams; their order among each other is nobody's promise.
        assertThat(log("done").lines()).containsExactlyInAnyOrder("hello", "trouble");
        assertThat(reasons("done")).contains("Pulled", "Created", "Started");
    }

    /// An end is told before containerd has written the last of what its container said. No more
    /// than a pipe's reader takes at a time: of more, containerd 1.6.20 itself may lose the end.
    @Test
    void a_log_is_complete_as_soon_as_the_end_of_its_container_is_told() throws IOException {
        for (String name : List.of("much-1", "much-2", "much-3")) {
            run(pod(name, "Never", "yes '' | head -n 30000"));
        }
        for (String name : List.of("much-1", "much-2", "much-3")) {
            await(name, p -> p.getStatus().getPhase().equals("Succeeded"));
            assertThat(log(name).lines().count()).as(name).isEqualTo(30_000);
        }
    }

    @Test
    void a_pod_has_an_address_and_goes_with_everything_it_had() throws IOException {
        Pod pod = pod("web", "Always", "sleep 1000");
        pod.getSpec().setTerminationGracePeriodSeconds(1L);
        run(pod);
        Pod running = await("web", p -> p.getStatus().getPhase().equals("Running"));
        String uid = running.getMetadata().getUid();
        assertThat(running.getStatus().getPodIP()).startsWith("10.203.");
        assertThat(cgroup("memory", "besteffort/pod" + uid)).isDirectory();
        cluster.delete(Resource.PODS, key("web"), DeleteOptions.DEFAULT);
        awaitGone("web");
        assertThat(cgroup("memory", "besteffort/pod" + uid)).doesNotExist();
        assertThat(settings.podDirectory(uid)).doesNotExist();
        // The test before may have left links of its own, which the agent removes in its time.
        assertThat(firewall.links()).doesNotContainKey(uid);
    }

    @Test
    void a_failing_container_is_restarted_and_then_waits() {
        run(pod("crash", "Always", "exit 1"));
        Pod waiting =
                await(
                        "crash",
                        p -> {
                            ContainerStatus s = p.getStatus().getContainerStatuses().getFirst();
                            return s.getState().getWaiting() != null
                                    && "CrashLoopBackOff"
                                            .equals(s.getState().getWaiting().getReason());
                        });
        ContainerStatus status = waiting.getStatus().getContainerStatuses().getFirst();
        assertThat(status.getRestartCount()).isEqualTo(1);
        assertThat(status.getLastState().getTerminated().getExitCode()).isEqualTo(1);
    }

    @Test
    void pods_outlive_the_agent_and_are_adopted_without_a_restart() {
        run(pod("stays", "Always", "sleep 1000"));
        Pod before = await("stays", p -> p.getStatus().getPhase().equals("Running"));
        agent.close();
        agent = agent();
        agent.start();
        run(pod("witness", "Never", "true"));
        await("witness", p -> p.getStatus().getPhase().equals("Succeeded"));
        Pod after = cluster.get(Resource.PODS, key("stays")).orElseThrow();
        assertThat(after.getStatus().getContainerStatuses())
                .isEqualTo(before.getStatus().getContainerStatuses());
    }

    @Test
    void a_pod_that_the_api_forgot_while_nobody_looked_is_removed() {
        run(pod("lost", "Always", "sleep 1000"));
        await("lost", p -> p.getStatus().getPhase().equals("Running"));
        agent.close();
        Pod lost = cluster.get(Resource.PODS, key("lost")).orElseThrow();
        cluster.delete(Resource.PODS, key("lost"), DeleteOptions.now(lost.getMetadata().getUid()));
        agent = agent();
        agent.start();
        CriRuntime runtime = new CriRuntime(client.cri(), settings.name());
        Await.until(() -> runtime.pods().isEmpty() && firewall.links().isEmpty());
    }

    @Test
    void a_memory_limit_kills_and_is_named() {
        run(hungry("hungry", "Never"));
        Pod ended = await("hungry", p -> p.getStatus().getPhase().equals("Failed"));
        var terminated =
                ended.getStatus().getContainerStatuses().getFirst().getState().getTerminated();
        assertThat(terminated.getReason()).isEqualTo("OOMKilled");
        assertThat(terminated.getExitCode()).isEqualTo(137);
    }

    /// The kernel kills within milliseconds, and the container's cgroup is gone as soon.
    @Test
    @Tag("long")
    void of_many_that_a_memory_limit_kills_each_is_named() {
        Map<String, String> reasons = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            String name = "hungry" + i;
            boolean again = i % 2 == 1;
            run(hungry(name, again ? "OnFailure" : "Never"));
            Pod ended =
                    await(
                            name,
                            p ->
                                    again
                                            ? "CrashLoopBackOff".equals(waitingReason(p))
                                            : p.getStatus().getPhase().equals("Failed"));
            ContainerStatus status = ended.getStatus().getContainerStatuses().getFirst();
            reasons.put(
                    name,
                    (again ? status.getLastState() : status.getState())
                            .getTerminated()
                            .getReason());
            cluster.delete(Resource.PODS, key(name), DeleteOptions.DEFAULT);
        }
        assertThat(reasons.values()).as("%s", reasons).hasSize(40).containsOnly("OOMKilled");
    }

    @Test
    void limits_beyond_any_machine_hold_no_pod_up() {
        Pod pod = pod("endless", "Never", "true");
        limit(pod, "cpu", "9E");
        run(pod);
        Pod more = pod("more", "Never", "true");
        limit(more, "memory", "100E");
        run(more);
        await("endless", p -> p.getStatus().getPhase().equals("Succeeded"));
        await("more", p -> p.getStatus().getPhase().equals("Succeeded"));
    }

    @Test
    void volumes_of_memory_and_disk_are_shared_and_environment_is_expanded() throws IOException {
        Pod pod =
                new PodBuilder(
                                pod(
                                        "vol",
                                        "Never",
                                        "echo $(GREETING) > /mem/a; cat /mem/a; cat /etc/hosts;"
                                                + " stat -c %A:%g /mem /disk; id -u"))
                        .editSpec()
                        .addNewVolume()
                        .withName("mem")
                        .withNewEmptyDir()
                        .withMedium("Memory")
                        .endEmptyDir()
                        .endVolume()
                        .addNewVolume()
                        .withName("disk")
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .endVolume()
                        .withNewSecurityContext()
                        .withRunAsUser(1000L)
                        .withFsGroup(2000L)
                        .endSecurityContext()
                        .editFirstContainer()
                        .addNewVolumeMount()
                        .withName("mem")
                        .withMountPath("/mem")
                        .endVolumeMount()
                        .addNewVolumeMount()
                        .withName("disk")
                        .withMountPath("/disk")
                        .endVolumeMount()
                        .addNewEnv()
                        .withName("NAME")
                        .withNewValueFrom()
                        .withNewFieldRef("v1", "metadata.name")
                        .endValueFrom()
                        .endEnv()
                        .addNewEnv()
                        .withName("GREETING")
                        .withValue("hello-$(NAME)")
                        .endEnv()
                        .endContainer()
                        .endSpec()
                        .build();
        run(pod);
        await("vol", p -> p.getStatus().getPhase().equals("Succeeded"));
        assertThat(log("vol"))
                .startsWith("hello-vol\n")
                .contains("\tvol\n")
                .as("the sticky bit is tmpfs's")
                .endsWith("drwxrwsrwt:2000\ndrwxrwsrwx:2000\n1000\n");
    }

    @Test
    void what_cannot_be_served_is_said_and_keeps_the_pod_out() {
        Pod pod = pod("config", "Never", "true");
        pod.getSpec()
                .getContainers()
                .getFirst()
                .setEnvFrom(
                        List.of(
                                new io.fabric8.kubernetes.api.model.EnvFromSourceBuilder()
                                        .withNewConfigMapRef("settings", false)
                                        .build()));
        run(pod);
        Pod waiting = await("config", p -> "CreateContainerConfigError".equals(waitingReason(p)));
        assertThat(waiting(waiting).getMessage()).contains("configmap \"settings\" not found");
    }

    @Test
    void a_pod_with_a_claim_of_storage_or_of_devices_never_runs_without_it() {
        Pod stored = pod("stored", "Never", "true");
        stored.getSpec()
                .getVolumes()
                .add(
                        new VolumeBuilder()
                                .withName("data")
                                .withNewPersistentVolumeClaim("mine", false)
                                .build());
        run(stored);
        Pod devices = pod("devices", "Never", "true");
        devices.getSpec().getResourceClaims().add(new PodResourceClaim("gpu", "mine", null));
        run(devices);
        for (var said :
                Map.of(
                                "stored", "FailedMount",
                                "devices", "FailedPrepareDynamicResources")
                        .entrySet()) {
            Await.until(() -> reasons(said.getKey()).contains(said.getValue()));
            Pod held = cluster.get(Resource.PODS, key(said.getKey())).orElseThrow();
            assertThat(held.getStatus().getPhase()).isEqualTo("Pending");
            assertThat(held.getStatus().getPodIP()).isNull();
            assertThat(reasons(said.getKey())).doesNotContain("Created", "Started");
        }
    }

    @Test
    void an_image_that_may_not_be_pulled_is_named() {
        Pod pod = pod("absent", "Never", "true");
        pod.getSpec().getContainers().getFirst().setImage("test.invalid/absent:1");
        pod.getSpec().getContainers().getFirst().setImagePullPolicy("Never");
        run(pod);
        Pod waiting = await("absent", p -> "ErrImageNeverPull".equals(waitingReason(p)));
        String message =
                "Container image \"test.invalid/absent:1\" is not present with pull policy of Never";
        assertThat(waiting(waiting).getMessage()).isEqualTo(message);
        assertThat(waiting.getStatus().getPhase()).isEqualTo("Pending");
        Await.until(() -> reasons("absent").contains("ErrImageNeverPull"));
    }

    @Test
    void a_pod_without_a_network_has_its_rules_before_it_runs() {
        Pod pod = pod("quiet", "Never", "busybox wget -T 2 -O - http://10.203.0.1:1/ 2>&1");
        pod.getMetadata().setAnnotations(Map.of("glovebox.dev/network", "none"));
        run(pod);
        await("quiet", p -> p.getStatus().getContainerStatuses().getFirst().getState() != null);
        assertThat(firewall.links().values()).allMatch(l -> l.reach().word().equals("none"));
        await("quiet", p -> p.getStatus().getPhase().equals("Failed"));
    }

    @Test
    void a_handler_that_nobody_configured_is_named_in_kubernetes_words() {
        agent.close();
        agent = agent(pod -> new PodGate.Decision.Admit("nope"));
        agent.start();
        run(pod("nope", "Never", "true"));
        Await.until(() ->
                events("nope").stream()
                        .anyMatch(e ->
                                e.getReason().equals("FailedCreatePodSandBox")
                                        && e.getMessage()
                                                .contains(
                                                        "no runtime for \"nope\" is configured")));
        assertThat(cluster.get(Resource.PODS, key("nope")).orElseThrow().getStatus().getPhase())
                .isEqualTo("Pending");
    }

    @Test
    void logs_and_commands_are_served_on_a_socket_for_its_owner_alone() throws IOException {
        Path socket = Files.createTempDirectory(lab.directory, "s").resolve("node.sock");
        try (NodeServer _ =
                new NodeServer(
                        socket,
                        agent.streams(),
                        agent.figures(),
                        Loopbacks.NONE,
                        Clock.systemUTC())) {
            assertThat(Files.getPosixFilePermissions(socket))
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
            run(pod("served", "Always", "echo one; echo two; sleep 1000"));
            await("served", p -> p.getStatus().getPhase().equals("Running"));
            assertThat(NodeSocket.ask(socket, "GET /healthz", ""))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("ok");
            String logs = "";
            while (!logs.contains("two")) {
                logs = NodeSocket.ask(socket, "GET /containerLogs/it/served/main?tailLines=1", "");
            }
            assertThat(logs).doesNotContain("one");
            assertThat(NodeSocket.ask(socket, "GET /containerLogs/it/served/nope", ""))
                    .contains("400", "container nope is not valid for pod served");
            assertThat(
                            NodeSocket.ask(
                                    socket,
                                    "GET /exec/it/served/main?command=echo&command=a%20b&output=1",
                                    String.join(
                                            "\r\n",
                                            "Upgrade: websocket",
                                            "Sec-WebSocket-Version: 13",
                                            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
                                            "Sec-WebSocket-Protocol: v4.channel.k8s.io",
                                            "Connection: Upgrade",
                                            "")))
                    .startsWith("HTTP/1.1 101")
                    .contains("a b\n")
                    .contains("\"status\":\"Success\"");
        }
    }

    private NodeAgent agent() {
        return agent(pod -> new PodGate.Decision.Admit("runc"));
    }

    private NodeAgent agent(PodGate gate) {
        return new NodeAgent(
                settings,
                cluster,
                client::cri,
                client::subscribe,
                new NodeNetwork(firewall, lab.networks()),
                gate,
                new UserRanges(),
                Clock.systemUTC(),
                "v0");
    }

    private void run(Pod pod) {
        if (cluster.get(Resource.NAMESPACES, ObjectKey.of("it")).isEmpty()) {
            cluster.create(
                    Resource.NAMESPACES,
                    new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                            .withNewMetadata()
                            .withName("it")
                            .endMetadata()
                            .build());
        }
        Pod created = cluster.create(Resource.PODS, pod);
        cluster.bind(
                key(pod.getMetadata().getName()), created.getMetadata().getUid(), settings.name());
    }

    private static Pod pod(String name, String restartPolicy, String script) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace("it")
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy(restartPolicy)
                .withTerminationGracePeriodSeconds(1L)
                .addNewContainer()
                .withName("main")
                .withImage(ContainerdLab.IMAGE)
                .withCommand("/bin/sh", "-c", script)
                .endContainer()
                .endSpec()
                .build();
    }

    /// A pod that asks at once for more memory than it may have.
    private static Pod hungry(String name, String restartPolicy) {
        Pod pod = pod(name, restartPolicy, "");
        pod.getSpec()
                .getContainers()
                .getFirst()
                .setCommand(
                        List.of(
                                "/bin/busybox",
                                "dd",
                                "if=/dev/zero",
                                "of=/dev/null",
                                "bs=200M",
                                "count=1"));
        limit(pod, "memory", "32Mi");
        return pod;
    }

    private static void limit(Pod pod, String resource, String amount) {
        pod.getSpec()
                .getContainers()
                .getFirst()
                .setResources(
                        new io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder()
                                .withLimits(Map.of(resource, new Quantity(amount)))
                                .build());
    }

    private Pod await(String name, Predicate<Pod> condition) {
        return Await.present(() ->
                cluster.get(Resource.PODS, key(name))
                        .filter(pod ->
                                pod.getStatus() != null
                                        && pod.getStatus().getContainerStatuses() != null
                                        && !pod.getStatus().getContainerStatuses().isEmpty())
                        .filter(condition));
    }

    private void awaitGone(String name) {
        Await.until(() -> cluster.get(Resource.PODS, key(name)).isEmpty());
    }

    private static String waitingReason(Pod pod) {
        var waiting = waiting(pod);
        return waiting == null ? "" : waiting.getReason();
    }

    private static ContainerStateWaiting waiting(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getState().getWaiting();
    }

    private List<Event> events(String name) {
        return cluster.list(Resource.EVENTS, Scope.namespace("it")).items().stream()
                .filter(e -> e.getInvolvedObject().getName().equals(name))
                .toList();
    }

    private List<String> reasons(String name) {
        return events(name).stream().map(Event::getReason).toList();
    }

    private String log(String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (NodeStreams.LogReading reading =
                agent.streams().logs("it", name, "main", false, LogQuery.ALL)) {
            reading.copy(out, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    private Path cgroup(String controller, String pod) {
        Path v1 = Path.of("/sys/fs/cgroup", controller);
        Path root = Files.isDirectory(v1) ? v1 : Path.of("/sys/fs/cgroup");
        return root.resolve("glovebox/" + settings.name() + "/kubepods/" + pod);
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("it", name);
    }
}

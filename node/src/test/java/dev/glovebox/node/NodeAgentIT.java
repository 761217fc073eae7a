package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.containerd.Cri;
import dev.glovebox.cri.ContainerFilter;
import dev.glovebox.cri.PodSandboxFilter;
import dev.glovebox.cri.PodSandboxState;
import dev.glovebox.node.forward.Loopbacks;
import dev.glovebox.node.server.NodeServer;
import dev.glovebox.testkit.Await;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a node agent does for pods that it may run, on a real containerd.
class NodeAgentIT extends NodeAgentLab {
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
        Await.until(() -> reasons("done").containsAll(List.of("Pulled", "Created", "Started")));
    }

    /// An end is told before containerd has written the last of what its container said. Complete
    /// is what is not more once everything has ended: before 1.6.22 and 1.7.3 containerd itself
    /// closes a container's pipe at its end, and loses what it has not read by then.
    @Test
    void a_log_is_complete_as_soon_as_the_end_of_its_container_is_told() throws IOException {
        List<String> names = List.of("much-1", "much-2", "much-3");
        for (String name : names) {
            run(pod(name, "Never", "yes '' | head -n 30000"));
        }
        Map<String, Long> atOnce = new HashMap<>();
        long last = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        // Without a pause: what is late is late for milliseconds.
        while (atOnce.size() < names.size()) {
            assertThat(System.nanoTime()).as("only %s ended", atOnce.keySet()).isLessThan(last);
            for (String name : names) {
                if (!atOnce.containsKey(name) && phase(name).equals("Succeeded")) {
                    atOnce.put(name, log(name).lines().count());
                }
            }
        }
        Await.until(() ->
                client.cri().listPodSandbox(PodSandboxFilter.getDefaultInstance()).stream()
                        .noneMatch(each -> each.getState() == PodSandboxState.SANDBOX_READY));
        for (String name : names) {
            assertThat(atOnce.get(name)).as(name).isPositive().isEqualTo(log(name).lines().count());
        }
    }

    private String phase(String name) {
        PodStatus status = cluster.get(Resource.PODS, key(name)).orElseThrow().getStatus();
        return status == null ? "" : status.getPhase();
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

    /// As where it ends at the same moment.
    @Test
    void a_purge_goes_on_where_a_container_cannot_be_stopped() {
        run(pod("stubborn", "Always", "sleep 1000"));
        await("stubborn", p -> p.getStatus().getPhase().equals("Running"));
        agent.close();
        Cri cri = client.cri();
        Cri refusing =
                (Cri)
                        Proxy.newProxyInstance(
                                Cri.class.getClassLoader(),
                                new Class<?>[] {Cri.class},
                                (_, method, of) -> {
                                    if (method.getName().equals("stopContainer")) {
                                        // What containerd refuses of a container that runs.
                                        cri.startContainer((String) of[0]);
                                    }
                                    return method.invoke(cri, of);
                                });
        assertThat(nodePurge().removePods(refusing)).containsExactly("it/stubborn");
        assertThat(cri.listPodSandbox(PodSandboxFilter.getDefaultInstance())).isEmpty();
        assertThat(cri.listContainers(ContainerFilter.getDefaultInstance())).isEmpty();
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
}

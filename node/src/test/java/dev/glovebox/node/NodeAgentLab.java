package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.containerd.ContainerdClient;
import dev.glovebox.network.FirewallRules;
import dev.glovebox.network.Forwarding;
import dev.glovebox.network.Nft;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.node.log.LogQuery;
import dev.glovebox.node.users.UserRanges;
import dev.glovebox.testkit.Await;
import dev.glovebox.testkit.FakeCluster;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/// A node agent on a real containerd, with a fake API.
abstract class NodeAgentLab {
    static ContainerdLab lab;

    final FakeCluster cluster = new FakeCluster(Clock.systemUTC());
    ContainerdClient client;
    NodeSettings settings;
    PodFirewall firewall;
    NodeAgent agent;

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
        NodePurge purge = nodePurge();
        purge.removePods(client.cri());
        purge.removeRest();
        purge.removeCgroups();
        assertThat(purge.left()).isEmpty();
        client.close();
    }

    NodePurge nodePurge() {
        return new NodePurge(
                settings,
                lab.network,
                new FirewallRules(lab.network, ContainerdLab.PODS),
                Nft.ofMachine(),
                new Forwarding(lab.directory.resolve("ip_forward")));
    }

    NodeAgent agent() {
        return agent(pod -> new PodGate.Decision.Admit("runc"));
    }

    NodeAgent agent(PodGate gate) {
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

    void run(Pod pod) {
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

    static Pod pod(String name, String restartPolicy, String script) {
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

    Pod await(String name, Predicate<Pod> condition) {
        return Await.present(() ->
                cluster.get(Resource.PODS, key(name))
                        .filter(pod ->
                                pod.getStatus() != null
                                        && pod.getStatus().getContainerStatuses() != null
                                        && !pod.getStatus().getContainerStatuses().isEmpty())
                        .filter(condition));
    }

    void awaitGone(String name) {
        Await.until(() -> cluster.get(Resource.PODS, key(name)).isEmpty());
    }

    static String waitingReason(Pod pod) {
        var waiting = waiting(pod);
        return waiting == null ? "" : waiting.getReason();
    }

    static ContainerStateWaiting waiting(Pod pod) {
        return pod.getStatus().getContainerStatuses().getFirst().getState().getWaiting();
    }

    List<Event> events(String name) {
        return cluster.list(Resource.EVENTS, Scope.namespace("it")).items().stream()
                .filter(e -> e.getInvolvedObject().getName().equals(name))
                .toList();
    }

    List<String> reasons(String name) {
        return events(name).stream().map(Event::getReason).toList();
    }

    String log(String name) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (NodeStreams.LogReading reading =
                agent.streams().logs("it", name, "main", false, LogQuery.ALL)) {
            reading.copy(out, out);
        }
        return out.toString(StandardCharsets.UTF_8);
    }

    Path cgroup(String controller, String pod) {
        Path v1 = Path.of("/sys/fs/cgroup", controller);
        Path root = Files.isDirectory(v1) ? v1 : Path.of("/sys/fs/cgroup");
        return root.resolve("glovebox/" + settings.name() + "/kubepods/" + pod);
    }

    static ObjectKey key(String name) {
        return new ObjectKey("it", name);
    }
}

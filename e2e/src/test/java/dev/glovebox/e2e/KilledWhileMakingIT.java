package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The engine is killed again and again, while pods are made and removed under runc and gVisor, at
/// moments spread over the making. The property `glovebox.pod.kills` says how often.
@SharedEngine
class KilledWhileMakingIT {
    private static final int KILLS = Integer.getInteger("glovebox.pod.kills", 4);

    /// As long as a node that has begun takes to make or remove a few pods.
    private static final int LONGEST_MAKING_MILLIS = 2000;

    private static final String NAMESPACE = "killed";
    private static final String PODS = "/api/v1/namespaces/" + NAMESPACE + "/pods";
    private static final List<String> RUNTIMES = List.of("runc", "gvisor");

    private final Engine engine;
    private final Kubectl kubectl;
    private final String busybox;
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(Thread::new);
    private final Deque<String> made = new ArrayDeque<>();
    private int count;
    @TempDir private Path directory;

    KilledWhileMakingIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
        this.busybox = engine.busybox();
    }

    @BeforeAll
    static void startPods(Engine engine, Kubectl kubectl) {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        for (var runtime : RUNTIMES) {
            var manifest =
                    Manifests.pod(
                                    "steady-" + runtime,
                                    engine.busybox(),
                                    "exec sleep 10000",
                                    "runtimeClassName: " + runtime)
                            + "    readinessProbe: {exec: {command: ['true']}, periodSeconds: 2}\n";
            kubectl.command("-n", NAMESPACE, "apply", "-f", "-").input(manifest).run().ok();
        }
        RUNTIMES.forEach(runtime -> kubectl.awaitReady(NAMESPACE, "steady-" + runtime));
    }

    @AfterAll
    static void remove(Engine engine, Kubectl kubectl) {
        engine.up().ok();
        kubectl.run("delete", "namespace", NAMESPACE, "--ignore-not-found").ok();
    }

    @Test
    void killed_at_any_point_it_finishes_what_it_began_and_leaves_nothing() throws Exception {
        var seed = System.nanoTime();
        System.out.printf("%d kills, seed %d%n", KILLS, seed);
        var random = new Random(seed);
        var before = Holdings.of(engine);
        var steady = list();
        var watch = new PodWatch(NAMESPACE, ModelWriter.revision(steady));

        kill(engine.pid());
        for (var kill = 0; kill < KILLS; kill++) {
            live(watch, (int) (LONGEST_MAKING_MILLIS * (kill + random.nextDouble()) / KILLS));
        }
        engine.up().ok();
        Await.until(() -> items().stream().allMatch(KilledWhileMakingIT::settled));
        var pods = items();
        assertThat(pods).hasSize(RUNTIMES.size() + made.size());
        assertThat(pods).allSatisfy(this::isOnce);
        for (var pod : steady.required("items")) {
            var name = pod.at("/metadata/name").textValue();
            assertThat(watch.seen(name))
                    .as("the status of a pod that runs")
                    .isSubsetOf(PodWatch.facts(pod));
            assertThat(PodWatch.facts(kubectl.get("-n", NAMESPACE, "pod", name)))
                    .isEqualTo(PodWatch.facts(pod));
        }
        assertThat(watch.seen(made.getFirst())).as("what the watch sees").isNotEmpty();
        made.forEach(
                pod -> kubectl.run("-n", NAMESPACE, "delete", "pod", pod, "--wait=false").ok());
        assertThat(Holdings.left(engine, before)).as("left, seed %d", seed).isEmpty();
    }

    /// One life: two pods are made and the two oldest go, until the kill.
    ///
    /// @param millis from the moment at which the node began with one of the new pods
    private void live(PodWatch watch, int millis) throws Exception {
        try (var life = Life.startWithNode(engine, directory.resolve("engine.log"))) {
            var watching =
                    threads.submit(() -> {
                        watch.watchUntilGone(life.api());
                        return true;
                    });
            var begun = new ArrayList<Path>();
            for (var runtime : RUNTIMES) {
                var uid = make(life.api(), runtime);
                begun.add(engine.dataDirectory().resolve("pods").resolve(uid));
            }
            while (made.size() > 2 * RUNTIMES.size()) {
                var reply = life.api().send("DELETE", PODS + "/" + made.pop(), "text/plain", "");
                assertThat(reply.code()).as(reply.toString()).isEqualTo(200);
            }
            var deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
            while (begun.stream().noneMatch(Files::exists)) {
                assertThat(System.nanoTime()).as("no pod was begun").isLessThan(deadline);
                TimeUnit.MILLISECONDS.sleep(5);
            }
            TimeUnit.MILLISECONDS.sleep(millis);
            life.process().destroyForcibly().onExit().join();
            watching.get(1, TimeUnit.MINUTES);
        }
    }

    /// Answers with the pod's uid.
    private String make(ApiClient api, String runtime) throws IOException, InterruptedException {
        var name = "made-" + count++;
        var reply =
                api.send(
                        "POST",
                        PODS,
                        "application/yaml",
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s}
                        spec:
                          runtimeClassName: %s
                          terminationGracePeriodSeconds: 1
                          volumes: [{name: v, emptyDir: {medium: Memory, sizeLimit: 1Mi}}]
                          initContainers: [{name: first, image: '%s', command: ['true']}]
                          containers:
                          - name: main
                            image: '%s'
                            command: [sleep, '10000']
                            volumeMounts: [{name: v, mountPath: /v, subPath: a}]
                        """
                                .formatted(name, runtime, busybox, busybox));
        assertThat(reply.code()).as(reply.toString()).isEqualTo(201);
        made.add(name);
        return reply.body().at("/metadata/uid").textValue();
    }

    private void kill(long pid) {
        Command.of("kill", "-KILL", Long.toString(pid)).run().ok();
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
    }

    private List<JsonNode> items() {
        var items = new ArrayList<JsonNode>();
        kubectl.get("-n", NAMESPACE, "pods").required("items").forEach(items::add);
        return items;
    }

    private JsonNode list() throws IOException, InterruptedException {
        try (var api = ApiClient.of(engine.kubeconfig())) {
            return api.get(PODS).body();
        }
    }

    private static boolean settled(JsonNode pod) {
        return Waves.ready(pod) && pod.at("/metadata/deletionTimestamp").isMissingNode();
    }

    /// One sandbox, and of each container one that runs: a second was made only where the start of
    /// the first was cut off, as the kubelet makes it.
    private void isOnce(JsonNode pod) {
        var uid = pod.at("/metadata/uid").textValue();
        Map<String, Integer> kinds = new TreeMap<>();
        var tasks = Holdings.ctr(engine, "tasks", "ls");
        for (var kind : List.of("sandbox", "container")) {
            var ids =
                    Holdings.ctr(
                            engine,
                            "containers",
                            "ls",
                            "-q",
                            "labels.\"io.kubernetes.pod.uid\"==%s,labels.\"io.cri-containerd.kind\"==%s"
                                    .formatted(uid, kind));
            kinds.put(kind, ids.size());
            var running =
                    tasks.stream()
                            .filter(line -> line.contains("RUNNING"))
                            .filter(line -> ids.contains(line.split("\\s+", 2)[0]))
                            .count();
            assertThat(running).as("%s of %s running", kind, pod.at("/metadata/name")).isOne();
        }
        assertThat(kinds.get("sandbox")).as("sandboxes of %s", pod.at("/metadata/name")).isOne();
        assertThat(pod.at("/status/containerStatuses/0/restartCount").intValue())
                .as("restarts of %s", pod.at("/metadata/name"))
                .isLessThanOrEqualTo(1);
    }
}

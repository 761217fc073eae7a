package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.containerd.ContentStore;
import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.control.ControlClient;
import dev.glovebox.control.ControlServer;
import dev.glovebox.control.Request;
import dev.glovebox.control.RunSpec;
import dev.glovebox.cri.Image;
import dev.glovebox.testkit.Await;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A run until its container has started, over a real socket; there is no node, so that the pod
/// does what the test says.
@Timeout(30)
class RunRequestTest {
    @TempDir Path directory;
    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());
    private final List<String> stopped = new CopyOnWriteArrayList<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Runs run = new Runs();
    private Parts parts;

    @BeforeEach
    void parts() {
        Cri cri = cri();
        parts =
                new Parts(
                        "master",
                        cri,
                        new ImageStore(
                                cri,
                                fake(ContentStore.class, Map.of()),
                                ImageStore.Settings.in(directory)),
                        unused(),
                        unused(),
                        new ProvenHandlers(List.of(Handlers.RUNC), Map.of()),
                        "busybox",
                        unused(),
                        Map::of);
    }

    @Test
    void what_an_event_warns_of_ends_the_run_in_one_line_and_its_pod_with_it() throws Exception {
        CompletableFuture<Integer> code = ask();
        warn(pod(), "no handler\n  is ready");

        assertThat(code.join()).isEqualTo(125);
        assertThat(said()).isEqualTo("glovebox: the pod does not start: no handler; is ready\n");
        assertThat(pods()).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void a_pod_that_is_taken_away_ends_the_run() throws Exception {
        CompletableFuture<Integer> code = ask();
        cluster.delete(
                Resource.PODS,
                ObjectKey.of(pod()),
                new DeleteOptions(Optional.empty(), Optional.empty()));

        assertThat(code.join()).isEqualTo(125);
        assertThat(said()).isEqualTo("glovebox: the pod was deleted before it ran\n");
    }

    @Test
    void nothing_is_made_in_a_namespace_that_somebody_trusts_by_now() throws Exception {
        cluster.create(Resource.NAMESPACES, trusted());

        assertThat(ask().join()).isEqualTo(125);
        assertThat(said()).contains("does not say glovebox.dev/trust=untrusted");
        assertThat(pods()).isEmpty();
    }

    @Test
    void a_limit_that_would_bind_nothing_is_refused_before_anything_is_made() throws Exception {
        run.isolation = RunSpec.Isolation.KATA;
        run.pids = 5;

        assertThat(ask().join()).isEqualTo(125);
        assertThat(said()).contains("--pids binds nothing under kata");
        assertThat(pods()).isEmpty();
    }

    @Test
    void a_caller_that_leaves_before_a_container_is_made_leaves_no_pod_even_one_to_keep()
            throws Exception {
        run.keep = true;
        try (ControlServer _ = serve(run.spec())) {
            ControlClient client = ControlClient.connect(socket());
            client.start(new Request.Run(run.spec()));
            pod();
            client.close();
            awaitNoPod();
        }
        assertThat(stopped).isEmpty();
        assertThat(failures).isEmpty();
    }

    @Test
    void a_caller_that_leaves_later_has_the_container_stopped_of_a_pod_to_keep() throws Exception {
        run.keep = true;
        try (ControlServer _ = serve(run.spec())) {
            ControlClient client = ControlClient.connect(socket());
            client.start(new Request.Run(run.spec()));
            made(pod(), "containerd://c1");
            client.close();
            Await.until(() -> !stopped.isEmpty());
        }
        assertThat(stopped).containsExactly("c1");
        assertThat(pods()).hasSize(1);
    }

    private CompletableFuture<Integer> ask() {
        RunSpec spec = run.spec();
        return CompletableFuture.supplyAsync(() -> {
            try (ControlServer _ = serve(spec);
                    ControlClient client = ControlClient.connect(socket())) {
                return client.converse(
                        new Request.Run(spec), new ByteArrayOutputStream(), err, line -> {});
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
    }

    private ControlServer serve(RunSpec spec) throws IOException {
        return ControlServer.listen(
                socket(),
                (request, talk) -> new RunRequest(cluster, List.of(parts), spec, talk).run(),
                failures::add);
    }

    private Path socket() {
        return directory.resolve("sock");
    }

    private String said() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private List<Pod> pods() {
        return cluster.list(Resource.PODS, Scope.ALL).items();
    }

    private Pod pod() {
        return Await.present(() -> pods().stream().findFirst());
    }

    private void awaitNoPod() {
        Await.until(() -> pods().isEmpty());
    }

    private void made(Pod made, String container) {
        cluster.bind(ObjectKey.of(made), made.getMetadata().getUid(), "master");
        Pod pod = pods().getFirst();
        pod.setStatus(
                new PodStatusBuilder()
                        .withContainerStatuses(
                                new ContainerStatusBuilder()
                                        .withName("main")
                                        .withContainerID(container)
                                        .withNewState()
                                        .endState()
                                        .build())
                        .build());
        cluster.updateSubresource(Resource.PODS, pod, "status");
    }

    private void warn(Pod pod, String message) {
        cluster.create(
                Resource.EVENTS,
                new EventBuilder()
                        .withNewMetadata()
                        .withNamespace(pod.getMetadata().getNamespace())
                        .withName("warning")
                        .endMetadata()
                        .withType("Warning")
                        .withMessage(message)
                        .withNewInvolvedObject()
                        .withUid(pod.getMetadata().getUid())
                        .endInvolvedObject()
                        .build());
    }

    private static io.fabric8.kubernetes.api.model.Namespace trusted() {
        var namespace = RunPod.namespace(new Runs().spec());
        namespace.getMetadata().setLabels(Map.of("glovebox.dev/trust", "trusted"));
        return namespace;
    }

    private Cri cri() {
        return fake(
                Cri.class,
                Map.of(
                        "imageStatus",
                        _ -> Optional.of(Image.newBuilder().setId("sha256:0").build()),
                        "stopContainer",
                        words -> stopped.add(String.valueOf(words[0]))));
    }

    /// One that can do only this.
    private static <T> T fake(Class<T> port, Map<String, Answer> answers) {
        return port.cast(
                Proxy.newProxyInstance(
                        port.getClassLoader(),
                        new Class<?>[] {port},
                        (_, method, words) -> {
                            Answer answer = answers.get(method.getName());
                            if (answer == null) {
                                throw new AssertionError("nobody should ask " + method.getName());
                            }
                            Object answered = answer.to(words);
                            return method.getReturnType() == void.class ? null : answered;
                        }));
    }

    /// What a fake answers.
    @FunctionalInterface
    private interface Answer {
        Object to(Object[] words);
    }

    /// A part that a run needs only once its container has started.
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <T> T unused() {
        return null;
    }
}

package dev.glovebox.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.testkit.FakeCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NamespaceControllerTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));

    private final FakeCluster cluster = new FakeCluster(Clock.systemUTC());
    private final NamespaceController controller =
            NamespaceController.start(
                    cluster,
                    () -> List.of(Resource.PODS, Resource.EVENTS),
                    Clock.systemUTC(),
                    SHORT);
    private final Reflector<Namespace> namespaces =
            Reflector.start(cluster, Resource.NAMESPACES, Scope.ALL, SHORT);
    private final Reflector<Pod> pods = Reflector.start(cluster, Resource.PODS, Scope.ALL, SHORT);

    @AfterEach
    void close() {
        controller.close();
        namespaces.close();
        pods.close();
    }

    @Test
    void a_namespace_goes_with_its_pods() throws Exception {
        create("doomed");
        pod("doomed", "a", "");

        cluster.delete(Resource.NAMESPACES, ObjectKey.of("doomed"), DeleteOptions.DEFAULT);

        awaitGone(namespaces, ObjectKey.of("doomed"));
        awaitGone(pods, new ObjectKey("doomed", "a"));
    }

    @Test
    void a_namespace_stays_until_its_running_pods_have_had_their_grace() throws Exception {
        create("slow");
        Pod pod = pod("slow", "a", "node-1");

        cluster.delete(Resource.NAMESPACES, ObjectKey.of("slow"), DeleteOptions.DEFAULT);
        awaitDeletion(new ObjectKey("slow", "a"));

        assertThat(cluster.get(Resource.NAMESPACES, ObjectKey.of("slow"))).isPresent();
        cluster.delete(
                Resource.PODS,
                new ObjectKey("slow", "a"),
                DeleteOptions.now(pod.getMetadata().getUid()));
        awaitGone(namespaces, ObjectKey.of("slow"));
    }

    @Test
    void a_kind_that_cannot_be_read_keeps_the_namespace_and_not_what_else_is_in_it()
            throws Exception {
        controller.close();
        create("stuck");
        pod("stuck", "a", "");
        AtomicBoolean gone = new AtomicBoolean(true);
        try (NamespaceController _ =
                NamespaceController.start(
                        Unreadable.of(cluster, Resource.EVENTS, gone),
                        () -> List.of(Resource.EVENTS, Resource.PODS),
                        Clock.systemUTC(),
                        SHORT)) {
            cluster.delete(Resource.NAMESPACES, ObjectKey.of("stuck"), DeleteOptions.DEFAULT);
            awaitGone(pods, new ObjectKey("stuck", "a"));
            assertThat(cluster.get(Resource.NAMESPACES, ObjectKey.of("stuck"))).isPresent();
            gone.set(false);
            awaitGone(namespaces, ObjectKey.of("stuck"));
        }
    }

    @Test
    void other_namespaces_keep_their_pods() throws Exception {
        create("doomed");
        create("kept");
        pod("kept", "a", "");

        cluster.delete(Resource.NAMESPACES, ObjectKey.of("doomed"), DeleteOptions.DEFAULT);
        awaitGone(namespaces, ObjectKey.of("doomed"));

        assertThat(cluster.get(Resource.PODS, new ObjectKey("kept", "a"))).isPresent();
    }

    private void create(String name) {
        cluster.create(
                Resource.NAMESPACES,
                new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build());
    }

    private Pod pod(String namespace, String name, String node) {
        Pod pod =
                cluster.create(
                        Resource.PODS,
                        new PodBuilder()
                                .withNewMetadata()
                                .withNamespace(namespace)
                                .withName(name)
                                .endMetadata()
                                .withNewSpec()
                                .addNewContainer()
                                .withName("c")
                                .withImage("i")
                                .endContainer()
                                .endSpec()
                                .build());
        if (!node.isEmpty()) {
            cluster.bind(ObjectKey.of(pod), pod.getMetadata().getUid(), node);
        }
        return pod;
    }

    private void awaitDeletion(ObjectKey key) throws InterruptedException {
        Image<Pod> image = Image.unknown();
        while (image.get(key)
                .filter(pod -> pod.getMetadata().getDeletionTimestamp() != null)
                .isEmpty()) {
            image = later(pods, image);
        }
    }

    private static <T extends HasMetadata> void awaitGone(Reflector<T> source, ObjectKey key)
            throws InterruptedException {
        Image<T> image = Image.unknown();
        do {
            image = later(source, image);
        } while (image.get(key).isPresent());
    }

    private static <T extends HasMetadata> Image<T> later(Reflector<T> source, Image<T> image)
            throws InterruptedException {
        Image<T> next = source.awaitAfter(image.generation(), LONG);
        assertThat(next.generation()).as("changes came in time").isGreaterThan(image.generation());
        return next;
    }
}

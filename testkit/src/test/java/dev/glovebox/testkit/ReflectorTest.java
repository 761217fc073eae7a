package dev.glovebox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Delta;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReflectorTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(5));

    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());
    private final Reflector<Namespace> reflector =
            Reflector.start(cluster, Resource.NAMESPACES, Scope.ALL, SHORT);

    @AfterEach
    void close() {
        reflector.close();
    }

    @Test
    void the_first_image_is_the_list() throws Exception {
        Image<Namespace> image = reflector.awaitAfter(0, LONG);
        assertThat(image.isSynced()).isTrue();
        assertThat(names(image)).containsExactly("default", "kube-system");
    }

    @Test
    void changes_lead_to_later_images_and_deltas() throws Exception {
        Image<Namespace> before = reflector.awaitAfter(0, LONG);
        Namespace created = create("a");
        Image<Namespace> after = reflector.awaitAfter(before.generation(), LONG);
        assertThat(Delta.between(before, after).changed().values()).containsExactly(created);
        assertThat(before.get(ObjectKey.of("a"))).isEmpty();
        assertThat(after.resourceVersion()).isEqualTo(created.getMetadata().getResourceVersion());

        remove("a");
        Image<Namespace> last = await(after, Set.of("default", "kube-system"));
        assertThat(Delta.between(after, last).removed()).containsOnlyKeys(ObjectKey.of("a"));
        assertThat(Delta.between(after, last).changed()).isEmpty();
    }

    @Test
    void an_expired_watch_makes_it_list_again() throws Exception {
        Image<Namespace> before = reflector.awaitAfter(0, LONG);
        cluster.breakWatches(new ApiException(StatusReason.EXPIRED, "too old"));
        create("a");
        cluster.compact();
        await(before, Set.of("a", "default", "kube-system"));
    }

    @Test
    void a_watch_that_came_to_its_end_goes_on_without_a_list() throws Exception {
        Image<Namespace> before = reflector.awaitAfter(0, LONG);
        ApiException unasked = new ApiException(StatusReason.SERVICE_UNAVAILABLE, "unasked");
        cluster.refuseNext("list", unasked);
        cluster.breakWatches(new ApiException(StatusReason.TIMEOUT, "the watch has ended"));
        create("a");
        Image<Namespace> after = await(before, Set.of("a", "default", "kube-system"));
        cluster.breakWatches(new ApiException(StatusReason.TIMEOUT, "the watch has ended"));
        remove("a");
        await(after, Set.of("default", "kube-system"));
        assertThatThrownBy(() -> cluster.list(Resource.NAMESPACES, Scope.ALL)).isSameAs(unasked);
    }

    @Test
    void failures_are_outlived_with_the_last_image_in_hand() throws Exception {
        Image<Namespace> before = reflector.awaitAfter(0, LONG);
        ApiException busy = new ApiException(StatusReason.SERVICE_UNAVAILABLE, "busy");
        cluster.refuseNext("list", busy);
        cluster.refuseNext("list", busy);
        cluster.refuseNext("watch", busy);
        cluster.breakWatches(busy);
        assertThat(reflector.image().objects()).isEqualTo(before.objects());
        create("a");
        await(before, Set.of("a", "default", "kube-system"));
    }

    @Test
    void an_object_made_anew_under_its_key_is_changed() throws Exception {
        create("a");
        Image<Namespace> before = await(Image.unknown(), Set.of("a", "default", "kube-system"));
        remove("a");
        Namespace again = create("a");
        Image<Namespace> after = before;
        while (!after.get(ObjectKey.of("a")).equals(Optional.of(again))) {
            after = reflector.awaitAfter(after.generation(), LONG);
        }
        assertThat(Delta.between(before, after).changed().values()).containsExactly(again);
    }

    @Test
    void whatever_happens_the_image_ends_as_the_api_is() throws Exception {
        Random random = new Random(7);
        for (int i = 0; i < 300; i++) {
            String name = "n" + random.nextInt(10);
            if (cluster.get(Resource.NAMESPACES, ObjectKey.of(name)).isEmpty()) {
                create(name);
            } else {
                remove(name);
            }
            if (random.nextInt(20) == 0) {
                cluster.breakWatches(new ApiException(StatusReason.EXPIRED, "too old"));
                cluster.compact();
            }
        }
        var truth =
                cluster.list(Resource.NAMESPACES, Scope.ALL).items().stream()
                        .map(namespace -> namespace.getMetadata().getName())
                        .collect(Collectors.toSet());
        await(Image.unknown(), truth);
    }

    @Test
    void closing_ends_whoever_waits() throws Exception {
        Image<Namespace> image = reflector.awaitAfter(0, LONG);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Image<Namespace>> waiting =
                    threads.submit(() -> reflector.awaitAfter(image.generation(), LONG));
            reflector.close();
            assertThat(waiting.get()).isEqualTo(image);
        }
    }

    private Image<Namespace> await(Image<Namespace> from, Set<String> names)
            throws InterruptedException {
        Image<Namespace> image = from;
        do {
            Image<Namespace> next = reflector.awaitAfter(image.generation(), LONG);
            assertThat(next.generation()).as("%s", names(next)).isGreaterThan(image.generation());
            image = next;
        } while (!names(image).equals(names));
        return image;
    }

    private static Set<String> names(Image<Namespace> image) {
        return image.values().stream()
                .map(namespace -> namespace.getMetadata().getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private Namespace create(String name) {
        return cluster.create(
                Resource.NAMESPACES,
                new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build());
    }

    private void remove(String name) {
        cluster.delete(Resource.NAMESPACES, ObjectKey.of(name), DeleteOptions.DEFAULT);
        Namespace dying = cluster.get(Resource.NAMESPACES, ObjectKey.of(name)).orElseThrow();
        dying.getSpec().setFinalizers(List.of());
        cluster.updateSubresource(Resource.NAMESPACES, dying, "finalize");
    }
}

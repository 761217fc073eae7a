package dev.glovebox.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.testkit.FakeCluster;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GarbageCollectorTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));

    private final FakeCluster cluster = new FakeCluster(Clock.systemUTC());
    private final GarbageCollector collector =
            GarbageCollector.start(
                    cluster,
                    () -> List.of(new OwnedKind("Pod", Resource.PODS)),
                    Clock.systemUTC(),
                    SHORT);
    private final Reflector<Pod> pods = Reflector.start(cluster, Resource.PODS, Scope.ALL, SHORT);

    @AfterEach
    void close() {
        collector.close();
        pods.close();
    }

    @Test
    void what_is_owned_goes_after_its_owner() throws Exception {
        Pod owner = create("owner", null);
        create("owned", owner);
        create("free", null);
        delete("owner");
        await(() -> isGone("owned"));
        assertThat(cluster.get(Resource.PODS, key("free"))).isPresent();
    }

    @Test
    void what_somebody_else_owns_too_stays_and_names_them_alone() throws Exception {
        Pod one = create("one", null);
        Pod other = create("other", null);
        Pod shared =
                new PodBuilder(pod("shared", one))
                        .editMetadata()
                        .addToOwnerReferences(
                                pod("x", other).getMetadata().getOwnerReferences().getFirst())
                        .endMetadata()
                        .build();
        cluster.create(Resource.PODS, shared);
        delete("one");
        await(() -> owners("shared") == 1);
        assertThat(
                        cluster.get(Resource.PODS, key("shared"))
                                .orElseThrow()
                                .getMetadata()
                                .getOwnerReferences())
                .singleElement()
                .satisfies(left -> assertThat(left.getName()).isEqualTo("other"));
    }

    @Test
    void an_owner_of_the_same_name_and_another_uid_is_no_owner() throws Exception {
        Pod owner = create("owner", null);
        Pod lost = pod("lost", owner);
        lost.getMetadata().getOwnerReferences().getFirst().setUid("somebody-else");
        cluster.create(Resource.PODS, lost);
        await(() -> isGone("lost"));
    }

    @Test
    void an_owner_of_a_kind_that_is_not_known_counts_as_there() throws Exception {
        Pod owner = create("owner", null);
        Pod foreign = pod("foreign", owner);
        foreign.getMetadata().getOwnerReferences().getFirst().setKind("Widget");
        cluster.create(Resource.PODS, foreign);
        create("canary", owner);
        delete("owner");
        await(() -> isGone("canary"));
        assertThat(cluster.get(Resource.PODS, key("foreign"))).isPresent();
    }

    @Test
    void an_orphaning_owner_goes_and_those_it_owned_stay_without_it() throws Exception {
        Pod owner = create("owner", null);
        create("owned", owner);
        hold("owner", "orphan");
        delete("owner");
        await(() -> isGone("owner"));
        assertThat(
                        cluster.get(Resource.PODS, key("owned"))
                                .orElseThrow()
                                .getMetadata()
                                .getOwnerReferences())
                .isEmpty();
    }

    @Test
    void an_owner_in_the_foreground_goes_last() throws Exception {
        Pod owner = create("owner", null);
        create("owned", owner);
        hold("owned", "example.com/wait");
        hold("owner", "foregroundDeletion");
        delete("owner");
        await(() ->
                cluster.get(Resource.PODS, key("owned"))
                        .filter(pod -> pod.getMetadata().getDeletionTimestamp() != null)
                        .isPresent());
        assertThat(cluster.get(Resource.PODS, key("owner"))).isPresent();
        hold("owned", "");
        await(() -> isGone("owner"));
        assertThat(cluster.get(Resource.PODS, key("owned"))).isEmpty();
    }

    private void hold(String name, String finalizer) {
        String list = finalizer.isEmpty() ? "[]" : "[\"" + finalizer + "\"]";
        cluster.patch(
                Resource.PODS,
                key(name),
                new Patch.Merge("{\"metadata\":{\"finalizers\":" + list + "}}"),
                "");
    }

    private void delete(String name) {
        cluster.delete(Resource.PODS, key(name), DeleteOptions.DEFAULT);
    }

    private Pod create(String name, @org.jspecify.annotations.Nullable Pod owner) {
        return cluster.create(Resource.PODS, pod(name, owner));
    }

    private int owners(String name) {
        return cluster.get(Resource.PODS, key(name))
                .map(pod -> pod.getMetadata().getOwnerReferences().size())
                .orElse(-1);
    }

    private boolean isGone(String name) {
        return cluster.get(Resource.PODS, key(name)).isEmpty();
    }

    /// Looks at the cluster itself after each change: an image may be behind.
    private void await(BooleanSupplier wanted) throws InterruptedException {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it did not come").isLessThan(deadline);
            pods.awaitAfter(pods.image().generation(), Duration.ofMillis(20));
        }
    }

    private static ObjectKey key(String name) {
        return new ObjectKey("default", name);
    }

    private static Pod pod(String name, @org.jspecify.annotations.Nullable Pod owner) {
        PodBuilder pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(name)
                        .endMetadata()
                        .withNewSpec()
                        .endSpec();
        if (owner != null) {
            pod.editMetadata()
                    .addNewOwnerReference()
                    .withApiVersion("v1")
                    .withKind("Pod")
                    .withName(owner.getMetadata().getName())
                    .withUid(owner.getMetadata().getUid())
                    .withBlockOwnerDeletion(true)
                    .endOwnerReference()
                    .endMetadata();
        }
        return pod.build();
    }
}

package dev.glovebox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cluster.Change;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Listing;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.PodToken;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.Watch;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.Names;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.NodeConditionBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every implementation of [Cluster] does. Objects are complete enough for an API that
/// validates, and live in a trusted namespace, so that admission leaves them alone.
public abstract class ClusterContract {
    private static final String NAMESPACE = "contract";
    private static final Duration LONG = Duration.ofMinutes(1);

    private Cluster cluster;

    /// An API that holds no pods, nodes or namespace `contract`, for an identity that may do
    /// everything.
    protected abstract Cluster open();

    /// Makes the API forget its past, so that a watch from an earlier revision cannot begin.
    protected abstract void compact();

    @BeforeEach
    void openCluster() {
        cluster = open();
        cluster.create(
                Resource.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .addToLabels(Names.TRUST_LABEL, "trusted")
                        .endMetadata()
                        .build());
        account();
    }

    /// The account of pods, where no controller has made it.
    private void account() {
        try {
            cluster.create(
                    Resource.SERVICE_ACCOUNTS,
                    new ServiceAccountBuilder()
                            .withNewMetadata()
                            .withNamespace(NAMESPACE)
                            .withName("default")
                            .endMetadata()
                            .build());
        } catch (ApiException e) {
            assertThat(e.reason()).isEqualTo(StatusReason.ALREADY_EXISTS);
        }
    }

    @Test
    void a_created_object_has_an_identity_and_can_be_read() {
        Pod created = create("a");
        assertThat(created.getMetadata().getUid()).isNotEmpty();
        assertThat(created.getMetadata().getResourceVersion()).isNotEmpty();
        assertThat(created.getMetadata().getCreationTimestamp()).isNotEmpty();
        assertThat(created.getStatus().getPhase()).isEqualTo("Pending");
        assertThat(cluster.get(Resource.PODS, key("a"))).contains(created);
        assertThat(cluster.get(Resource.PODS, key("b"))).isEmpty();
    }

    @Test
    void a_name_is_taken_once() {
        create("a");
        refused(StatusReason.ALREADY_EXISTS, "pods \"a\" already exists", () -> create("a"));
    }

    @Test
    void a_namespace_has_to_exist() {
        Pod pod = pod("a");
        pod.getMetadata().setNamespace("nowhere");
        refused(
                StatusReason.NOT_FOUND,
                "namespaces \"nowhere\" not found",
                () -> cluster.create(Resource.PODS, pod));
    }

    @Test
    void a_list_covers_its_scope_at_a_revision() {
        Pod first = create("a");
        Pod labelled = pod("b");
        labelled.getMetadata().setLabels(Map.of("app", "web", "tier", "front"));
        labelled.getSpec().setNodeName("n1");
        Pod second = cluster.create(Resource.PODS, labelled);
        assertThat(list(Scope.ALL)).containsExactly(first, second);
        assertThat(list(Scope.namespace("default"))).isEmpty();
        assertThat(list(Scope.fields("spec.nodeName=n1"))).containsExactly(second);
        assertThat(list(Scope.fields("spec.nodeName="))).containsExactly(first);
        assertThat(list(Scope.fields("metadata.name=a,metadata.namespace=" + NAMESPACE)))
                .containsExactly(first);
        assertThat(list(new Scope("", "", "app=web"))).containsExactly(second);
        assertThat(list(new Scope("", "", "app in (web, db),tier!=back"))).containsExactly(second);
        assertThat(list(new Scope("", "", "!app"))).containsExactly(first);
    }

    @Test
    void an_update_of_an_old_version_conflicts() {
        Pod created = create("a");
        created.getMetadata().setLabels(Map.of("app", "web"));
        Pod updated = cluster.update(Resource.PODS, created);
        assertThat(updated.getMetadata().getLabels()).containsEntry("app", "web");
        assertThat(updated.getMetadata().getResourceVersion())
                .isNotEqualTo(created.getMetadata().getResourceVersion());
        created.getMetadata().setLabels(Map.of("app", "db"));
        refused(
                StatusReason.CONFLICT,
                "the object has been modified",
                () -> cluster.update(Resource.PODS, created));
    }

    @Test
    void what_does_not_exist_cannot_be_written() {
        refused(
                StatusReason.NOT_FOUND,
                "pods \"a\" not found",
                () -> cluster.updateStatus(Resource.PODS, pod("a")));
        refused(
                StatusReason.NOT_FOUND,
                "pods \"a\" not found",
                () -> cluster.patch(Resource.PODS, key("a"), new Patch.Merge("{}"), ""));
        refused(
                StatusReason.NOT_FOUND,
                "pods \"a\" not found",
                () -> cluster.delete(Resource.PODS, key("a"), DeleteOptions.DEFAULT));
        refused(
                StatusReason.NOT_FOUND,
                "pods \"a\" not found",
                () -> cluster.bind(key("a"), "some-uid", "n1"));
    }

    @Test
    void an_update_leaves_the_status_alone_and_a_status_update_the_rest() {
        Pod pod = create("a");
        pod.getStatus().setPhase("Running");
        pod.getMetadata().setLabels(Map.of("app", "web"));
        Pod updated = cluster.update(Resource.PODS, pod);
        assertThat(updated.getStatus().getPhase()).isEqualTo("Pending");

        updated.getStatus().setPhase("Running");
        updated.getSpec().setNodeName("n1");
        Pod running = cluster.updateStatus(Resource.PODS, updated);
        assertThat(running.getStatus().getPhase()).isEqualTo("Running");
        assertThat(running.getSpec().getNodeName()).isNull();
    }

    @Test
    void a_write_that_changes_nothing_makes_no_new_version() {
        Pod pod = create("a");
        assertThat(cluster.updateStatus(Resource.PODS, pod)).isEqualTo(pod);
    }

    @Test
    void patches_of_all_kinds_change_what_they_name() {
        create("a");
        Pod merged =
                cluster.patch(
                        Resource.PODS,
                        key("a"),
                        new Patch.Merge("{\"metadata\":{\"labels\":{\"a\":\"1\",\"b\":\"2\"}}}"),
                        "");
        assertThat(merged.getMetadata().getLabels()).isEqualTo(Map.of("a", "1", "b", "2"));
        Pod operated =
                cluster.patch(
                        Resource.PODS,
                        key("a"),
                        new Patch.Json("[{\"op\":\"remove\",\"path\":\"/metadata/labels/a\"}]"),
                        "");
        assertThat(operated.getMetadata().getLabels()).isEqualTo(Map.of("b", "2"));
        condition("Ready", "False");
        condition("Initialized", "True");
        Pod strategic = condition("Ready", "True");
        assertThat(strategic.getStatus().getConditions())
                .extracting(condition -> condition.getType() + "=" + condition.getStatus())
                .containsExactlyInAnyOrder("Ready=True", "Initialized=True");
    }

    private Pod condition(String type, String status) {
        String patch =
                "{\"status\":{\"conditions\":[{\"type\":\"%s\",\"status\":\"%s\"}]}}"
                        .formatted(type, status);
        return cluster.patch(Resource.PODS, key("a"), new Patch.StrategicMerge(patch), "status");
    }

    @Test
    void a_pod_is_bound_once_and_only_as_the_scheduler_saw_it() {
        Pod pod = create("a");
        refused(StatusReason.CONFLICT, "", () -> cluster.bind(key("a"), "another-uid", "n1"));
        cluster.bind(key("a"), pod.getMetadata().getUid(), "n1");
        Pod bound = cluster.get(Resource.PODS, key("a")).orElseThrow();
        assertThat(bound.getSpec().getNodeName()).isEqualTo("n1");
        assertThat(bound.getStatus().getConditions())
                .anyMatch(condition ->
                        condition.getType().equals("PodScheduled")
                                && condition.getStatus().equals("True"));
        refused(
                StatusReason.CONFLICT,
                "is already assigned to node \"n1\"",
                () -> cluster.bind(key("a"), pod.getMetadata().getUid(), "n2"));
    }

    @Test
    void a_pod_on_a_node_is_deleted_with_grace_and_gone_when_the_node_says_so() throws Exception {
        Pod pod = create("a");
        String uid = pod.getMetadata().getUid();
        cluster.bind(key("a"), uid, "n1");
        try (Watch<Pod> watch = watchFrom(revision())) {
            DeleteOptions gentle =
                    new DeleteOptions(Optional.of(Duration.ofSeconds(7)), Optional.empty());
            cluster.delete(Resource.PODS, key("a"), gentle);
            Pod dying = cluster.get(Resource.PODS, key("a")).orElseThrow();
            assertThat(dying.getMetadata().getDeletionTimestamp()).isNotEmpty();
            assertThat(dying.getMetadata().getDeletionGracePeriodSeconds()).isEqualTo(7);
            refused(
                    StatusReason.CONFLICT,
                    "",
                    () ->
                            cluster.delete(
                                    Resource.PODS, key("a"), DeleteOptions.now("another-uid")));
            cluster.delete(Resource.PODS, key("a"), DeleteOptions.now(uid));
            assertThat(cluster.get(Resource.PODS, key("a"))).isEmpty();
            assertThat(next(watch)).isEqualTo("Modified a");
            assertThat(next(watch)).isEqualTo("Deleted a");
        }
    }

    @Test
    void a_pod_without_a_node_goes_at_once() {
        create("a");
        cluster.delete(Resource.PODS, key("a"), DeleteOptions.DEFAULT);
        assertThat(cluster.get(Resource.PODS, key("a"))).isEmpty();
    }

    @Test
    void a_token_is_for_a_pod_that_is_there() {
        Pod pod = create("a");
        PodToken.Wanted wanted =
                new PodToken.Wanted(
                        new ObjectKey(NAMESPACE, "default"),
                        "a",
                        pod.getMetadata().getUid(),
                        List.of(),
                        Duration.ofHours(1));
        PodToken token = cluster.requestToken(wanted);
        assertThat(token.token()).isNotEqualTo(cluster.requestToken(wanted).token());
        assertThat(token.toString()).doesNotContain(token.token());
        refused(
                StatusReason.NOT_FOUND,
                "not found",
                () ->
                        cluster.requestToken(
                                new PodToken.Wanted(
                                        wanted.account(),
                                        "b",
                                        "",
                                        List.of(),
                                        Duration.ofHours(1))));
    }

    @Test
    void a_namespace_goes_when_its_finalizer_does() {
        ObjectKey key = ObjectKey.of(NAMESPACE);
        cluster.delete(Resource.NAMESPACES, key, DeleteOptions.DEFAULT);
        Namespace dying = cluster.get(Resource.NAMESPACES, key).orElseThrow();
        assertThat(dying.getStatus().getPhase()).isEqualTo("Terminating");
        assertThat(dying.getMetadata().getDeletionTimestamp()).isNotEmpty();
        assertThat(dying.getSpec().getFinalizers()).containsExactly("kubernetes");
        refused(StatusReason.FORBIDDEN, "is being terminated", () -> create("a"));
        dying.getSpec().setFinalizers(List.of());
        cluster.updateSubresource(Resource.NAMESPACES, dying, "finalize");
        assertThat(cluster.get(Resource.NAMESPACES, key)).isEmpty();
    }

    @Test
    void a_node_may_bring_its_status() {
        var node =
                cluster.create(
                        Resource.NODES,
                        new NodeBuilder()
                                .withNewMetadata()
                                .withName("n1")
                                .endMetadata()
                                .withNewStatus()
                                .withConditions(
                                        new NodeConditionBuilder()
                                                .withType("Ready")
                                                .withStatus("True")
                                                .build())
                                .endStatus()
                                .build());
        assertThat(node.getStatus().getConditions()).hasSize(1);
    }

    @Test
    void a_watch_sees_what_happens_after_its_revision_in_order() throws Exception {
        create("a");
        String revision = revision();
        Pod second = create("b");
        second.getMetadata().setLabels(Map.of("app", "web"));
        cluster.update(Resource.PODS, second);
        cluster.delete(Resource.PODS, key("a"), DeleteOptions.DEFAULT);
        try (Watch<Pod> watch = watchFrom(revision)) {
            assertThat(List.of(next(watch), next(watch), next(watch)))
                    .containsExactly("Added b", "Modified b", "Deleted a");
        }
    }

    @Test
    void a_watch_with_a_selector_sees_objects_enter_and_leave() throws Exception {
        Scope onNode = Scope.fields("spec.nodeName=n1");
        Scope web = new Scope(NAMESPACE, "", "app=web");
        Pod pod = create("a");
        try (Watch<Pod> bound = cluster.watch(Resource.PODS, onNode, revision());
                Watch<Pod> labelled = cluster.watch(Resource.PODS, web, revision())) {
            cluster.bind(key("a"), pod.getMetadata().getUid(), "n1");
            assertThat(next(bound)).isEqualTo("Added a");
            label("web");
            assertThat(next(bound)).isEqualTo("Modified a");
            assertThat(next(labelled)).isEqualTo("Added a");
            label("db");
            assertThat(next(labelled)).isEqualTo("Deleted a");
        }
    }

    private void label(String app) {
        cluster.patch(
                Resource.PODS,
                key("a"),
                new Patch.Merge("{\"metadata\":{\"labels\":{\"app\":\"" + app + "\"}}}"),
                "");
    }

    @Test
    void a_waiting_watch_is_woken_by_a_change() throws Exception {
        try (Watch<Pod> watch = watchFrom(revision());
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> waiting = threads.submit(() -> next(watch));
            create("a");
            assertThat(waiting.get()).isEqualTo("Added a");
        }
    }

    @Test
    void closing_ends_a_waiting_watch() throws Exception {
        Watch<Pod> watch = watchFrom(revision());
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Optional<Change<Pod>>> waiting = threads.submit(() -> watch.next(LONG));
            watch.close();
            assertThat(waiting.get()).isEmpty();
        }
    }

    @Test
    void a_watch_from_a_forgotten_revision_is_expired() {
        String revision = revision();
        create("a");
        compact();
        refused(
                StatusReason.EXPIRED,
                "",
                () -> {
                    try (Watch<Pod> watch = watchFrom(revision)) {
                        watch.next(LONG);
                    }
                });
    }

    private static void refused(StatusReason reason, String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ApiException.class,
                        refusal -> assertThat(refusal.reason()).isEqualTo(reason))
                .hasMessageContaining(words);
    }

    private Watch<Pod> watchFrom(String revision) {
        return cluster.watch(Resource.PODS, Scope.ALL, revision);
    }

    private String revision() {
        return cluster.list(Resource.PODS, Scope.ALL).resourceVersion();
    }

    private List<Pod> list(Scope scope) {
        Listing<Pod> listing = cluster.list(Resource.PODS, scope);
        assertThat(listing.resourceVersion()).isNotEmpty();
        return listing.items();
    }

    /// The next change that is about an object, as text.
    private static String next(Watch<Pod> watch) throws InterruptedException {
        while (true) {
            switch (watch.next(LONG).orElseThrow()) {
                case Change.Added<Pod>(Pod pod) -> {
                    return "Added " + name(pod);
                }
                case Change.Modified<Pod>(Pod pod) -> {
                    return "Modified " + name(pod);
                }
                case Change.Deleted<Pod>(Pod pod) -> {
                    return "Deleted " + name(pod);
                }
                case Change.Bookmark<Pod> bookmark -> {}
            }
        }
    }

    private static String name(HasMetadata object) {
        return object.getMetadata().getName();
    }

    private Pod create(String name) {
        return cluster.create(Resource.PODS, pod(name));
    }

    private static ObjectKey key(String name) {
        return new ObjectKey(NAMESPACE, name);
    }

    private static Pod pod(String name) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(NAMESPACE)
                .withName(name)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("main")
                .withImage("example.com/image:1")
                .endContainer()
                .endSpec()
                .build();
    }
}

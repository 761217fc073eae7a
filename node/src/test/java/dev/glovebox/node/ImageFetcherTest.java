package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cri.PodSandboxConfig;
import dev.glovebox.node.images.StoredImage;
import dev.glovebox.node.pod.ImageState;
import dev.glovebox.node.pod.PodMemory;
import dev.glovebox.node.pull.Credential;
import dev.glovebox.node.pull.PulledImages;
import dev.glovebox.node.pull.Secrets;
import dev.glovebox.node.spec.ImageUser;
import dev.glovebox.testkit.Await;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.LocalObjectReference;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Pods before a registry of which only `user` with `right` gets the image.
class ImageFetcherTest {
    private static final String NAME = "registry.test/team/app:v1";
    private static final String ID = "sha256:" + "a".repeat(64);
    private static final String DENIED = "pull access denied";

    @TempDir Path data;

    private final ManualClock clock = ManualClock.atNoon();
    private final FakeCluster cluster = new FakeCluster(clock);
    private final PodEvents events = PodEvents.start(cluster, "n", clock);
    private final FakeRuntime runtime = new FakeRuntime();
    private final List<String> tried = new ArrayList<>();
    private final BlockingQueue<PodMail> mail = new LinkedBlockingQueue<>();
    private boolean there;
    private boolean open;
    private ImageFetcher fetcher;

    @BeforeEach
    void make() {
        runtime.images =
                name ->
                        there
                                ? Optional.of(
                                        new ContainerRuntime.RuntimeImage(
                                                ID, List.of(NAME), ImageUser.ROOT))
                                : Optional.empty();
        runtime.pulls = this::pull;
        start();
        cluster.create(
                Resource.NAMESPACES,
                new NamespaceBuilder().withNewMetadata().withName("team").endMetadata().build());
        secret(Secrets.login("right", "registry.test", "user", "right"));
        secret(Secrets.login("wrong", "registry.test", "user", "wrong"));
        secret(Secrets.login("other", "registry.test/team", "other", "wrong"));
        secret(Secrets.login("elsewhere", "elsewhere.test", "user", "right"));
        secret(Secrets.config("broken", "{\"auths\":{\"registry.test\":\"right\"}}"));
    }

    private void start() {
        PulledImages pulled =
                new PulledImages(
                        data,
                        () ->
                                there
                                        ? List.of(new StoredImage(ID, List.of(NAME), 1, false))
                                        : List.of(),
                        clock);
        fetcher =
                new ImageFetcher(
                        runtime,
                        pulled,
                        new PullSecrets(new ClusterObjects(cluster), events),
                        events,
                        clock,
                        pod -> PodSandboxConfig.getDefaultInstance());
    }

    @AfterEach
    void close() {
        events.close();
    }

    private void secret(Secret secret) {
        cluster.create(Resource.SECRETS, secret);
    }

    private String pull(String name, Optional<Credential> credential) {
        tried.add(credential.map(c -> c.username() + ":" + c.password()).orElse("nobody"));
        if (open || credential.filter(c -> c.password().equals("right")).isPresent()) {
            there = true;
            return ID;
        }
        throw new RuntimeRefusal(
                DENIED + credential.map(c -> " to " + c.username()).orElse(" to nobody"));
    }

    @Test
    void a_pods_secret_opens_the_registry() {
        assertThat(ensure("IfNotPresent", "right")).isEqualTo(new ImageState.Present(ID));
        assertThat(tried).containsExactly("user:right");
        assertThat(happened("Pulled")).startsWith("Successfully pulled image \"" + NAME + "\" in ");
    }

    @Test
    void those_that_match_are_tried_in_order_until_one_opens_it() {
        assertThat(ensure("Always", "elsewhere", "wrong", "right", "other"))
                .isEqualTo(new ImageState.Present(ID));
        assertThat(tried).containsExactly("other:wrong", "user:wrong", "user:right");
    }

    @Test
    void what_is_said_to_each_is_told_once() {
        assertThat(ensure("IfNotPresent", "wrong", "other"))
                .isInstanceOfSatisfying(
                        ImageState.Failed.class,
                        failed -> {
                            assertThat(failed.reason()).isEqualTo("ErrImagePull");
                            assertThat(failed.message())
                                    .isEqualTo(
                                            "[pull access denied to other, pull access denied to user]");
                        });
        assertThat(message(ensure("IfNotPresent", "wrong", "wrong")))
                .isEqualTo("pull access denied to user");
    }

    @Test
    void without_one_that_matches_it_is_tried_as_anybody() {
        assertThat(message(ensure("IfNotPresent", "elsewhere"))).isEqualTo(DENIED + " to nobody");
        open = true;
        assertThat(ensure("IfNotPresent")).isEqualTo(new ImageState.Present(ID));
    }

    @Test
    void a_broken_or_missing_secret_is_told_and_the_others_are_used() {
        assertThat(ensure("IfNotPresent", "missing", "broken", "right"))
                .isEqualTo(new ImageState.Present(ID));
        assertThat(happened("FailedToRetrieveImagePullSecret"))
                .isEqualTo(
                        "Unable to retrieve some image pull secrets (missing, broken); attempting to pull the image may not succeed.");
    }

    @Test
    void the_tenant_next_door_does_not_get_what_lies_there() {
        assertThat(ensure("IfNotPresent", "right")).isInstanceOf(ImageState.Present.class);
        tried.clear();
        assertThat(message(ensure("IfNotPresent"))).isEqualTo(DENIED + " to nobody");
        assertThat(message(ensure("IfNotPresent", "wrong"))).isEqualTo(DENIED + " to user");
        assertThat(tried).containsExactly("nobody", "user:wrong");
        assertThat(ensure("Never"))
                .isInstanceOfSatisfying(
                        ImageState.Failed.class,
                        failed -> {
                            assertThat(failed.reason()).isEqualTo("ErrImageNeverPull");
                            assertThat(failed.message())
                                    .isEqualTo(
                                            "Container image \"%s\" is not present with pull policy of Never"
                                                    .formatted(NAME));
                        });
        assertThat(tried).hasSize(2);
    }

    /// Also by another Secret with the same in it, and after the agent is another one.
    @Test
    void whoever_has_the_credential_gets_what_lies_there_without_a_pull() {
        secret(Secrets.login("same", "registry.test", "user", "right"));
        assertThat(ensure("IfNotPresent", "right")).isInstanceOf(ImageState.Present.class);
        start();
        tried.clear();
        assertThat(ensure("IfNotPresent", "same")).isEqualTo(new ImageState.Present(ID));
        assertThat(ensure("Never", "wrong", "right")).isEqualTo(new ImageState.Present(ID));
        assertThat(tried).isEmpty();
        Await.until(() ->
                happenings("Pulled")
                        .contains(
                                "Container image \"%s\" already present on machine and can be accessed by the pod"
                                        .formatted(NAME)));
    }

    @Test
    void what_came_otherwise_is_for_everybody_and_no_secret_is_read() {
        there = true;
        assertThat(ensure("IfNotPresent", "missing")).isEqualTo(new ImageState.Present(ID));
        assertThat(ensure("Never", "missing")).isEqualTo(new ImageState.Present(ID));
        assertThat(tried).isEmpty();
        assertThat(happened("Pulled"))
                .isEqualTo("Container image \"" + NAME + "\" already present on machine");
        assertThat(happenings("FailedToRetrieveImagePullSecret")).isEmpty();
    }

    /// The runtime did not say what became of it, as when it is stopped.
    @Test
    void a_pull_that_broke_off_leaves_what_comes_of_it_to_nobody() {
        runtime.pulls =
                (name, credential) -> {
                    there = true;
                    throw new RuntimeRefusal("the connection broke");
                };
        assertThat(message(ensure("IfNotPresent", "right"))).isEqualTo("the connection broke");
        runtime.pulls = this::pull;
        assertThat(message(ensure("IfNotPresent"))).isEqualTo(DENIED + " to nobody");
        assertThat(ensure("IfNotPresent", "right")).isEqualTo(new ImageState.Present(ID));
        assertThat(tried).containsExactly("nobody", "user:right");
    }

    /// What becomes of the image; by mail where it takes its time.
    private ImageState ensure(String policy, String... secrets) {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("team")
                        .withName("p")
                        .withUid("u")
                        .endMetadata()
                        .withNewSpec()
                        .withImagePullSecrets(
                                Arrays.stream(secrets).map(LocalObjectReference::new).toList())
                        .addNewContainer()
                        .withName("main")
                        .withImage(NAME)
                        .withImagePullPolicy(policy)
                        .endContainer()
                        .endSpec()
                        .build();
        ImageState state =
                fetcher.ensure(
                                pod,
                                pod.getSpec().getContainers().getFirst(),
                                PodMemory.found(pod, clock.instant()),
                                mail::add)
                        .images()
                        .get("main");
        if (state instanceof ImageState.Pulling) {
            return Await.present(() -> Optional.ofNullable(mail.poll()))
                            instanceof PodMail.Image(String _, ImageState after)
                    ? after
                    : state;
        }
        return Objects.requireNonNull(state);
    }

    private static String message(ImageState state) {
        return state instanceof ImageState.Failed failed ? failed.message() : state.toString();
    }

    private String happened(String reason) {
        return Await.present(() -> happenings(reason).stream().findFirst());
    }

    private List<String> happenings(String reason) {
        return cluster.list(Resource.EVENTS, Scope.namespace("team")).items().stream()
                .filter(event -> event.getReason().equals(reason))
                .map(Event::getMessage)
                .toList();
    }
}

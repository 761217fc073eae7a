package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Images from files and from a registry.
@SharedEngine
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ImagesIT {
    @TempDir private static Path folder;
    private static LoopbackRegistry slow;
    private static CompletableFuture<Ran> slowPull;
    private final Engine engine;
    private final Kubectl kubectl;

    ImagesIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    /// Slower in all than a registry may be silent: the other tests run meanwhile.
    @BeforeAll
    static void pullSlowly(Engine engine) throws IOException {
        var bytes = new byte[16 << 20];
        new Random(1).nextBytes(bytes);
        var root = Files.createDirectories(folder.resolve("root"));
        Files.write(root.resolve("file"), bytes);
        var image = Image.of(root, List.of("/none"));
        slow = LoopbackRegistry.slowly("team/slow", image, Duration.ofSeconds(17));
        var pull = String.join(" ", engine.command("image", "pull", slow.name("v1")).line());
        var shown = Command.of("script", "-qefc", "GLOVEBOX_BUILD=never " + pull, "/dev/null");
        slowPull = CompletableFuture.supplyAsync(shown::run);
    }

    @AfterAll
    static void closeRegistry() {
        slow.close();
    }

    @Test
    void what_docker_saved_is_loaded_run_and_removed() {
        engine.run("image", "load", Images.nginxArchive().toString()).ok();
        assertThat(names()).contains(Images.NGINX);
        var ran = engine.run("run", "--image", Images.NGINX, "--", "nginx", "-v").ok();
        assertThat(ran.err()).contains("nginx version: nginx/");
        engine.run("image", "remove", Images.NGINX).ok();
        assertThat(names()).doesNotContain(Images.NGINX);
    }

    @Test
    void an_oci_archive_is_loaded() {
        var name = "example.test/web:one";
        engine.run("image", "load", Images.nginxOci(name).toString()).ok();
        assertThat(names()).contains(name);
        engine.run("run", "--image", name, "--", "nginx", "-t").ok();
        engine.run("image", "remove", name).ok();
    }

    @Test
    void an_image_is_pulled_from_a_registry() {
        try (var registry = LoopbackRegistry.serving("team/web", Images.nginx())) {
            var name = registry.name("v1");
            engine.run("image", "pull", name).ok();
            assertThat(names()).contains(name);
            assertThat(registry.pulled()).isEqualTo(Images.nginx().blobs().keySet());
            engine.run("image", "remove", name).ok();
            engine.run("run", "--image", name, "--", "nginx", "-v").ok();
            engine.run("image", "remove", name).ok();
            var wrong = engine.run("image", "pull", registry.name("v2"));
            BadInputIT.assertOneClearLine(wrong);
        }
    }

    /// With the configuration of somebody's image, whose id it has therefore.
    @Test
    void a_checkpoint_is_not_kept_and_leaves_the_image_alone_that_it_resembles() {
        var image = Images.nginx();
        var checkpoint = image.saying("org.criu.checkpoint.container.name", "web");
        try (var ours = LoopbackRegistry.serving("team/web", image);
                var theirs = LoopbackRegistry.serving("a/checkpoint", checkpoint)) {
            engine.run("image", "pull", ours.name("v1")).ok();
            var refused = engine.run("image", "pull", theirs.name("v1"));
            BadInputIT.assertOneClearLine(refused);
            assertThat(refused.err()).contains("is a checkpoint of a container");
            assertThat(names()).contains(ours.name("v1")).doesNotContain(theirs.name("v1"));
            engine.run("run", "--image", ours.name("v1"), "--", "nginx", "-v").ok();
            engine.run("image", "remove", ours.name("v1")).ok();
        }
    }

    /// The twin is at its end: without the node's record the same pod gets the image.
    @Test
    void a_private_image_is_for_pods_with_its_registrys_password_and_for_no_others()
            throws IOException {
        var password = "kept-7391-to-ourselves";
        var root = NginxRoot.at(Path.of("target", "nginx-root").toAbsolutePath());
        var image = Image.of(root, List.of("/usr/sbin/nginx", "-v"));
        try (var registry = LoopbackRegistry.behind("us", password, "team/app", image)) {
            var name = registry.name("v1");
            for (var team : List.of("pull-ours", "pull-theirs")) {
                kubectl.apply(Manifests.namespace(team, "trusted")).ok();
            }
            login("pull-ours", registry, password);
            login("pull-theirs", registry, "guessed");
            kubectl.run(
                            "-n",
                            "pull-ours",
                            "patch",
                            "serviceaccount",
                            "default",
                            "-p",
                            "{\"imagePullSecrets\":[{\"name\":\"login\"}]}")
                    .ok();
            apply("pull-theirs", "early", name, "IfNotPresent", "[]");
            awaitRefused("early", "ErrImagePull", "401 Unauthorized");
            apply("pull-ours", "app", name, "IfNotPresent", "[]");
            awaitSucceeded("pull-ours", "app");
            var id = Image.digest(image.config());
            apply("pull-theirs", "none", name, "IfNotPresent", "[]");
            apply("pull-theirs", "wrong", name, "IfNotPresent", "[{name: login}]");
            apply("pull-theirs", "never", name, "Never", "[{name: login}]");
            apply("pull-theirs", "by-id", id, "Never", "[]");
            awaitRefused("none", "ErrImagePull", "401 Unauthorized");
            awaitRefused("wrong", "ErrImagePull", "401 Unauthorized");
            awaitRefused("never", "ErrImageNeverPull", "is not present with pull policy of Never");
            awaitRefused("by-id", "ErrImageNeverPull", "is not present with pull policy of Never");
            assertThat(told()).doesNotContain(password, "guessed").contains("uid");
            Files.delete(record(id));
            apply("pull-theirs", "twin", name, "Never", "[]");
            awaitSucceeded("pull-theirs", "twin");
            kubectl.run("delete", "namespace", "pull-ours", "pull-theirs").ok();
            engine.run("image", "remove", name).ok();
        }
    }

    private void login(String namespace, LoopbackRegistry registry, String password) {
        kubectl.run(
                        "-n",
                        namespace,
                        "create",
                        "secret",
                        "docker-registry",
                        "login",
                        "--docker-server=" + registry.address(),
                        "--docker-username=us",
                        "--docker-password=" + password)
                .ok();
    }

    private void apply(String namespace, String pod, String image, String policy, String secrets) {
        kubectl.apply(
                        """
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: %s, namespace: %s}
                        spec:
                          restartPolicy: Never
                          terminationGracePeriodSeconds: 0
                          imagePullSecrets: %s
                          containers:
                          - {name: main, image: "%s", imagePullPolicy: %s}
                        """
                                .formatted(pod, namespace, secrets, image, policy))
                .ok();
    }

    private void awaitSucceeded(String namespace, String pod) {
        Await.until(() ->
                kubectl.get("-n", namespace, "pod", pod)
                        .at("/status/phase")
                        .asText()
                        .equals("Succeeded"));
    }

    private void awaitRefused(String pod, String reason, String words) {
        Await.until(() -> {
            var waiting =
                    kubectl.get("-n", "pull-theirs", "pod", pod)
                            .at("/status/containerStatuses/0/state/waiting");
            return Set.of(reason, "ImagePullBackOff").contains(waiting.path("reason").asText())
                    && waiting.path("message").asText().contains(words);
        });
    }

    /// All that is told of those pods, and the node's logs and records.
    private String told() throws IOException {
        var told = new StringBuilder();
        for (var namespace : List.of("pull-ours", "pull-theirs")) {
            told.append(kubectl.run("-n", namespace, "get", "pods,events", "-o", "yaml").ok());
        }
        for (var directory : List.of("logs", "pulled", "pulling")) {
            try (var files = Files.list(engine.dataDirectory().resolve(directory))) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    told.append(Files.readString(file, StandardCharsets.ISO_8859_1));
                }
            }
        }
        return told.toString();
    }

    private Path record(String id) {
        return engine.dataDirectory()
                .resolve("pulled")
                .resolve(id.substring("sha256:".length()) + ".json");
    }

    @Test
    @Order(Integer.MAX_VALUE)
    void a_slow_pull_is_waited_for_and_tells_its_bytes() {
        var shown = slowPull.join().ok().out();
        assertThat(shown).contains("pulled " + slow.name("v1"));
        assertThat(
                        Pattern.compile("pulling \\S+: (\\d+\\.\\d) of (\\d+\\.\\d) MiB")
                                .matcher(shown)
                                .results()
                                .map(MatchResult::group)
                                .distinct())
                .hasSizeGreaterThan(10);
        engine.run("image", "remove", slow.name("v1")).ok();
    }

    @Test
    void the_list_says_names_id_and_size() {
        for (JsonNode image : list()) {
            assertThat(image.required("names").isArray()).isTrue();
            assertThat(image.required("id").textValue()).startsWith("sha256:");
            assertThat(image.required("size").longValue()).isPositive();
        }
        assertThat(names()).anyMatch(name -> name.startsWith("glovebox.dev/busybox:"));
        assertThat(engine.run("image", "list").ok().out()).contains("glovebox.dev/busybox");
    }

    private JsonNode list() {
        return Kubectl.json(engine.run("image", "list", "--json").ok().out());
    }

    private Set<String> names() {
        var names = new TreeSet<String>();
        list().forEach(image ->
                image.required("names").forEach(name -> names.add(name.textValue())));
        return names;
    }
}

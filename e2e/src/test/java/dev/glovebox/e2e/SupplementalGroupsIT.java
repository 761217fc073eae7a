package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which groups a container has beside those that its pod names, under Debian's newest containerd:
/// Debian 12's cannot leave out those of an image, which `PodShapeIT` sees.
@Tag("long")
@RunsPods
class SupplementalGroupsIT {
    private static final Engine ENGINE = Engine.in(233);
    private static final PodLab PODS = new PodLab(ENGINE.kubectl(), "groups");
    private static final String IMAGE = "example.test/groups:1";

    @TempDir private static Path folder;

    @BeforeAll
    static void start() throws IOException {
        var bin = Files.createDirectories(folder.resolve("bin"));
        NewestContainerd.into(bin);
        ENGINE.upCommand().with("PATH", bin + ":" + System.getenv("PATH")).run().ok();
        ENGINE.run("image", "load", image().toString()).ok();
        var all = new StringBuilder();
        for (var runtime : List.of("runc", "gvisor")) {
            for (var policy : List.of("Merge", "Strict")) {
                all.append(pod(runtime, policy));
            }
        }
        PODS.make(all.toString());
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    /// An image that puts its user into a group of its own making.
    private static Path image() throws IOException {
        var root = Files.createDirectories(folder.resolve("root"));
        var bin = Files.createDirectories(root.resolve("bin"));
        Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
        for (var applet : List.of("sh", "id", "sleep")) {
            Files.createSymbolicLink(bin.resolve(applet), Path.of("busybox"));
        }
        var etc = Files.createDirectories(root.resolve("etc"));
        Files.writeString(etc.resolve("passwd"), "anne:x:1234:1235::/:/bin/sh\n");
        Files.writeString(etc.resolve("group"), "anne:x:1235:\nthe-images:x:50000:anne\n");
        var archive = folder.resolve("groups.tar");
        Image.of(root, List.of("/bin/sh")).dockerSave(IMAGE, archive);
        return archive;
    }

    private static String pod(String runtime, String policy) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          runtimeClassName: %s
          terminationGracePeriodSeconds: 1
          securityContext: {runAsUser: 1234, runAsGroup: 1235, supplementalGroups: [60000], supplementalGroupsPolicy: %s}
          containers: [{name: main, image: "%s", command: [/bin/sh, -c, "/bin/id -G; exec /bin/sleep 1000"]}]
        """
                .formatted(name(runtime, policy), runtime, policy, IMAGE);
    }

    private static String name(String runtime, String policy) {
        return policy.toLowerCase(java.util.Locale.ROOT) + "-" + runtime;
    }

    @Test
    void the_node_says_that_it_can() {
        for (JsonNode node : ENGINE.kubectl().get("nodes").at("/items")) {
            assertThat(node.at("/status/features/supplementalGroupsPolicy").asBoolean()).isTrue();
        }
    }

    /// Each is the other's twin.
    @ParameterizedTest
    @ValueSource(strings = {"runc", "gvisor"})
    void groups_of_an_image_are_left_out_where_the_pod_says_so(String runtime) {
        assertThat(has(runtime, "Merge")).containsExactlyInAnyOrder("1235", "50000", "60000");
        assertThat(has(runtime, "Strict")).containsExactlyInAnyOrder("1235", "60000");
    }

    /// The groups of a container's own process, which what is executed in it and its status have,
    /// too.
    private static List<String> has(String runtime, String policy) {
        var name = name(runtime, policy);
        PODS.awaitReady(name);
        Await.until(() -> !PODS.run("logs", name).text().isEmpty());
        var own = List.of(PODS.run("logs", name).text().split(" ", -1));
        assertThat(PODS.run("exec", name, "--", "/bin/id", "-G").text().split(" ", -1))
                .containsExactlyInAnyOrderElementsOf(own);
        var user = PODS.pod(name).at("/status/containerStatuses/0/user/linux");
        assertThat(user.at("/uid").asLong()).isEqualTo(1234);
        assertThat(user.at("/gid").asLong()).isEqualTo(1235);
        var told = new ArrayList<String>();
        user.at("/supplementalGroups").forEach(group -> told.add(group.asText()));
        assertThat(told).containsExactlyInAnyOrderElementsOf(own);
        return own;
    }
}

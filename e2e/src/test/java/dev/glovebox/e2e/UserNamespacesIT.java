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
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/// Pods with users of their own (`hostUsers: false`), under Debian's newest containerd and runc,
/// which are fetched for it; Debian 12's cannot, which `PodShapeIT` sees.
@Tag("long")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@RunsPods
class UserNamespacesIT {
    private static final Engine ENGINE = Engine.in(227);
    private static final String NAMESPACE = "users";
    private static final PodLab PODS = new PodLab(ENGINE.kubectl(), NAMESPACE);

    /// Where containerd 2 lets plugins change containers unless it is told not to.
    private static final Path NRI = Path.of("/var/run/nri/nri.sock");

    /// Which socket was there when this began: other containerds leave theirs.
    private static String pluginsBefore = "";

    @TempDir private static Path bin;

    @BeforeAll
    static void start() throws IOException {
        pluginsBefore = plugins();
        NewestContainerd.into(bin);
        ENGINE.run("runtimes", "add", "forged", "--binary", forger().toString()).ok();
        up();
        PODS.make(
                """
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: words}
                data: {word: said}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: hidden}
                stringData: {word: hidden}
                ---
                """
                        + pod("anne", "runc", false, 86_501)
                        + pod("bert", "runc", false, 86_502)
                        + pod("host", "runc", true, 86_503)
                        + pod("forged", "forged", false, 86_504)
                        + pod("guest", "gvisor", false, 86_505));
    }

    /// A containerd that lets plugins in makes the socket anew.
    private static String plugins() throws IOException {
        return Files.exists(NRI)
                ? Files.getAttribute(NRI, "unix:ino") + " " + Files.getAttribute(NRI, "unix:ctime")
                : "none";
    }

    private static void up() {
        ENGINE.upCommand().with("PATH", bin + ":" + System.getenv("PATH")).run().ok();
    }

    /// A runtime that says that it gives users of a pod's own, and gives the host's.
    private static Path forger() throws IOException {
        var forger = bin.resolve("forger");
        Files.writeString(
                forger,
                """
                #!/bin/sh
                bundle=
                for word; do
                    [ "$before" != --bundle ] || bundle=$word
                    before=$word
                done
                if [ -n "$bundle" ]; then
                    sed -E -i -e 's/\\{"type":"user"[^}]*\\}//g' -e 's/"[ug]idMappings":\\[[^]]*\\]//g' \\
                        -e 's/,,+/,/g' -e 's/,,+/,/g' -e 's/,([]}])/\\1/g' -e 's/([[{]),/\\1/g' \\
                        "$bundle/config.json"
                fi
                exec %s "$@"
                """
                        .formatted(bin.resolve("runc")));
        // Only a program of the machine's is taken in.
        var program = bin.resolve("forger-program");
        Command.of("cc", "-x", "c", "-o", program.toString(), "-")
                .input(
                        """
                        #include <unistd.h>
                        int main(int argc, char **argv) {
                            char *line[argc + 2];
                            line[0] = "sh";
                            line[1] = "%s";
                            for (int i = 1; i <= argc; i++)
                                line[i + 1] = argv[i];
                            return execv("/bin/sh", line);
                        }
                        """
                                .formatted(forger))
                .run()
                .ok();
        return program;
    }

    @AfterAll
    static void purge() {
        ENGINE.purge().ok();
    }

    /// @param seconds for which its first container sleeps; tells it from all others
    private static String pod(String name, String runtime, boolean hostUsers, int seconds) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %1$s}
        spec:
          runtimeClassName: %2$s
          hostUsers: %3$s
          terminationGracePeriodSeconds: 1
          securityContext: {fsGroup: 1237}
          volumes:
          - {name: disk, emptyDir: {}}
          - {name: memory, emptyDir: {medium: Memory}}
          - {name: words, configMap: {name: words}}
          - {name: hidden, secret: {secretName: hidden, defaultMode: 0400}}
          - {name: all, projected: {sources: [{downwardAPI: {items: [{path: name, fieldRef: {fieldPath: metadata.name}}]}}]}}
          containers:
          - name: root
            image: %4$s
            command: [sh, -c, "touch /disk/root /memory/root; exec sleep %5$d"]
            %6$s
            volumeMounts: &mounts
            - {name: disk, mountPath: /disk}
            - {name: disk, mountPath: /part, subPath: part}
            - {name: memory, mountPath: /memory}
            - {name: words, mountPath: /words}
            - {name: hidden, mountPath: /hidden}
            - {name: all, mountPath: /all}
          - name: user
            image: %4$s
            command: [sh, -c, "touch /disk/user /memory/user; exec sleep 86599"]
            securityContext: {runAsUser: 1234}
            volumeMounts: *mounts
          - name: brief
            image: %4$s
            command: [sh, -c, "echo the end >/dev/termination-log; sleep 2"]
        """
                .formatted(
                        name,
                        runtime,
                        hostUsers,
                        ENGINE.busybox(),
                        seconds,
                        hostUsers ? "" : "securityContext: {procMount: Unmasked}");
    }

    private static String in(String pod, String container, String script) {
        return PODS.run("exec", pod, "-c", container, "--", "sh", "-c", script).text();
    }

    /// Runs, whatever its last container does.
    private static void awaitRunning(String pod) {
        Await.until(() -> running(pod, "root") && running(pod, "user"));
    }

    private static JsonNode status(String pod, String container) {
        for (var status : PODS.pod(pod).at("/status/containerStatuses")) {
            if (status.at("/name").asText().equals(container)) {
                return status;
            }
        }
        return PODS.pod(pod).at("/nothing");
    }

    private static boolean running(String pod, String container) {
        return status(pod, container).at("/state/running").isObject();
    }

    /// The host's id of the pod's root, as the pod's kernel says.
    private static long first(String pod) {
        var map = in(pod, "root", "cat /proc/self/uid_map").strip().split(" +", -1);
        assertThat(map).hasSize(3);
        assertThat(map[0]).isEqualTo("0");
        assertThat(map[2]).isEqualTo("65536");
        return Long.parseLong(map[1]);
    }

    /// The process on the host that sleeps so long.
    private static Path process(int seconds) {
        var pid = Command.of("pgrep", "-x", "-f", "sleep " + seconds).run().ok().text();
        return Path.of("/proc", pid);
    }

    private static long owner(Path file) throws IOException {
        return ((Integer) Files.getAttribute(file, "unix:uid")).longValue();
    }

    private static Path volume(String pod, String name) {
        return ENGINE.dataDirectory()
                .resolve("pods")
                .resolve(PODS.pod(pod).at("/metadata/uid").asText())
                .resolve("volumes/kubernetes.io~empty-dir")
                .resolve(name);
    }

    @Test
    @Order(0)
    void nobodys_plugins_change_its_containers() throws IOException {
        assertThat(plugins()).isEqualTo(pluginsBefore);
    }

    @Test
    @Order(1)
    void each_pods_root_is_another_user_of_the_host_and_never_its_root() throws IOException {
        List.of("anne", "bert", "host").forEach(UserNamespacesIT::awaitRunning);
        var anne = first("anne");
        var bert = first("bert");
        assertThat(List.of(anne, bert))
                .doesNotHaveDuplicates()
                .allSatisfy(first -> {
                    assertThat(first).isGreaterThanOrEqualTo(65_536);
                    assertThat(first % 65_536).isZero();
                });
        assertThat(in("anne", "root", "id -u; id -g").lines()).containsExactly("0", "0");
        assertThat(in("anne", "user", "id -u")).isEqualTo("1234");
        assertThat(owner(process(86_501))).isEqualTo(anne);
        assertThat(owner(process(86_502))).isEqualTo(bert);
        for (var map : List.of("uid_map", "gid_map")) {
            assertThat(Files.readString(process(86_501).resolve(map)).strip().split(" +", -1))
                    .containsExactly("0", Long.toString(anne), "65536");
        }
        assertThat(in("host", "root", "cat /proc/self/uid_map").strip().split(" +", -1))
                .containsExactly("0", "0", "4294967295");
        assertThat(owner(process(86_503))).isZero();
    }

    @Test
    @Order(2)
    void volumes_belong_to_the_pods_users_on_both_sides() throws IOException {
        for (var pod : List.of("anne", "host")) {
            awaitRunning(pod);
            for (var disk : List.of("disk", "memory")) {
                assertThat(in(pod, "user", "cd /" + disk + "; stat -c '%u %g' root user").lines())
                        .containsExactly("0 1237", "1234 1237");
                assertThat(owner(volume(pod, disk).resolve("root"))).isZero();
                assertThat(owner(volume(pod, disk).resolve("user"))).isEqualTo(1234);
            }
            assertThat(in(pod, "root", "touch /part/file && ls /disk/part")).isEqualTo("file");
            assertThat(in(pod, "user", "cat /words/word /hidden/word /all/name").lines())
                    .containsExactly("saidhidden" + pod);
            assertThat(in(pod, "root", "stat -Lc '%u %g %a' /hidden/word")).isEqualTo("0 1237 440");
            assertThat(in(pod, "root", "head -c 10 /var/run/secrets/kubernetes.io/*/token | wc -c"))
                    .isEqualTo("10");
            assertThat(in(pod, "root", "stat -c %u /etc/hosts /etc/hostname /etc/resolv.conf /bin"))
                    .isEqualTo("0\n0\n0\n0");
            assertThat(in(pod, "root", "echo more >>/etc/hosts && echo written"))
                    .isEqualTo("written");
            Await.until(() ->
                    status(pod, "brief")
                            .at("/lastState/terminated/message")
                            .asText()
                            .equals("the end\n"));
        }
    }

    /// What it may do to its own, and not to the host's.
    @Test
    @Order(3)
    void root_is_root_in_the_pod_alone() {
        awaitRunning("anne");
        awaitRunning("host");
        assertThat(in("anne", "root", "grep -c ' /proc/' /proc/self/mountinfo || true"))
                .as("paths of /proc that are masked")
                .isEqualTo("0");
        assertThat(in("host", "root", "grep -c ' /proc/' /proc/self/mountinfo")).isNotEqualTo("0");
        assertThat(in("anne", "root", "chown 77:77 /disk/root && stat -c %u /disk/root"))
                .isEqualTo("77");
        assertThat(in("anne", "root", "chown 70000 /disk/root 2>&1 || true"))
                .contains("Invalid argument");
        assertThat(in("anne", "root", "chown 0:1237 /disk/root; hostname")).isEqualTo("anne");
        assertThat(in("anne", "root", "(echo 1 >/proc/sys/vm/drop_caches) 2>&1 || true"))
                .contains("Permission denied");
        var namespaces = inspected("anne").at("/process/namespaces");
        assertThat(namespaces)
                .anySatisfy(each -> {
                    assertThat(each.at("/kind").asText()).isEqualTo("user");
                    assertThat(each.at("/host").asBoolean()).isFalse();
                });
        assertThat(inspected("host").at("/process/namespaces"))
                .anySatisfy(each -> {
                    assertThat(each.at("/kind").asText()).isEqualTo("user");
                    assertThat(each.at("/host").asBoolean()).isTrue();
                });
    }

    private static JsonNode inspected(String pod) {
        return Kubectl.json(
                ENGINE.run("inspect", "--json", "--namespace", NAMESPACE, pod).ok().out());
    }

    /// What was asked for is nothing before the kernel shows it.
    @Test
    @Order(4)
    void a_runtime_that_does_not_do_what_it_says_runs_none_of_it() {
        PODS.awaitEvent("forged", "the pod's users are to be the host's");
        assertThat(PODS.pod("forged").at("/status/phase").asText()).isEqualTo("Pending");
        assertThat(Command.of("pgrep", "-x", "-f", "sleep 86504").run().exit()).isEqualTo(1);
    }

    @Test
    @Order(5)
    void under_gvisor_it_is_refused_by_name() {
        PODS.awaitEvent("guest", "RuntimeClass handler \"runsc\" does not support user namespaces");
        assertThat(PODS.pod("guest").at("/status/phase").asText()).isEqualTo("Pending");
    }

    @Test
    @Order(6)
    void a_killed_agents_pods_keep_their_users_which_nobody_else_gets() throws IOException {
        awaitRunning("anne");
        awaitRunning("bert");
        var before = new ArrayList<>(List.of(first("anne"), first("bert")));
        var pid = ENGINE.pid();
        Command.of("kill", "-KILL", Long.toString(pid)).run().ok();
        ProcessHandle.of(pid).ifPresent(handle -> handle.onExit().join());
        up();
        PODS.make(pod("cora", "runc", false, 86_506));
        awaitRunning("cora");
        assertThat(List.of(first("anne"), first("bert"))).isEqualTo(before);
        assertThat(before).doesNotContain(first("cora"));
        assertThat(status("anne", "root").at("/restartCount").asInt()).isZero();

        // What is made anew in the old sandbox has the same users.
        var old = process(86_501);
        Command.of("kill", "-KILL", old.getFileName().toString()).run().ok();
        Await.until(() ->
                status("anne", "root").at("/restartCount").asInt() == 1 && running("anne", "root"));
        assertThat(first("anne")).isEqualTo(before.getFirst());
        assertThat(owner(process(86_501))).isEqualTo(before.getFirst());
    }

    @Test
    @Order(7)
    void what_a_removed_pod_had_is_the_next_ones() {
        awaitRunning("anne");
        var first = first("anne");
        PODS.run("delete", "pod", "anne", "--timeout=60s");
        PODS.make(pod("dora", "runc", false, 86_507));
        awaitRunning("dora");
        assertThat(first("dora")).isEqualTo(first);
    }
}

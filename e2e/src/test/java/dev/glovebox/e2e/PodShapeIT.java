package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.testkit.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a pod sees of itself: names, resolver, users, groups, privileges and neighbours, under both
/// kinds of kernel; and a pod whose sandbox is killed.
@SharedEngine
class PodShapeIT {
    private static final String NAMESPACE = "shape";
    private final PodLab pods;

    PodShapeIT(Kubectl kubectl) {
        this.pods = new PodLab(kubectl, NAMESPACE);
    }

    @BeforeAll
    static void makePods(Engine engine, Kubectl kubectl) throws IOException {
        var all = new StringBuilder();
        for (var runtime : List.of("gvisor", "runc")) {
            all.append(shaped(runtime, engine.busybox()));
        }
        all.append(armoured(engine.busybox()));
        var directory = Files.createDirectories(engine.dataDirectory().resolve("seccomp/shape"));
        Files.writeString(
                directory.resolve("no-directories.json"),
                """
                {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                  {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1}]}
                """);
        for (var runtime : List.of("gvisor", "runc")) {
            all.append(
                    filtered(
                            "filtered-" + runtime,
                            runtime,
                            "shape/no-directories.json",
                            engine.busybox()));
        }
        all.append(filtered("unfiltered", "runc", "shape/none.json", engine.busybox()));
        all.append(userless(engine.busybox()));
        all.append(
                unsuitable(
                        "tuned",
                        "securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}"));
        all.append(unsuitable("foreign", "os: {name: windows}"));
        all.append(unsuitable("strict", "securityContext: {supplementalGroupsPolicy: Strict}"));
        new PodLab(kubectl, NAMESPACE).make(all.toString());
    }

    @AfterAll
    static void remove(Engine engine, Kubectl kubectl) {
        new PodLab(kubectl, NAMESPACE).remove();
        var profiles = engine.dataDirectory().resolve("seccomp").toString();
        Command.of("rm", "-r", profiles).run().ok();
    }

    private static String shaped(String runtime, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: shaped-%1$s}
        spec:
          runtimeClassName: %1$s
          terminationGracePeriodSeconds: 1
          hostname: own
          subdomain: sub
          setHostnameAsFQDN: true
          hostAliases: [{ip: 192.0.2.7, hostnames: [alias.test, other.test]}]
          dnsPolicy: None
          dnsConfig: {nameservers: [192.0.2.53], searches: [found.test], options: [{name: ndots, value: "2"}, {name: edns0}]}
          shareProcessNamespace: true
          securityContext:
            runAsUser: 1234
            runAsGroup: 1235
            supplementalGroups: [1236]
            supplementalGroupsPolicy: Merge
            seLinuxOptions: {level: "s0:c1,c2"}
            fsGroup: 1237
            sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: "1"}]
          volumes: [{name: disk, emptyDir: {}}]
          containers:
          - name: tight
            image: %2$s
            command: [sh, -c, "grep Seccomp: /proc/self/status >/disk/tight; unshare -U true; echo $? >>/disk/tight; exec sleep 1000"]
            securityContext:
              allowPrivilegeEscalation: false
              capabilities: {drop: [ALL]}
              seccompProfile: {type: RuntimeDefault}
            volumeMounts: [{name: disk, mountPath: /disk}]
          - name: loose
            image: %2$s
            command: [sh, -c, "grep Seccomp: /proc/self/status >/disk/loose; unshare -U true; echo $? >>/disk/loose; exec sleep 1001"]
            securityContext: {runAsUser: 0}
            volumeMounts: [{name: disk, mountPath: /disk}]
          - name: sealed
            image: %2$s
            command: [sleep, "1002"]
            securityContext: {runAsUser: 0, readOnlyRootFilesystem: true}
            volumeMounts: [{name: disk, mountPath: /disk}]
        """
                .formatted(runtime, image);
    }

    private static String armoured(String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: armoured}
        spec:
          runtimeClassName: runc
          terminationGracePeriodSeconds: 1
          containers:
          - {name: main, image: %s, command: [sleep, "1000"], securityContext: {appArmorProfile: {type: RuntimeDefault}}}
        """
                .formatted(image);
    }

    /// One container with a profile of the node, beside one without.
    private static String filtered(String name, String runtime, String profile, String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %1$s}
        spec:
          runtimeClassName: %2$s
          terminationGracePeriodSeconds: 1
          containers:
          - {name: tight, image: %4$s, command: [sh, -c, "%5$s"], securityContext: {seccompProfile: {type: Localhost, localhostProfile: %3$s}}}
          - {name: loose, image: %4$s, command: [sh, -c, "%5$s"]}
        """
                .formatted(
                        name,
                        runtime,
                        profile,
                        image,
                        "mkdir /made 2>/dev/null && echo made || echo refused; sleep 1000");
    }

    private static String userless(String image) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: userless}
        spec:
          runtimeClassName: runc
          hostUsers: false
          containers:
          - {name: main, image: %s, command: [sleep, "1000"], securityContext: {procMount: Unmasked}}
        """
                .formatted(image);
    }

    private static String unsuitable(String name, String asked) {
        return """
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: %s}
        spec:
          %s
          containers: [{name: main, image: none.test/none}]
        """
                .formatted(name, asked);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void names_and_resolver_are_as_asked(String runtime) {
        pods.awaitReady("shaped-" + runtime);
        assertThat(in(runtime, "tight", "hostname")).isEqualTo("own.sub.shape.svc.cluster.local");
        assertThat(in(runtime, "tight", "cat /etc/hosts"))
                .contains("\town.sub.shape.svc.cluster.local\town\n")
                .contains("192.0.2.7\talias.test\tother.test");
        assertThat(in(runtime, "tight", "cat /etc/resolv.conf").lines())
                .containsExactlyInAnyOrder(
                        "search found.test", "nameserver 192.0.2.53", "options ndots:2 edns0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void who_a_container_is_and_what_it_may_is_as_asked(String runtime) {
        pods.awaitReady("shaped-" + runtime);
        assertThat(in(runtime, "tight", "id -u; id -g; id -G").lines())
                .containsExactly("1234", "1235", "1235 1236 1237");
        assertThat(in(runtime, "loose", "id -u")).isEqualTo("0");
        assertThat(in(runtime, "sealed", "touch /x 2>&1 || true"))
                .contains("Read-only file system");
        assertThat(in(runtime, "loose", "touch /x && echo written")).isEqualTo("written");
        assertThat(in(runtime, "tight", "touch /disk/a && stat -c %g /disk/a")).isEqualTo("1237");
        assertThat(in(runtime, "tight", "grep CapBnd /proc/self/status"))
                .endsWith("0000000000000000");
        assertThat(in(runtime, "loose", "grep CapBnd /proc/self/status"))
                .doesNotEndWith("0000000000000000");
        assertThat(
                        in(
                                runtime,
                                "tight",
                                "cat /proc/sys/net/ipv4/ip_unprivileged_port_start || true"))
                .isEqualTo(runtime.equals("runc") ? "1" : "");
        if (runtime.equals("runc")) {
            // gVisor's kernel keeps the first to itself; what is executed in a container later is
            // not filtered by gVisor of 2024.
            assertThat(in(runtime, "tight", "grep NoNewPrivs /proc/self/status")).endsWith("1");
            assertThat(in(runtime, "tight", "grep Seccomp: /proc/self/status")).endsWith("2");
            assertThat(in(runtime, "loose", "grep Seccomp: /proc/self/status")).endsWith("0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_containers_own_processes_are_filtered_as_asked(String runtime) {
        pods.awaitReady("shaped-" + runtime);
        assertThat(in(runtime, "tight", "cat /disk/tight"))
                .startsWith("Seccomp:\t2\n")
                .doesNotEndWith("\n0");
        assertThat(in(runtime, "loose", "cat /disk/loose")).startsWith("Seccomp:\t0\n");
        if (runtime.equals("gvisor")) {
            // The host's kernel may refuse a new user namespace for reasons of its own.
            assertThat(in(runtime, "loose", "cat /disk/loose")).endsWith("\n0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void containers_see_each_others_processes(String runtime) {
        pods.awaitReady("shaped-" + runtime);
        assertThat(in(runtime, "loose", "ps")).contains("sleep 1000", "sleep 1001");
    }

    @Test
    void a_profile_that_the_kernel_would_not_enforce_is_refused_by_name() {
        if (Files.exists(Path.of("/sys/kernel/security/apparmor/profiles"))) {
            pods.awaitReady("armoured");
            return;
        }
        pods.awaitEvent("armoured", "Cannot enforce AppArmor: AppArmor is not enabled on the host");
        assertThat(pods.pod("armoured").at("/status/phase").asText()).isEqualTo("Pending");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gvisor", "runc"})
    void a_profile_of_the_node_holds_the_container_that_names_it(String runtime) {
        var name = "filtered-" + runtime;
        pods.awaitReady(name);
        Await.until(() -> pods.run("logs", name, "-c", "tight").text().equals("refused"));
        Await.until(() -> pods.run("logs", name, "-c", "loose").text().equals("made"));
    }

    @Test
    void a_profile_that_is_not_there_keeps_its_container_out() {
        pods.awaitEvent("unfiltered", "cannot load seccomp profile");
        assertThat(waiting("unfiltered", "tight")).isEqualTo("CreateContainerError");
    }

    /// What `/proc` hides is shown only to users of the pod's own, whom Debian 12's containerd
    /// cannot give it; `UserNamespacesIT` has a newer one.
    @Test
    void nobody_sees_all_of_proc() {
        pods.awaitReady("shaped-runc");
        assertThat(in("runc", "loose", "wc -c < /proc/timer_list; ls /proc/scsi | wc -l").lines())
                .containsOnly("0");
        assertThat(in("runc", "loose", "echo 1 > /proc/sys/vm/drop_caches 2>&1 || echo held"))
                .endsWith("held");
        assertThat(
                        pods.kubectl()
                                .command("-n", NAMESPACE, "apply", "-f", "-")
                                .input(
                                        userless("none")
                                                .replace("hostUsers: false", "")
                                                .replace("userless", "shown"))
                                .run()
                                .err())
                .contains("`hostUsers` must be false to use `Unmasked`");
        pods.awaitEvent("userless", "does not support user namespaces; containerd://");
        assertThat(pods.pod("userless").at("/status/phase").asText()).isEqualTo("Pending");
    }

    private String waiting(String pod, String container) {
        for (var status : pods.pod(pod).at("/status/containerStatuses")) {
            if (status.at("/name").asText().equals(container)) {
                return status.at("/state/waiting/reason").asText();
            }
        }
        return "";
    }

    /// The twin: `shaped-*` set a parameter of their own sandbox, and say no other system.
    @Test
    void a_pod_that_no_node_of_this_kind_can_run_has_failed() {
        pods.await("tuned", "/status/reason", "SysctlForbidden");
        assertThat(pods.pod("tuned").at("/status/phase").asText()).isEqualTo("Failed");
        assertThat(pods.pod("tuned").at("/status/message").asText())
                .isEqualTo("Pod was rejected: forbidden sysctl: \"kernel.msgmax\" not allowlisted");
        pods.await("foreign", "/status/reason", "PodOSNotSupported");
    }

    /// The twin: `shaped-*` say `Merge`. `SupplementalGroupsIT` has a runtime that can.
    @Test
    void groups_of_an_image_are_not_left_out_in_silence_where_the_runtime_cannot() {
        if (features().at("/supplementalGroupsPolicy").asBoolean()) {
            pods.awaitEvent("strict", "none.test/none");
            return;
        }
        pods.await("strict", "/status/reason", "SupplementalGroupsPolicyNotSupported");
        assertThat(pods.pod("strict").at("/status/phase").asText()).isEqualTo("Failed");
        assertThat(pods.pod("strict").at("/status/message").asText())
                .isEqualTo(
                        "Pod was rejected: SupplementalGroupsPolicy=Strict is not supported in this"
                                + " node");
        pods.awaitReady("shaped-runc");
    }

    private JsonNode features() {
        return pods.kubectl().get("nodes").at("/items/0/status/features");
    }

    private String in(String runtime, String container, String script) {
        return pods.run("exec", "shaped-" + runtime, "-c", container, "--", "sh", "-c", script)
                .text();
    }
}

package dev.glovebox.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class IsolationPolicyTest {
    private static final Map<String, String> CLASSES =
            Map.of(
                    "gvisor", "runsc",
                    "runc", "runc",
                    "innocent", "runsc",
                    "gvisor-looking", "runc",
                    "kata", "kata-qemu");

    private static final NamespaceTrust TRUSTED =
            NamespaceTrust.of("own", Map.of(Names.TRUST_LABEL, "trusted"), TrustLevel.UNTRUSTED);
    private static final NamespaceTrust UNTRUSTED =
            NamespaceTrust.of("default", Map.of(), TrustLevel.UNTRUSTED);

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "default,     -,          untrusted, UNTRUSTED",
                "default,     -,          trusted,   TRUSTED",
                "default,     trusted,    untrusted, TRUSTED",
                "default,     untrusted,  trusted,   UNTRUSTED",
                "default,     Trusted,    trusted,   UNTRUSTED",
                "default,     restricted, trusted,   UNTRUSTED",
                "default,     '',         trusted,   UNTRUSTED",
                "kube-system, -,          untrusted, TRUSTED",
                "kube-system, untrusted,  trusted,   UNTRUSTED",
                "kube-system, rubbish,    trusted,   UNTRUSTED",
            })
    void trust_is_the_label_then_the_system_then_the_default_and_rubbish_is_untrusted(
            String namespace, String label, String engineDefault, TrustLevel expected) {
        Map<String, String> labels =
                label == null ? Map.of() : Map.of(Names.TRUST_LABEL, label, "other", "label");
        TrustLevel byDefault = TrustLevel.parse(engineDefault).orElseThrow();
        assertThat(NamespaceTrust.of(namespace, labels, byDefault).level()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "runsc, OWN",
        "runc, SHARED",
        "'', SHARED",
        "Runsc, SHARED",
        "kata, OWN",
        "kata-qemu, SHARED"
    })
    void only_a_handler_known_to_bring_a_kernel_has_one(String handler, Kernel expected) {
        assertThat(Kernel.of(handler)).isEqualTo(expected);
    }

    @Test
    void a_pod_without_a_class_gets_gvisor() {
        assertThat(IsolationPolicy.decide(pod(), UNTRUSTED, CLASSES))
                .isEqualTo(new Verdict.Assign("gvisor"));
    }

    @Test
    void an_empty_class_name_is_no_class() {
        assertThat(IsolationPolicy.decide(podOfClass(""), UNTRUSTED, CLASSES))
                .isEqualTo(new Verdict.Assign("gvisor"));
    }

    @ParameterizedTest
    @CsvSource({"gvisor", "innocent"})
    void a_class_whose_handler_brings_a_kernel_is_left_alone_whatever_its_name(String name) {
        assertThat(IsolationPolicy.decide(podOfClass(name), UNTRUSTED, CLASSES))
                .isEqualTo(new Verdict.Unchanged());
    }

    @ParameterizedTest
    @CsvSource({"runc, runc", "gvisor-looking, runc", "kata, kata-qemu"})
    void a_class_with_a_shared_or_unknown_kernel_is_refused_with_the_cure(
            String name, String handler) {
        assertThat(refusal(podOfClass(name), CLASSES))
                .contains("namespace \"default\" is untrusted (by default)")
                .contains("RuntimeClass \"" + name + "\" (handler \"" + handler + "\")")
                .contains("leave out spec.runtimeClassName")
                .contains("kubectl label --overwrite namespace default glovebox.dev/trust=trusted")
                .doesNotContain("\n");
    }

    @Test
    void a_class_that_does_not_exist_is_refused_here_too() {
        assertThat(refusal(podOfClass("nope"), CLASSES))
                .isEqualTo("RuntimeClass \"nope\" not found");
    }

    @Test
    void without_a_class_gvisor_nothing_can_be_assigned() {
        assertThat(refusal(pod(), Map.of("runc", "runc")))
                .contains("there is no RuntimeClass \"gvisor\"")
                .contains("create it with handler \"runsc\"");
    }

    @Test
    void a_class_gvisor_that_shares_the_kernel_is_not_assigned() {
        assertThat(refusal(pod(), Map.of("gvisor", "runc")))
                .contains("RuntimeClass \"gvisor\" has handler \"runc\"");
    }

    @Test
    void the_refusal_says_when_the_label_was_not_understood() {
        NamespaceTrust mistyped =
                NamespaceTrust.of("a", Map.of(Names.TRUST_LABEL, "trustd"), TrustLevel.TRUSTED);
        assertThat(IsolationPolicy.decide(podOfClass("runc"), mistyped, CLASSES))
                .isInstanceOfSatisfying(
                        Verdict.Refuse.class,
                        refuse ->
                                assertThat(refuse.message()).contains("glovebox.dev/trust=trustd"));
    }

    static Stream<Arguments> pods_that_ask_for_the_host() {
        return Stream.of(
                asking("spec.hostNetwork = true", pod -> pod.getSpec().setHostNetwork(true)),
                asking("spec.hostPID = true", pod -> pod.getSpec().setHostPID(true)),
                asking("spec.hostIPC = true", pod -> pod.getSpec().setHostIPC(true)),
                asking(
                        "spec.priorityClassName = system-node-critical",
                        pod -> pod.getSpec().setPriorityClassName("system-node-critical")),
                asking(
                        "spec.priority = 2000000000",
                        pod -> pod.getSpec().setPriority(2_000_000_000)),
                asking(
                        "spec.volumes[1].hostPath.path = /etc",
                        """
                        {"spec": {"volumes": [{"name": "a", "emptyDir": {}},
                            {"name": "b", "hostPath": {"path": "/etc"}}]}}\
                        """),
                asking(
                        "spec.volumes[0].projected = a service account's token",
                        """
                        {"spec": {"volumes": [{"name": "a", "projected": {"sources":
                            [{"serviceAccountToken": {"path": "token"}}]}}]}}\
                        """),
                asking(
                        "spec.containers[0].securityContext.privileged = true",
                        """
                        {"spec": {"containers": [{"securityContext": {"privileged": true}}]}}\
                        """),
                asking(
                        "spec.initContainers[0].securityContext.privileged = true",
                        """
                        {"spec": {"initContainers": [{"securityContext": {"privileged": true}}]}}\
                        """),
                asking(
                        "spec.ephemeralContainers[0].securityContext.privileged = true",
                        """
                        {"spec": {"ephemeralContainers": [{"securityContext": {"privileged": true}}]}}\
                        """),
                asking(
                        "spec.containers[1].ports[1].hostPort = 80",
                        """
                        {"spec": {"containers": [{}, {"ports": [{"containerPort": 1},
                            {"containerPort": 8080, "hostPort": 80}]}]}}\
                        """),
                asking(
                        "spec.containers[0].securityContext.capabilities.add = SYS_ADMIN",
                        """
                        {"spec": {"containers": [{"securityContext":
                            {"capabilities": {"add": ["CHOWN", "SYS_ADMIN"]}}}]}}\
                        """),
                asking(
                        "spec.containers[0].securityContext.capabilities.add = ALL",
                        """
                        {"spec": {"containers": [{"securityContext":
                            {"capabilities": {"add": ["ALL"]}}}]}}\
                        """),
                asking(
                        "spec.securityContext.seLinuxOptions.type = spc_t",
                        """
                        {"spec": {"securityContext": {"seLinuxOptions": {"type": "spc_t"}}}}\
                        """),
                asking(
                        "spec.containers[0].securityContext.seLinuxOptions.level = s0:c1,c2",
                        """
                        {"spec": {"containers": [{"securityContext": {"seLinuxOptions":
                            {"type": "container_t", "level": "s0:c1,c2"}}}]}}\
                        """),
                asking(
                        "spec.ephemeralContainers[0].securityContext.seLinuxOptions.user = system_u",
                        """
                        {"spec": {"ephemeralContainers": [{"securityContext": {"seLinuxOptions":
                            {"user": "system_u"}}}]}}\
                        """),
                asking(
                        "spec.containers[0].livenessProbe.httpGet.host = 127.0.0.1",
                        """
                        {"spec": {"containers": [{"livenessProbe":
                            {"httpGet": {"port": 80, "host": "127.0.0.1"}}}]}}\
                        """),
                asking(
                        "spec.initContainers[0].startupProbe.tcpSocket.host = 169.254.169.254",
                        """
                        {"spec": {"initContainers": [{"startupProbe":
                            {"tcpSocket": {"port": 80, "host": "169.254.169.254"}}}]}}\
                        """),
                asking(
                        "spec.containers[0].lifecycle.preStop.httpGet.host = example.test",
                        """
                        {"spec": {"containers": [{"lifecycle": {"preStop":
                            {"httpGet": {"port": 80, "host": "example.test"}}}}]}}\
                        """),
                asking(
                        "metadata.annotations[dev.gvisor.flag.host-uds] = all",
                        """
                        {"metadata": {"annotations": {"dev.gvisor.flag.host-uds": "all"}}}\
                        """),
                asking(
                        "metadata.annotations[dev.gvisor.spec.mount.a.source] = /etc",
                        """
                        {"metadata": {"annotations": {"dev.gvisor.spec.mount.a.source": "/etc"}}}\
                        """));
    }

    @ParameterizedTest
    @MethodSource("pods_that_ask_for_the_host")
    void an_untrusted_pod_that_asks_for_the_host_is_refused_by_field(String field, Pod pod) {
        assertThat(refusal(pod, CLASSES))
                .contains(field)
                .contains("remove what is named")
                .contains("kubectl label");
    }

    @ParameterizedTest
    @MethodSource("pods_that_ask_for_the_host")
    void a_trusted_pod_may_ask_for_the_host(String field, Pod pod) {
        assertThat(IsolationPolicy.decide(pod, TRUSTED, CLASSES))
                .as(field)
                .isEqualTo(new Verdict.Unchanged());
    }

    @Test
    void a_named_class_does_not_excuse_asking_for_the_host() {
        Pod pod = podOfClass("gvisor");
        pod.getSpec().setHostPID(true);
        pod.getSpec().setHostIPC(true);
        assertThat(refusal(pod, CLASSES)).contains("spec.hostPID = true, spec.hostIPC = true");
    }

    @Test
    void in_a_trusted_namespace_nothing_is_changed() {
        assertThat(IsolationPolicy.decide(pod(), TRUSTED, CLASSES))
                .isEqualTo(new Verdict.Unchanged());
        assertThat(IsolationPolicy.decide(podOfClass("runc"), TRUSTED, Map.of()))
                .isEqualTo(new Verdict.Unchanged());
    }

    @Test
    void what_every_stock_image_needs_stays_allowed() {
        Pod pod =
                parse(
                        """
                        {"metadata": {"annotations": {"dev.gvisor.spec.mount.a.share": "pod"}},
                         "spec": {"hostNetwork": false, "volumes": [{"name": "a", "emptyDir": {}}],
                          "securityContext": {"runAsUser": 0},
                          "containers": [{"ports": [{"containerPort": 80, "hostPort": 0}],
                            "securityContext": {"privileged": false, "capabilities":
                              {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}}]}}\
                        """);
        assertThat(IsolationPolicy.decide(pod, UNTRUSTED, CLASSES))
                .isEqualTo(new Verdict.Assign("gvisor"));
    }

    @Test
    void a_pod_without_a_spec_is_not_let_through() {
        Pod pod = new PodBuilder().withMetadata(new ObjectMetaBuilder().build()).build();
        assertThat(IsolationPolicy.decide(pod, UNTRUSTED, CLASSES))
                .isEqualTo(new Verdict.Assign("gvisor"));
        assertThat(IsolationPolicy.decide(new Pod(), UNTRUSTED, Map.of()))
                .isInstanceOf(Verdict.Refuse.class);
    }

    private static Arguments asking(String field, Consumer<Pod> change) {
        Pod pod = pod();
        change.accept(pod);
        return Arguments.of(field, pod);
    }

    private static Arguments asking(String field, String json) {
        return Arguments.of(field, parse(json));
    }

    private static Pod parse(String json) {
        try {
            return new ObjectMapper().readValue(json, Pod.class);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static String refusal(Pod pod, Map<String, String> classes) {
        Verdict verdict = IsolationPolicy.decide(pod, UNTRUSTED, classes);
        assertThat(verdict).isInstanceOf(Verdict.Refuse.class);
        return ((Verdict.Refuse) verdict).message();
    }

    private static Pod pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace("default")
                .withName("p")
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .endContainer()
                .endSpec()
                .build();
    }

    private static Pod podOfClass(String name) {
        Pod pod = pod();
        pod.getSpec().setRuntimeClassName(name);
        return pod;
    }
}

package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What a namespace's trust does to pods, through kubectl. The pods name an image that does not
/// exist: only what the API says about them matters here.
@SharedEngine
class TrustIT {
    private static final String IMAGE = "example.test/none:1";
    private final Kubectl kubectl;

    TrustIT(Kubectl kubectl) {
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void makeNamespaces(Kubectl kubectl) {
        kubectl.apply(Manifests.namespace("trust-no", "untrusted")).ok();
        kubectl.apply(Manifests.namespace("trust-yes", "trusted")).ok();
        kubectl.apply(Manifests.runtimeClass("safe-gvisor", "runc")).ok();
        kubectl.apply(Manifests.runtimeClass("plain", "runsc")).ok();
        kubectl.apply(Manifests.runtimeClass("odd", "mystery")).ok();
    }

    @AfterAll
    static void removeThem(Kubectl kubectl) {
        kubectl.run("delete", "namespace", "trust-no", "trust-yes").ok();
        kubectl.run("delete", "runtimeclass", "safe-gvisor", "plain", "odd").ok();
    }

    @Test
    void in_an_untrusted_namespace_a_pod_without_a_class_gets_gvisor() {
        assertThat(created("trust-no", "no-class", "")).isEqualTo("gvisor");
    }

    @Test
    void without_a_label_the_engines_default_holds() {
        assertThat(created("default", "no-class", "")).isEqualTo("gvisor");
        kubectl.run("delete", "pod", "no-class").ok();
    }

    @Test
    void in_a_trusted_namespace_nothing_is_changed() {
        assertThat(created("trust-yes", "no-class", "")).isEmpty();
        assertThat(created("trust-yes", "runc", "runc")).isEqualTo("runc");
        assertThat(created("trust-yes", "gvisor", "gvisor")).isEqualTo("gvisor");
    }

    @Test
    void kube_system_is_trusted() {
        assertThat(created("kube-system", "no-class", "")).isEmpty();
        kubectl.run("-n", "kube-system", "delete", "pod", "no-class").ok();
    }

    @Test
    void a_shared_kernel_is_refused_with_the_reason_and_the_cure() {
        var ran = create("trust-no", "shared", "runc");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("Forbidden")
                .contains("handler \"runc\"")
                .contains("shares the host's kernel")
                .contains("glovebox.dev/trust");
    }

    @Test
    void the_handler_counts_and_not_the_name() {
        assertThat(create("trust-no", "named-safe", "safe-gvisor").err()).contains("Forbidden");
        assertThat(created("trust-no", "named-plain", "plain")).isEqualTo("plain");
    }

    @Test
    void an_unknown_handler_counts_as_a_shared_kernel() {
        assertThat(create("trust-no", "odd", "odd").err())
                .contains("Forbidden")
                .contains("mystery");
    }

    @Test
    void an_unknown_class_is_refused_first_in_kubernetes_words() {
        for (var namespace : new String[] {"trust-no", "trust-yes"}) {
            assertThat(create(namespace, "unknown", "nowhere").err())
                    .contains("pod rejected: RuntimeClass \"nowhere\" not found");
        }
    }

    @Test
    void a_pod_cannot_leave_its_class_afterwards() {
        created("trust-no", "fixed", "");
        var ran =
                kubectl.run(
                        "-n",
                        "trust-no",
                        "patch",
                        "pod",
                        "fixed",
                        "-p",
                        "{\"spec\":{\"runtimeClassName\":\"runc\"}}");
        assertThat(ran.exit()).isEqualTo(1);
        assertThat(
                        kubectl.get("-n", "trust-no", "pod", "fixed")
                                .at("/spec/runtimeClassName")
                                .asText())
                .isEqualTo("gvisor");
    }

    private Ran create(String namespace, String name, String className) {
        var manifest =
                className.isEmpty()
                        ? Manifests.pod(name, IMAGE, "true")
                        : Manifests.pod(name, IMAGE, "true", "runtimeClassName: " + className);
        return kubectl.command("-n", namespace, "create", "-f", "-").input(manifest).run();
    }

    private String created(String namespace, String name, String className) {
        create(namespace, name, className).ok();
        return kubectl.get("-n", namespace, "pod", name).at("/spec/runtimeClassName").asText();
    }
}

package dev.glovebox.node.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.pod.Eviction;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuitabilityTest {
    @Test
    void an_ordinary_pod_is_taken() {
        assertThat(refusal(pod().build())).isEmpty();
        assertThat(
                        refusal(
                                pod().editSpec()
                                        .withNewOs("linux")
                                        .addToNodeSelector("kubernetes.io/os", "linux")
                                        .endSpec()
                                        .build()))
                .isEmpty();
    }

    @Test
    void a_pod_of_another_system_is_not() {
        refused(
                pod().editSpec().withNewOs("windows").endSpec().build(),
                "PodOSNotSupported",
                "Failed to admit pod as the OS field doesn't match node OS");
        refused(
                pod().editSpec().addToNodeSelector("kubernetes.io/os", "windows").endSpec().build(),
                "PodOSSelectorNodeLabelDoesNotMatch",
                "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '|',
            value = {
                "net.ipv4.tcp_syncookies, false, ||",
                "net/ipv4/tcp_syncookies, false, ||",
                "kernel.shm_rmid_forced, false, ||",
                "kernel.msgmax, false, forbidden sysctl: \"kernel.msgmax\" not allowlisted",
                "kernel/msgmax, false, forbidden sysctl: \"kernel.msgmax\" not allowlisted",
                "net.ipv4.ip_forward, false, forbidden sysctl: \"net.ipv4.ip_forward\" not allowlisted",
                "net.ipv4.conf.eth0/1.rp_filter, false, forbidden sysctl: \"net.ipv4.conf.eth0/1.rp_filter\" not allowlisted",
                "net/ipv4/conf/eth0.1/rp_filter, false, forbidden sysctl: \"net.ipv4.conf.eth0/1.rp_filter\" not allowlisted",
                "net.ipv4.tcp_syncookies, true, forbidden sysctl: \"net.ipv4.tcp_syncookies\" not allowed with host net enabled",
                "kernel.shm_rmid_forced, true, forbidden sysctl: \"kernel.shm_rmid_forced\" not allowed with host ipc enabled",
            })
    void only_parameters_of_a_sandbox_are_set(String name, boolean host, String message) {
        Pod pod =
                pod().editSpec()
                        .withHostNetwork(host)
                        .withHostIPC(host)
                        .withNewSecurityContext()
                        .addNewSysctl(name, "1")
                        .endSecurityContext()
                        .endSpec()
                        .build();
        if (message.isEmpty()) {
            assertThat(refusal(pod)).isEmpty();
        } else {
            refused(pod, "SysctlForbidden", message);
        }
    }

    @Test
    void one_that_wants_no_groups_of_images_needs_a_runtime_that_can_leave_them_out() {
        Pod strict = withGroups("Strict");
        assertThat(Suitability.refusal(strict, () -> true)).isEmpty();
        refused(
                strict,
                "SupplementalGroupsPolicyNotSupported",
                "SupplementalGroupsPolicy=Strict is not supported in this node");
        assertThat(refusal(withGroups("Merge"))).isEmpty();
        assertThat(refusal(withGroups(null))).isEmpty();
    }

    private static Pod withGroups(@Nullable String policy) {
        return pod().editSpec()
                .withNewSecurityContext()
                .withSupplementalGroupsPolicy(policy)
                .endSecurityContext()
                .endSpec()
                .build();
    }

    /// By a node whose runtime cannot do what not every one can.
    private static Optional<Eviction> refusal(Pod pod) {
        return Suitability.refusal(pod, () -> false);
    }

    private static void refused(Pod pod, String reason, String message) {
        assertThat(refusal(pod))
                .contains(new Eviction(Eviction.Cause.NOT_ADMITTED, reason, message));
    }

    private static PodBuilder pod() {
        return new PodBuilder().withNewMetadata().endMetadata().withNewSpec().endSpec();
    }
}

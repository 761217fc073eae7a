package dev.glovebox.node.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.node.pod.Eviction;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuitabilityTest {
    @Test
    void an_ordinary_pod_is_taken() {
        assertThat(Suitability.refusal(pod().build())).isEmpty();
        assertThat(
                        Suitability.refusal(
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
            assertThat(Suitability.refusal(pod)).isEmpty();
        } else {
            refused(pod, "SysctlForbidden", message);
        }
    }

    private static void refused(Pod pod, String reason, String message) {
        assertThat(Suitability.refusal(pod))
                .contains(new Eviction(Eviction.Cause.NOT_ADMITTED, reason, message));
    }

    private static PodBuilder pod() {
        return new PodBuilder().withNewMetadata().endMetadata().withNewSpec().endSpec();
    }
}

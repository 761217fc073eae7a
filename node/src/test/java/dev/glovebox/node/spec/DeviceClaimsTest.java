package dev.glovebox.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import org.junit.jupiter.api.Test;

class DeviceClaimsTest {
    private static final String REFUSAL =
            "Failed to prepare dynamic resources: this node prepares none, and the pod has resource"
                    + " claims: ";

    @Test
    void a_pod_that_asks_for_devices_is_refused_by_the_names_of_its_claims() {
        Pod pod =
                new PodBuilder()
                        .withNewSpec()
                        .addNewResourceClaim()
                        .withName("gpu")
                        .withResourceClaimName("mine")
                        .endResourceClaim()
                        .addNewResourceClaim()
                        .withName("dongle")
                        .withResourceClaimTemplateName("all")
                        .endResourceClaim()
                        .endSpec()
                        .build();
        assertThat(DeviceClaims.refusal(pod)).contains(REFUSAL + "dongle, gpu");
    }

    @Test
    void a_container_that_asks_is_refused_too() {
        Pod pod =
                new PodBuilder()
                        .withNewSpec()
                        .addNewInitContainer()
                        .withNewResources()
                        .addNewClaim("gpu", null)
                        .endResources()
                        .endInitContainer()
                        .addNewContainer()
                        .endContainer()
                        .endSpec()
                        .build();
        assertThat(DeviceClaims.refusal(pod)).contains(REFUSAL + "gpu");
    }

    @Test
    void a_pod_that_does_not_ask_is_not() {
        Pod pod = new PodBuilder().withNewSpec().addNewContainer().endContainer().endSpec().build();
        assertThat(DeviceClaims.refusal(pod)).isEmpty();
    }
}

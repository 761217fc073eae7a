package dev.glovebox.node.resize;

import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.Map;

/// Pods of one container that ask for something, for tests.
final class Sized {
    private Sized() {}

    static Pod pod(String uid, String cpu, String memory) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(uid)
                .withUid(uid)
                .withGeneration(2L)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("c")
                .withResources(resources(cpu, memory))
                .endContainer()
                .endSpec()
                .withNewStatus()
                .withPhase("Running")
                .endStatus()
                .build();
    }

    /// With a status that tells what it has.
    static Pod having(Pod pod, String cpu, String memory) {
        return new PodBuilder(pod)
                .editStatus()
                .withContainerStatuses(
                        new ContainerStatusBuilder()
                                .withName("c")
                                .withResources(resources(cpu, memory))
                                .withAllocatedResources(resources(cpu, memory).getRequests())
                                .build())
                .endStatus()
                .build();
    }

    static ResourceRequirements resources(String cpu, String memory) {
        Map<String, Quantity> amounts =
                Map.of("cpu", Quantity.parse(cpu), "memory", Quantity.parse(memory));
        return new ResourceRequirementsBuilder().withRequests(amounts).withLimits(amounts).build();
    }
}

package dev.glovebox.node.eviction;

import dev.glovebox.node.pod.Eviction;
import dev.glovebox.node.spec.SupplementalGroups;
import dev.glovebox.node.spec.Sysctls;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Whether a node is one that can run a pod at all, whoever sent it there. Pure. Source:
/// `k8s.io/kubernetes/pkg/kubelet/lifecycle` and `.../sysctl`.
public final class Suitability {
    private static final String SYSTEM = "linux";
    private static final String SYSTEM_LABEL = "kubernetes.io/os";

    private Suitability() {}

    /// Why it cannot, with the kubelet's reason; empty where it can.
    ///
    /// @param strictGroups whether the node's runtime can keep containers to the groups that their
    ///   pod names; asked only where the pod wants that
    public static Optional<Eviction> refusal(Pod pod, BooleanSupplier strictGroups) {
        Optional<String> sysctl = Sysctls.refusal(pod);
        if (sysctl.isPresent()) {
            return refused("SysctlForbidden", sysctl.get());
        }
        Map<String, String> selector = pod.getSpec().getNodeSelector();
        if (selector != null && !selector.getOrDefault(SYSTEM_LABEL, SYSTEM).equals(SYSTEM)) {
            return refused(
                    "PodOSSelectorNodeLabelDoesNotMatch",
                    "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label");
        }
        if (pod.getSpec().getOs() != null && !SYSTEM.equals(pod.getSpec().getOs().getName())) {
            return refused(
                    "PodOSNotSupported",
                    "Failed to admit pod as the OS field doesn't match node OS");
        }
        if (SupplementalGroups.strict(pod) && !strictGroups.getAsBoolean()) {
            return refused("SupplementalGroupsPolicyNotSupported", SupplementalGroups.NOT_SERVED);
        }
        return Optional.empty();
    }

    private static Optional<Eviction> refused(String reason, String message) {
        return Optional.of(new Eviction(Eviction.Cause.NOT_ADMITTED, reason, message));
    }
}

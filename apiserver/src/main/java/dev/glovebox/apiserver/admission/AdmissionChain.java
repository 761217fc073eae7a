package dev.glovebox.apiserver.admission;

import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.policy.TrustLevel;
import java.util.List;

/// All steps of admission in their order: Kubernetes' own, and ours before the one that depends on
/// the class that ours may assign.
public final class AdmissionChain implements Admission {
    private final List<Admission> steps;

    /// The chain over stored objects.
    ///
    /// @param byDefault how far pods of a namespace are trusted that does not say
    public AdmissionChain(ObjectLookup objects, TrustLevel byDefault) {
        steps =
                List.of(
                        new NamespaceLifecycle(objects),
                        new Priority(objects),
                        new DefaultTolerationSeconds(),
                        new Trust(objects, byDefault),
                        new RuntimeClasses(objects));
    }

    @Override
    public void admit(AdmissionRequest request) {
        steps.forEach(step -> step.admit(request));
    }
}

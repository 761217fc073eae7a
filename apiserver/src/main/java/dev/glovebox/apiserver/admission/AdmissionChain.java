package dev.glovebox.apiserver.admission;

import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.Grants;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.ObjectWriter;
import dev.glovebox.policy.TrustLevel;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/// All steps of admission in their order: Kubernetes' own, and ours before the one that depends on
/// the class that ours may assign.
public final class AdmissionChain implements Admission {
    private final List<Admission> steps;

    /// The chain over stored objects.
    ///
    /// @param byDefault how far pods of a namespace are trusted that does not say
    /// @param authorizer says what somebody has who grants something
    /// @param grants the roles that can be granted
    /// @param writer writes what quotas are charged
    public AdmissionChain(
            ObjectLookup objects,
            TrustLevel byDefault,
            Authorizer authorizer,
            Supplier<Grants> grants,
            ObjectWriter writer,
            Clock clock) {
        NamespaceTrusts trusts = new NamespaceTrusts(objects, byDefault);
        steps =
                List.of(
                        new Escalation(authorizer, grants),
                        new NamespaceLifecycle(objects),
                        new LimitRanger(objects),
                        new ServiceAccount(objects, trusts),
                        new NodeRestriction(),
                        new PodSecurity(objects, clock),
                        new Priority(objects),
                        new DefaultTolerationSeconds(),
                        new Trust(objects, trusts),
                        new RuntimeClasses(objects),
                        new ResourceQuota(objects, writer, clock));
    }

    @Override
    public void admit(AdmissionRequest request) {
        steps.forEach(step -> step.admit(request));
    }

    @Override
    public void validate(AdmissionRequest request) {
        steps.forEach(step -> step.validate(request));
    }
}

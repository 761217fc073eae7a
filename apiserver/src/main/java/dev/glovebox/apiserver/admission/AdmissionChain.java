package dev.glovebox.apiserver.admission;

import dev.glovebox.apiserver.auth.Authorizer;
import dev.glovebox.apiserver.auth.Grants;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.ObjectWriter;
import dev.glovebox.apiserver.podsecurity.PodSecurityConfiguration;
import dev.glovebox.policy.TrustLevel;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// All steps of admission in their order: Kubernetes' own, and ours before the one that depends on
/// the class that ours may assign; then webhooks, and quotas last. Nobody is asked about what none
/// of Kubernetes' own steps looks at: connections, and objects that are not stored, are the
/// webhooks' alone ([#webhooks]).
public final class AdmissionChain implements Admission {
    private final List<Admission> steps;
    private final List<Admission> isolation;
    private final Admission escalation;
    private final Admission quota;
    private final Hooks hooks;

    /// Webhooks.
    ///
    /// @param mutating change objects after all other steps that do
    /// @param validating see objects as they will be stored
    public record Hooks(Mutation mutating, Admission validating) {}

    /// The chain over stored objects.
    ///
    /// @param byDefault how far pods of a namespace are trusted that does not say
    /// @param podSecurity what holds of the Pod Security Standards where namespaces do not say
    /// @param authorizer says what somebody has who grants something
    /// @param grants the roles that can be granted
    /// @param writer writes what quotas are charged
    public AdmissionChain(
            ObjectLookup objects,
            TrustLevel byDefault,
            PodSecurityConfiguration podSecurity,
            Authorizer authorizer,
            Supplier<Grants> grants,
            ObjectWriter writer,
            Hooks hooks,
            Clock clock) {
        NamespaceTrusts trusts = new NamespaceTrusts(objects, byDefault);
        this.isolation = List.of(new Trust(objects, trusts), new RuntimeClasses(objects));
        this.steps =
                Stream.concat(
                                Stream.of(
                                        new NamespaceLifecycle(objects),
                                        new LimitRanger(objects),
                                        new ServiceAccount(objects, trusts),
                                        new NodeRestriction(),
                                        new TaintNodesByCondition(),
                                        new PodSecurity(objects, podSecurity, clock),
                                        new Priority(objects),
                                        new DefaultTolerationSeconds(),
                                        new StorageObjectInUseProtection()),
                                isolation.stream())
                        .toList();
        this.escalation = new Escalation(authorizer, grants);
        this.quota = new ResourceQuota(objects, writer, clock);
        this.hooks = hooks;
    }

    /// Webhooks change the object after the steps of ours, which look again at what they changed;
    /// and when webhooks then have changed it once more, those that decide about isolation have the
    /// last word. What is granted is judged as it will be.
    @Override
    public void admit(AdmissionRequest request) {
        steps.forEach(step -> step.admit(request));
        hooks.mutating()
                .mutate(request)
                .ifPresent(again -> {
                    steps.forEach(step -> step.admit(request));
                    again.run();
                    isolation.forEach(step -> step.admit(request));
                });
        escalation.admit(request);
    }

    @Override
    public void validate(AdmissionRequest request) {
        steps.forEach(step -> step.validate(request));
        hooks.validating().validate(request);
        quota.validate(request);
    }

    /// The steps of ours alone, for what webhooks were asked about under another name.
    public Admission builtIn() {
        return new Admission() {
            @Override
            public void admit(AdmissionRequest request) {
                steps.forEach(step -> step.admit(request));
                escalation.admit(request);
            }

            @Override
            public void validate(AdmissionRequest request) {
                steps.forEach(step -> step.validate(request));
                quota.validate(request);
            }
        };
    }

    /// Webhooks alone, for what no step of ours looks at.
    public Admission webhooks() {
        return new Admission() {
            @Override
            public void admit(AdmissionRequest request) {
                hooks.mutating().mutate(request).ifPresent(Runnable::run);
            }

            @Override
            public void validate(AdmissionRequest request) {
                hooks.validating().validate(request);
            }
        };
    }
}

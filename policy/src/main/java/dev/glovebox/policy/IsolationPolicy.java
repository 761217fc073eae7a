package dev.glovebox.policy;

import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Map;

/// Decides which isolation a pod gets. Pure: the same question has the same answer, wherever it is
/// asked; admission asks it before a pod is stored, the node agent before a pod is started.
///
/// In a trusted namespace nothing is changed and nothing refused. In an untrusted one a pod runs
/// only under a handler with a [kernel of its own][Kernel] and takes nothing from the host
/// ([Hardening]); what is not known to be safe is refused.
public final class IsolationPolicy {
    private IsolationPolicy() {}

    /// The verdict on a pod.
    ///
    /// @param pod as its author wrote it, or as it is stored
    /// @param trust of the pod's namespace
    /// @param handlers every RuntimeClass: name to handler
    public static Verdict decide(Pod pod, NamespaceTrust trust, Map<String, String> handlers) {
        return switch (trust.level()) {
            case TRUSTED -> new Verdict.Unchanged();
            case UNTRUSTED -> decideUntrusted(pod, trust, handlers);
        };
    }

    private static Verdict decideUntrusted(
            Pod pod, NamespaceTrust trust, Map<String, String> handlers) {
        String className = className(pod);
        Verdict isolation =
                className.isEmpty()
                        ? assign(trust, handlers)
                        : judgeNamed(className, trust, handlers);
        if (isolation instanceof Verdict.Refuse) {
            return isolation;
        }
        List<Hardening.Violation> violations = Hardening.violations(pod);
        return violations.isEmpty() ? isolation : refuse(violations, trust);
    }

    private static String className(Pod pod) {
        String name = pod.getSpec() == null ? null : pod.getSpec().getRuntimeClassName();
        return name == null ? "" : name;
    }

    private static Verdict assign(NamespaceTrust trust, Map<String, String> handlers) {
        String handler = handlers.get(Names.GVISOR_CLASS);
        if (handler == null) {
            return new Verdict.Refuse(
                    ("%s, so the pod needs a kernel of its own, but there is no RuntimeClass \"%s\";"
                                    + " create it with handler \"%s\"")
                            .formatted(trust.clause(), Names.GVISOR_CLASS, Names.GVISOR_HANDLER));
        }
        if (Kernel.of(handler) == Kernel.SHARED) {
            return new Verdict.Refuse(
                    ("%s, so the pod needs a kernel of its own, but RuntimeClass \"%s\" has handler"
                                    + " \"%s\", which counts as sharing the host's; delete the class"
                                    + " and create it with handler \"%s\"")
                            .formatted(
                                    trust.clause(),
                                    Names.GVISOR_CLASS,
                                    handler,
                                    Names.GVISOR_HANDLER));
        }
        return new Verdict.Assign(Names.GVISOR_CLASS);
    }

    private static Verdict judgeNamed(
            String className, NamespaceTrust trust, Map<String, String> handlers) {
        String handler = handlers.get(className);
        if (handler == null) {
            return new Verdict.Refuse("RuntimeClass \"%s\" not found".formatted(className));
        }
        return switch (Kernel.of(handler)) {
            case OWN -> new Verdict.Unchanged();
            case SHARED ->
                    new Verdict.Refuse(
                            ("%s, and RuntimeClass \"%s\" (handler \"%s\") shares the host's"
                                            + " kernel; leave out spec.runtimeClassName to run under"
                                            + " \"%s\", or, if you trust every pod of the namespace:"
                                            + " %s")
                                    .formatted(
                                            trust.clause(),
                                            className,
                                            handler,
                                            Names.GVISOR_CLASS,
                                            trust.cure()));
        };
    }

    private static Verdict refuse(List<Hardening.Violation> violations, NamespaceTrust trust) {
        String fields =
                String.join(", ", violations.stream().map(Hardening.Violation::toString).toList());
        return new Verdict.Refuse(
                "%s, and the pod asks for the host: %s; remove what is named, or, if you trust every pod of the namespace: %s"
                        .formatted(trust.clause(), fields, trust.cure()));
    }
}

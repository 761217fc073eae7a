package dev.glovebox.engine;

import dev.glovebox.control.RunSpec;
import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The pods of `check`: the same under gVisor and under runc, but for the class. Pure.
///
/// What is checked is what nobody trusts, and under runc the host's kernel alone is between it and
/// the machine. So both sides are fenced alike, as far as a program that works under Docker can
/// bear: no network, no gain of privileges, containerd's default filter of system calls, none of
/// the capabilities that a server does without, and limits of all that it could use up.
final class CheckPod {
    /// Of a container's usual capabilities those that open raw sockets, make devices, write to the
    /// audit log, change the root directory or give files capabilities.
    private static final List<String> DROPPED =
            List.of("NET_RAW", "MKNOD", "AUDIT_WRITE", "SYS_CHROOT", "SETFCAP");

    private static final Map<String, Quantity> LIMITS =
            Map.of(
                    "cpu",
                    Quantity.parse("1"),
                    "memory",
                    Quantity.parse("1Gi"),
                    "ephemeral-storage",
                    Quantity.parse("1Gi"));
    private static final String PIDS = "1000";

    /// Beyond its own time, after which the node ends it, also where the engine is not there any
    /// more.
    private static final Duration SPARE = Duration.ofMinutes(5);

    private CheckPod() {}

    /// The namespace of one side.
    static Namespace namespace(RunSpec spec) {
        return namespace(spec.isolation() == RunSpec.Isolation.RUNC);
    }

    /// The namespace of pods that the engine makes to see something.
    static Namespace namespace(boolean trusted) {
        return RunPod.namespace(
                trusted ? Names.TRUSTED_CHECK_NAMESPACE : Names.CHECK_NAMESPACE, trusted);
    }

    /// The pod of one side.
    ///
    /// @param spec under the isolation of that side
    /// @param image a name that the nodes have
    /// @param nodes names of those that it may be on
    static Pod of(RunSpec spec, String image, List<String> nodes) {
        Pod run = RunPod.of(spec, image, nodes);
        Map<String, Quantity> limits = new HashMap<>(LIMITS);
        limits.putAll(run.getSpec().getContainers().getFirst().getResources().getLimits());
        Map<String, String> annotations = new HashMap<>(Map.of(Names.PIDS_ANNOTATION, PIDS));
        annotations.putAll(run.getMetadata().getAnnotations());
        return new PodBuilder(run)
                .editMetadata()
                .withNamespace(namespace(spec).getMetadata().getName())
                .withName(null)
                .withGenerateName("check-")
                .withAnnotations(annotations)
                .endMetadata()
                .editSpec()
                .withActiveDeadlineSeconds(spec.timeout().plus(SPARE).toSeconds())
                .editFirstContainer()
                .withNewResources()
                .withLimits(limits)
                .endResources()
                .withNewSecurityContext()
                .withAllowPrivilegeEscalation(false)
                .withNewCapabilities()
                .withDrop(DROPPED)
                .endCapabilities()
                .withNewSeccompProfile()
                .withType("RuntimeDefault")
                .endSeccompProfile()
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();
    }
}

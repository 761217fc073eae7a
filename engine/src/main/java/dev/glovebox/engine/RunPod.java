package dev.glovebox.engine;

import dev.glovebox.control.RunSpec;
import dev.glovebox.model.Names;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.NodeSelectorTerm;
import io.fabric8.kubernetes.api.model.NodeSelectorTermBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The pod and the namespace that `run` makes from what it was asked. Pure.
final class RunPod {
    /// Name of the pod's one container.
    static final String CONTAINER = "main";

    private RunPod() {}

    /// The namespace of such runs, with its trust said outright: the engine's default is about
    /// namespaces of others.
    static Namespace namespace(RunSpec spec) {
        return namespace(namespaceName(spec), spec.isolation() == RunSpec.Isolation.RUNC);
    }

    /// A namespace for pods of the command line's own.
    static Namespace namespace(String name, boolean trusted) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels(Names.TRUST_LABEL, trusted ? "trusted" : "untrusted")
                .endMetadata()
                .build();
    }

    static String namespaceName(RunSpec spec) {
        return spec.isolation() == RunSpec.Isolation.RUNC
                ? Names.TRUSTED_RUN_NAMESPACE
                : Names.RUN_NAMESPACE;
    }

    /// The pod.
    ///
    /// @param image a name that the nodes have
    /// @param nodes names of those that it may be on: this engine's own, which alone have the image
    ///   and are seen into; not empty
    static Pod of(RunSpec spec, String image, List<String> nodes) {
        return new PodBuilder()
                .withNewMetadata()
                .withNamespace(namespaceName(spec))
                .withName(spec.name().isEmpty() ? null : spec.name())
                .withGenerateName(spec.name().isEmpty() ? "run-" : null)
                .addToLabels("app.kubernetes.io/managed-by", "glovebox-run")
                .withAnnotations(annotations(spec))
                .endMetadata()
                .withNewSpec()
                .withRuntimeClassName(runtimeClass(spec.isolation()))
                .withNewAffinity()
                .withNewNodeAffinity()
                .withNewRequiredDuringSchedulingIgnoredDuringExecution()
                .addAllToNodeSelectorTerms(nodes.stream().map(RunPod::only).toList())
                .endRequiredDuringSchedulingIgnoredDuringExecution()
                .endNodeAffinity()
                .endAffinity()
                .withRestartPolicy("Never")
                .withTerminationGracePeriodSeconds(1L)
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .addNewContainer()
                .withName(CONTAINER)
                .withImage(image)
                .withImagePullPolicy("IfNotPresent")
                .withArgs(spec.command().stream().map(RunPod::literal).toList())
                .withStdin(spec.input() || spec.terminal())
                .withStdinOnce(spec.input() || spec.terminal())
                .withTty(spec.terminal())
                .withNewResources()
                .withLimits(limits(spec))
                .endResources()
                .addAllToEnv(
                        spec.environment().entrySet().stream()
                                .map(each ->
                                        new io.fabric8.kubernetes.api.model.EnvVarBuilder()
                                                .withName(each.getKey())
                                                .withValue(literal(each.getValue()))
                                                .build())
                                .toList())
                .endContainer()
                .endSpec()
                .build();
    }

    /// A term for one node: a field may be compared with one value alone.
    static NodeSelectorTerm only(String node) {
        return new NodeSelectorTermBuilder()
                .addNewMatchField()
                .withKey("metadata.name")
                .withOperator("In")
                .withValues(node)
                .endMatchField()
                .build();
    }

    /// Text as Kubernetes writes it where it would expand `$(NAME)`: a dollar is two of them.
    private static String literal(String text) {
        return text.replace("$", "$$");
    }

    private static Map<String, String> annotations(RunSpec spec) {
        Map<String, String> annotations = new HashMap<>();
        annotations.put(Names.NETWORK_ANNOTATION, spec.network().name().toLowerCase(Locale.ROOT));
        if (spec.pids() > 0) {
            annotations.put(Names.PIDS_ANNOTATION, Long.toString(spec.pids()));
        }
        return annotations;
    }

    private static @Nullable String runtimeClass(RunSpec.Isolation isolation) {
        return switch (isolation) {
            case AUTO -> null;
            case GVISOR -> Names.GVISOR_CLASS;
            case KATA -> Names.KATA;
            case RUNC -> Names.RUNC;
        };
    }

    private static Map<String, Quantity> limits(RunSpec spec) {
        Map<String, Quantity> limits = new HashMap<>();
        for (Map.Entry<String, String> each :
                List.of(Map.entry("cpu", spec.cpus()), Map.entry("memory", spec.memory()))) {
            if (!each.getValue().isEmpty()) {
                limits.put(each.getKey(), Quantity.parse(each.getValue()));
            }
        }
        return limits;
    }
}

package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Fields of pods that Kubernetes 1.34 knows and does nothing by, because the feature that they are
/// for is off there unless somebody turns it on. They are taken out of what is written, and stay
/// where the object had any of the same feature before. Source: `k8s.io/kubernetes/pkg/features`
/// and `pkg/api/pod`.
final class GatedFields {
    /// A feature that is off.
    ///
    /// @param name of its gate
    /// @param used whether a pod's spec has fields of it
    /// @param drop takes them out
    private record Feature(String name, Predicate<JsonNode> used, Consumer<ObjectNode> drop) {}

    private static final List<String> APP = List.of("containers");
    private static final List<String> INIT = List.of("initContainers");
    private static final List<String> ALL =
            List.of("initContainers", "containers", "ephemeralContainers");

    private static final List<Feature> OFF =
            List.of(
                    new Feature(
                            "ContainerRestartRules",
                            GatedFields::restarts,
                            GatedFields::dropRestarts),
                    new Feature(
                            "ContainerStopSignals",
                            spec -> containers(spec, ALL).anyMatch(GatedFields::signalled),
                            spec -> containers(spec, ALL).forEach(GatedFields::dropSignal)),
                    new Feature(
                            "HostnameOverride",
                            spec -> spec.has("hostnameOverride"),
                            spec -> spec.remove("hostnameOverride")),
                    new Feature(
                            "EnvFiles",
                            spec -> variables(spec).anyMatch(each -> each.has("fileKeyRef")),
                            spec -> variables(spec).forEach(each -> each.remove("fileKeyRef"))),
                    new Feature(
                            "ImageVolume",
                            spec -> volumes(spec).anyMatch(each -> each.has("image")),
                            GatedFields::dropImageVolumes),
                    projected("ClusterTrustBundleProjection", "clusterTrustBundle"),
                    projected("PodCertificateRequest", "podCertificate"));

    private GatedFields() {}

    private static Feature projected(String name, String source) {
        return new Feature(
                name,
                spec -> sources(spec).anyMatch(each -> each.has(source)),
                spec -> sources(spec).forEach(each -> each.remove(source)));
    }

    /// Takes out of a pod's spec what nothing is done by.
    ///
    /// @param spec of a pod or of a template; left alone where it is no object
    /// @param old as it was before; missing where it is new
    static void drop(JsonNode spec, JsonNode old) {
        if (spec instanceof ObjectNode object) {
            for (Feature feature : OFF) {
                if (!feature.used().test(old)) {
                    feature.drop().accept(object);
                }
            }
        }
    }

    private static Stream<ObjectNode> containers(JsonNode spec, List<String> lists) {
        return lists.stream().flatMap(list -> Trees.objects(spec.path(list)).stream());
    }

    private static Stream<ObjectNode> volumes(JsonNode spec) {
        return Trees.objects(spec.path("volumes")).stream();
    }

    private static Stream<ObjectNode> sources(JsonNode spec) {
        return volumes(spec)
                .flatMap(each -> Trees.objects(each.path("projected").path("sources")).stream());
    }

    /// Where the variables of all containers have their values from.
    private static Stream<ObjectNode> variables(JsonNode spec) {
        return containers(spec, ALL)
                .flatMap(each -> Trees.objects(each.path("env")).stream())
                .map(each -> each.path("valueFrom"))
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast);
    }

    private static boolean restarts(JsonNode spec) {
        return containers(spec, APP).anyMatch(each -> each.has("restartPolicy"))
                || containers(spec, INIT)
                        .anyMatch(each -> otherThanSidecar(each) || each.has("restartPolicyRules"));
    }

    private static void dropRestarts(ObjectNode spec) {
        containers(spec, ALL).forEach(each -> each.remove("restartPolicyRules"));
        containers(spec, List.of("containers", "ephemeralContainers"))
                .forEach(each -> each.remove("restartPolicy"));
        containers(spec, INIT)
                .filter(GatedFields::otherThanSidecar)
                .forEach(each -> each.remove("restartPolicy"));
    }

    private static boolean otherThanSidecar(JsonNode container) {
        return container.has("restartPolicy")
                && !container.path("restartPolicy").asText().equals("Always");
    }

    private static boolean signalled(JsonNode container) {
        return container.path("lifecycle").has("stopSignal");
    }

    private static void dropSignal(ObjectNode container) {
        if (container.path("lifecycle") instanceof ObjectNode lifecycle
                && lifecycle.remove("stopSignal") != null
                && lifecycle.isEmpty()) {
            container.remove("lifecycle");
        }
    }

    private static void dropImageVolumes(ObjectNode spec) {
        Set<String> names = new HashSet<>();
        without(
                spec,
                "volumes",
                each -> {
                    boolean image = each.has("image");
                    if (image) {
                        names.add(each.path("name").asText());
                    }
                    return image;
                });
        containers(spec, ALL)
                .forEach(each ->
                        without(
                                each,
                                "volumeMounts",
                                mount -> names.contains(mount.path("name").asText())));
    }

    /// Takes out of a list what is not to be in it, and the list where nothing is left.
    private static void without(ObjectNode holder, String list, Predicate<JsonNode> out) {
        Iterator<JsonNode> all = holder.path(list).iterator();
        boolean removed = false;
        while (all.hasNext()) {
            if (out.test(all.next())) {
                all.remove();
                removed = true;
            }
        }
        if (removed && holder.path(list).isEmpty()) {
            holder.remove(list);
        }
    }
}

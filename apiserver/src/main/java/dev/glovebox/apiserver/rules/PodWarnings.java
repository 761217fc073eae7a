package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What is allowed in a pod and yet probably not meant; sent as `Warning` headers.
public final class PodWarnings {
    private static final Map<String, String> OLD_LABELS =
            Map.of(
                    "beta.kubernetes.io/arch", "kubernetes.io/arch",
                    "beta.kubernetes.io/os", "kubernetes.io/os",
                    "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region",
                    "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone",
                    "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type");

    private final List<String> warnings = new ArrayList<>();
    private final Path at;

    private PodWarnings(Path at) {
        this.at = at;
    }

    /// The warnings of a pod.
    public static List<String> of(JsonNode pod) {
        List<String> warnings = of(pod.path("spec"), Path.of("spec"));
        new AnnotationWarnings(pod, Path.of("metadata"), AnnotationWarnings.Of.POD).addTo(warnings);
        return warnings;
    }

    /// The warnings of a template of pods.
    ///
    /// @param path of the template
    public static List<String> ofTemplate(JsonNode template, Path path) {
        List<String> warnings = of(template.path("spec"), path.field("spec"));
        new AnnotationWarnings(template, path.field("metadata"), AnnotationWarnings.Of.TEMPLATE)
                .addTo(warnings);
        return warnings;
    }

    private static List<String> of(JsonNode spec, Path path) {
        PodWarnings found = new PodWarnings(path);
        found.labels(spec.path("nodeSelector"));
        found.projections(spec.path("volumes"));
        JsonNode spread = spec.path("topologySpreadConstraints");
        for (int i = 0; i < spread.size(); i++) {
            if (!spread.get(i).has("labelSelector")) {
                found.warnings.add(
                        "%s.topologySpreadConstraints[%d].labelSelector: a null labelSelector results in matching no pod"
                                .formatted(path, i));
            }
        }
        for (String list : List.of("initContainers", "containers")) {
            JsonNode containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                found.container(containers.get(i), path.field(list).index(i));
            }
        }
        return found.warnings;
    }

    private void labels(JsonNode selector) {
        selector.properties()
                .forEach(label -> {
                    String better = OLD_LABELS.get(label.getKey());
                    if (better != null) {
                        warnings.add(
                                "%s.nodeSelector[%s]: deprecated since v1.14; use \"%s\" instead"
                                        .formatted(at, label.getKey(), better));
                    }
                });
    }

    /// A source for a feature that is off names nothing any more.
    private void projections(JsonNode volumes) {
        for (JsonNode volume : volumes) {
            for (JsonNode source : volume.path("projected").path("sources")) {
                if (source.isEmpty()) {
                    warnings.add(
                            "volume \"%s\" (Projected) has no sources provided"
                                    .formatted(volume.path("name").asText()));
                }
            }
        }
    }

    private void container(JsonNode container, Path path) {
        Set<String> names = new HashSet<>();
        JsonNode env = container.path("env");
        for (int i = 0; i < env.size(); i++) {
            String name = env.get(i).path("name").asText();
            if (!names.add(name)) {
                warnings.add(
                        "%s: hides previous definition of \"%s\", which may be dropped when using apply"
                                .formatted(path.field("env").index(i), name));
            }
        }
        ports(container.path("ports"), path.field("ports"));
        for (String kind : List.of("limits", "requests")) {
            JsonNode memory = container.path("resources").path(kind).path("memory");
            if (memory.isTextual() && !Quantity.parse(memory.asText()).whole()) {
                warnings.add(
                        "%s: fractional byte value \"%s\" is invalid, must be an integer"
                                .formatted(
                                        path.field("resources").field(kind).key("memory"),
                                        memory.asText()));
            }
        }
    }

    private void ports(JsonNode ports, Path path) {
        Map<String, Path> seen = new HashMap<>();
        for (int i = 0; i < ports.size(); i++) {
            JsonNode port = ports.get(i);
            String key =
                    port.path("containerPort").asText()
                            + "/"
                            + port.path("protocol").asText()
                            + "/"
                            + port.path("hostPort").asText()
                            + "/"
                            + port.path("hostIP").asText();
            Path first = seen.putIfAbsent(key, path.index(i));
            if (first != null) {
                warnings.add(
                        "%s: duplicate port definition with %s".formatted(path.index(i), first));
            }
        }
    }
}

package dev.glovebox.node.spec;

import dev.glovebox.node.amounts.PodLevel;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Fields of a pod and resources of its containers, as the downward API tells them.
///
/// @param addresses the pod's, empty where it has none
/// @param node what there is to tell of it
public record PodFields(Pod pod, List<String> addresses, NodeView node) {
    private static final Quantity NOTHING = new Quantity("0");
    private static final Pattern KEYED =
            Pattern.compile("metadata\\.(annotations|labels)\\['([^']+)']");

    /// A field as text.
    ///
    /// @throws SpecException for one that is not told
    public String field(String path) {
        Matcher keyed = KEYED.matcher(path);
        if (keyed.matches()) {
            return map(keyed.group(1)).getOrDefault(keyed.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "metadata.labels", "metadata.annotations" ->
                    lines(map(path.substring("metadata.".length())));
            case "spec.nodeName" -> pod.getSpec().getNodeName();
            case "spec.serviceAccountName" ->
                    Optional.ofNullable(pod.getSpec().getServiceAccountName()).orElse("");
            case "status.hostIP" -> first(node.addresses());
            case "status.hostIPs" -> String.join(",", node.addresses());
            case "status.podIP" -> first(addresses);
            case "status.podIPs" -> String.join(",", addresses);
            default -> throw new SpecException("unsupported fieldPath: " + path);
        };
    }

    private static String first(List<String> addresses) {
        return addresses.stream().findFirst().orElse("");
    }

    private Map<String, String> map(String name) {
        Map<String, String> map =
                name.equals("labels")
                        ? pod.getMetadata().getLabels()
                        : pod.getMetadata().getAnnotations();
        return map == null ? Map.of() : map;
    }

    /// `key="value"`, a line each, sorted; quoted as Go quotes.
    private static String lines(Map<String, String> map) {
        return new TreeMap<>(map)
                .entrySet().stream()
                        .map(each -> each.getKey() + "=" + quoted(each.getValue()))
                        .collect(Collectors.joining("\n"));
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints()
                .forEach(point -> {
                    switch (point) {
                        case '"' -> quoted.append("\\\"");
                        case '\\' -> quoted.append("\\\\");
                        case '\n' -> quoted.append("\\n");
                        case '\r' -> quoted.append("\\r");
                        case '\t' -> quoted.append("\\t");
                        default -> {
                            if (Character.isISOControl(point)) {
                                quoted.append("\\x%02x".formatted(point));
                            } else {
                                quoted.appendCodePoint(point);
                            }
                        }
                    }
                });
        return quoted.append('"').toString();
    }

    /// A resource of a container as a whole number of the selector's divisor, rounded up.
    ///
    /// @param asking the container whose resource it is where the selector names none
    /// @throws SpecException where there is no such container
    public String resource(ResourceFieldSelector selector, @Nullable Container asking) {
        Container of = asking;
        String name = selector.getContainerName();
        if (name != null && !name.isEmpty()) {
            of =
                    PodFacts.allContainers(pod).stream()
                            .filter(c -> c.getName().equals(name))
                            .findFirst()
                            .orElseThrow(
                                    () -> new SpecException("container " + name + " not found"));
        }
        String[] path = selector.getResource().split("\\.", 2);
        if (path.length != 2 || of == null) {
            throw new SpecException("unsupported resource: " + selector.getResource());
        }
        Quantity amount = amount(of, path[0].equals("limits"), path[1]);
        BigDecimal divisor =
                selector.getDivisor() == null
                        ? BigDecimal.ZERO
                        : selector.getDivisor().getNumericalAmount();
        return amount.getNumericalAmount()
                .divide(divisor.signum() == 0 ? BigDecimal.ONE : divisor, 0, RoundingMode.CEILING)
                .toPlainString();
    }

    /// Without a limit a container may have what its pod may, or else what the node has; without a
    /// request it asked for nothing.
    private Quantity amount(Container container, boolean limit, String resource) {
        ResourceRequirements asked = container.getResources();
        Map<String, Quantity> amounts =
                asked == null ? null : limit ? asked.getLimits() : asked.getRequests();
        Quantity amount = amounts == null ? null : amounts.get(resource);
        if (amount != null) {
            return amount;
        }
        return limit
                ? PodLevel.limit(pod, resource)
                        .orElseGet(() -> node.allocatable().getOrDefault(resource, NOTHING))
                : NOTHING;
    }
}

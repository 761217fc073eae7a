package dev.glovebox.node.spec;

import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceFieldSelector;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A container's environment: values with earlier ones expanded, fields of the pod, resources.
/// ConfigMaps and Secrets are kinds that are not served, so what refers to them is refused unless
/// it says that it is optional.
final class Environment {
    private static final Pattern KEYED =
            Pattern.compile("metadata\\.(annotations|labels)\\['([^']+)']");

    private final Pod pod;
    private final Container container;
    private final String podAddress;
    private final String hostAddress;

    Environment(Pod pod, Container container, String podAddress, String hostAddress) {
        this.pod = pod;
        this.container = container;
        this.podAddress = podAddress;
        this.hostAddress = hostAddress;
    }

    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>();
        for (var from : PodFacts.orEmpty(container.getEnvFrom())) {
            if (from.getConfigMapRef() != null
                    && !Boolean.TRUE.equals(from.getConfigMapRef().getOptional())) {
                throw notServed("configmap", from.getConfigMapRef().getName());
            }
            if (from.getSecretRef() != null
                    && !Boolean.TRUE.equals(from.getSecretRef().getOptional())) {
                throw notServed("secret", from.getSecretRef().getName());
            }
        }
        for (EnvVar variable : PodFacts.orEmpty(container.getEnv())) {
            if (variable.getValueFrom() == null) {
                String value = variable.getValue() == null ? "" : variable.getValue();
                values.put(variable.getName(), Expansion.expand(value, values));
            } else {
                from(variable.getValueFrom()).ifPresent(v -> values.put(variable.getName(), v));
            }
        }
        return values;
    }

    private Optional<String> from(EnvVarSource source) {
        if (source.getFieldRef() != null) {
            return Optional.of(field(source.getFieldRef()));
        }
        if (source.getResourceFieldRef() != null) {
            return Optional.of(resource(source.getResourceFieldRef()));
        }
        if (source.getConfigMapKeyRef() != null) {
            if (Boolean.TRUE.equals(source.getConfigMapKeyRef().getOptional())) {
                return Optional.empty();
            }
            throw notServed("configmap", source.getConfigMapKeyRef().getName());
        }
        if (source.getSecretKeyRef() != null) {
            if (Boolean.TRUE.equals(source.getSecretKeyRef().getOptional())) {
                return Optional.empty();
            }
            throw notServed("secret", source.getSecretKeyRef().getName());
        }
        throw new SpecException("an environment variable from a source that is not served yet");
    }

    private static SpecException notServed(String kind, String name) {
        return new SpecException(
                kind + " \"" + name + "\" not found: this engine does not serve that kind yet");
    }

    private String field(ObjectFieldSelector selector) {
        String path = selector.getFieldPath();
        Matcher keyed = KEYED.matcher(path);
        if (keyed.matches()) {
            Map<String, String> map =
                    keyed.group(1).equals("labels")
                            ? pod.getMetadata().getLabels()
                            : pod.getMetadata().getAnnotations();
            return map == null ? "" : map.getOrDefault(keyed.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "spec.nodeName" -> pod.getSpec().getNodeName();
            case "spec.serviceAccountName" ->
                    Optional.ofNullable(pod.getSpec().getServiceAccountName()).orElse("");
            case "status.hostIP", "status.hostIPs" -> hostAddress;
            case "status.podIP", "status.podIPs" -> podAddress;
            default -> throw new SpecException("unsupported fieldPath: " + path);
        };
    }

    private String resource(ResourceFieldSelector selector) {
        Container of =
                selector.getContainerName() == null || selector.getContainerName().isEmpty()
                        ? container
                        : PodFacts.allContainers(pod).stream()
                                .filter(c -> c.getName().equals(selector.getContainerName()))
                                .findFirst()
                                .orElseThrow(() ->
                                        new SpecException(
                                                "container "
                                                        + selector.getContainerName()
                                                        + " not found"));
        String[] path = selector.getResource().split("\\.", 2);
        if (path.length != 2 || of.getResources() == null) {
            throw new SpecException("unsupported resource: " + selector.getResource());
        }
        Map<String, Quantity> amounts =
                path[0].equals("limits")
                        ? of.getResources().getLimits()
                        : of.getResources().getRequests();
        Quantity amount = amounts == null ? null : amounts.get(path[1]);
        if (amount == null) {
            throw new SpecException(
                    "container "
                            + of.getName()
                            + " has no "
                            + selector.getResource()
                            + " to take a value from");
        }
        BigDecimal divisor =
                selector.getDivisor() == null
                        ? BigDecimal.ZERO
                        : selector.getDivisor().getNumericalAmount();
        return amount.getNumericalAmount()
                .divide(divisor.signum() == 0 ? BigDecimal.ONE : divisor, 0, RoundingMode.CEILING)
                .toPlainString();
    }
}

package dev.glovebox.node.spec;

import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A container's environment: values with earlier ones expanded, fields of the pod, resources,
/// ConfigMaps and Secrets of its namespace.
final class Environment {
    private final Pod pod;
    private final Container container;
    private final PodFields fields;
    private final PodObjects objects;

    Environment(
            Pod pod,
            Container container,
            List<String> podAddresses,
            NodeView node,
            PodObjects objects) {
        this.pod = pod;
        this.container = container;
        this.fields = new PodFields(pod, podAddresses, node);
        this.objects = objects;
    }

    Map<String, String> values() {
        Map<String, String> values = new LinkedHashMap<>(serviceVariables());
        for (EnvFromSource from : PodFacts.orEmpty(container.getEnvFrom())) {
            String prefix = from.getPrefix() == null ? "" : from.getPrefix();
            all(from)
                    .forEach((key, value) -> {
                        if (!(prefix + key).contains("=")) {
                            values.put(prefix + key, value);
                        }
                    });
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

    /// Of the API's Service, and of those of the pod's namespace unless it does not want them.
    private Map<String, String> serviceVariables() {
        List<Service> services = new ArrayList<>();
        objects.service("default", "kubernetes").ifPresent(services::add);
        if (!Boolean.FALSE.equals(pod.getSpec().getEnableServiceLinks())) {
            services.addAll(objects.services(namespace()));
        }
        return ServiceVariables.of(services);
    }

    private Map<String, String> all(EnvFromSource from) {
        if (from.getConfigMapRef() != null) {
            return configMap(
                    from.getConfigMapRef().getName(), from.getConfigMapRef().getOptional());
        }
        if (from.getSecretRef() != null) {
            return secret(from.getSecretRef().getName(), from.getSecretRef().getOptional());
        }
        throw new SpecException("an environment from a source that is not served yet");
    }

    private Map<String, String> configMap(String name, @Nullable Boolean optional) {
        Optional<ConfigMap> found = objects.configMap(namespace(), name);
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new SpecException("configmap \"%s\" not found".formatted(name));
        }
        return found.map(ConfigMap::getData).map(TreeMap::new).orElseGet(TreeMap::new);
    }

    private Map<String, String> secret(String name, @Nullable Boolean optional) {
        Optional<Secret> found = objects.secret(namespace(), name);
        if (found.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new SpecException("secret \"%s\" not found".formatted(name));
        }
        Map<String, String> texts = new TreeMap<>();
        found.map(Secret::getData)
                .orElse(Map.of())
                .forEach((key, value) ->
                        texts.put(
                                key,
                                new String(
                                        Base64.getDecoder().decode(value),
                                        StandardCharsets.UTF_8)));
        return texts;
    }

    private Optional<String> from(EnvVarSource source) {
        if (source.getFieldRef() != null) {
            return Optional.of(fields.field(source.getFieldRef().getFieldPath()));
        }
        if (source.getResourceFieldRef() != null) {
            return Optional.of(fields.resource(source.getResourceFieldRef(), container));
        }
        if (source.getConfigMapKeyRef() != null) {
            var key = source.getConfigMapKeyRef();
            Map<String, String> map = configMap(key.getName(), key.getOptional());
            return value(map, key.getKey(), key.getOptional(), "ConfigMap", key.getName());
        }
        if (source.getSecretKeyRef() != null) {
            var key = source.getSecretKeyRef();
            Map<String, String> map = secret(key.getName(), key.getOptional());
            return value(map, key.getKey(), key.getOptional(), "Secret", key.getName());
        }
        throw new SpecException("an environment variable from a source that is not served yet");
    }

    private Optional<String> value(
            Map<String, String> map,
            String key,
            @Nullable Boolean optional,
            String kind,
            String name) {
        Optional<String> value = Optional.ofNullable(map.get(key));
        if (value.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new SpecException(
                    "couldn't find key %s in %s %s/%s".formatted(key, kind, namespace(), name));
        }
        return value;
    }

    private String namespace() {
        return pod.getMetadata().getNamespace();
    }
}

package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;

/// Rules about containers: app, init and ephemeral ones.
final class ContainerRules {
    private static final List<String> PULL = List.of("Always", "IfNotPresent", "Never");
    private static final List<String> MESSAGES = List.of("File", "FallbackToLogsOnError");

    private ContainerRules() {}

    static void app(
            JsonNode containers,
            Path path,
            Set<String> names,
            Set<String> volumes,
            FieldErrors errors) {
        if (containers.isEmpty()) {
            errors.required(path, "");
        }
        for (int i = 0; i < containers.size(); i++) {
            common(containers.get(i), path.index(i), names, volumes, errors);
            ProbeRules.check(containers.get(i), path.index(i), errors);
        }
        PortRules.checkHostPorts(containers, path, errors);
    }

    static void init(
            JsonNode containers,
            Path path,
            Set<String> names,
            Set<String> volumes,
            FieldErrors errors) {
        for (int i = 0; i < containers.size(); i++) {
            JsonNode container = containers.get(i);
            common(container, path.index(i), names, volumes, errors);
            String policy = container.path("restartPolicy").asText();
            boolean sidecar = policy.equals("Always");
            if (!policy.isEmpty() && !sidecar) {
                errors.unsupported(path.index(i).field("restartPolicy"), policy, List.of("Always"));
            }
            if (sidecar) {
                ProbeRules.check(container, path.index(i), errors);
                continue;
            }
            for (String field :
                    List.of("lifecycle", "livenessProbe", "readinessProbe", "startupProbe")) {
                if (container.has(field)) {
                    errors.forbidden(
                            path.index(i).field(field),
                            "may not be set for init containers without restartPolicy=Always");
                }
            }
        }
    }

    static void ephemeral(
            JsonNode containers,
            Path path,
            Set<String> names,
            Set<String> targets,
            Set<String> volumes,
            FieldErrors errors) {
        for (int i = 0; i < containers.size(); i++) {
            JsonNode container = containers.get(i);
            Path at = path.index(i);
            common(container, at, names, volumes, errors);
            String target = container.path("targetContainerName").asText();
            if (!target.isEmpty() && !targets.contains(target)) {
                errors.notFound(at.field("targetContainerName"), target);
            }
            for (String field :
                    List.of(
                            "ports",
                            "livenessProbe",
                            "readinessProbe",
                            "startupProbe",
                            "lifecycle",
                            "resources")) {
                if (container.has(field) && !container.path(field).isEmpty()) {
                    errors.forbidden(at.field(field), "cannot be set for an Ephemeral Container");
                }
            }
        }
    }

    private static void common(
            JsonNode container,
            Path path,
            Set<String> names,
            Set<String> volumes,
            FieldErrors errors) {
        String name = container.path("name").asText();
        if (name.isEmpty()) {
            errors.required(path.field("name"), "");
        } else {
            errors.invalid(path.field("name"), name, Words.label(name));
            if (!names.add(name)) {
                errors.duplicate(path.field("name"), name);
            }
        }
        image(container, path, errors);
        enumerated(container, "terminationMessagePolicy", MESSAGES, path, errors);
        PortRules.check(container.path("ports"), path.field("ports"), errors);
        EnvRules.check(container.path("env"), path.field("env"), errors);
        EnvRules.checkFrom(container.path("envFrom"), path.field("envFrom"), errors);
        VolumeRules.mounts(
                container.path("volumeMounts"), volumes, path.field("volumeMounts"), errors);
        MountRules.check(container, path, errors);
        enumerated(container, "imagePullPolicy", PULL, path, errors);
        ResourceRules.check(container.path("resources"), path.field("resources"), errors);
        if (container.has("securityContext")) {
            SecurityRules.container(
                    container.path("securityContext"), path.field("securityContext"), errors);
        }
    }

    static void image(JsonNode container, Path path, FieldErrors errors) {
        String image = container.path("image").asText();
        if (image.isEmpty()) {
            errors.required(path.field("image"), "");
        } else if (!image.equals(image.strip())) {
            errors.invalid(
                    path.field("image"), image, "must not have leading or trailing whitespace");
        }
    }

    private static void enumerated(
            JsonNode container, String field, List<String> values, Path path, FieldErrors errors) {
        String value = container.path(field).asText();
        if (value.isEmpty()) {
            errors.required(path.field(field), "");
        } else if (!values.contains(value)) {
            errors.unsupported(path.field(field), value, values);
        }
    }
}

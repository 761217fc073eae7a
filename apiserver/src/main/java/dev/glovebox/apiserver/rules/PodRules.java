package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about a pod, whether new or changed. The order is Kubernetes'.
public final class PodRules {
    private static final List<String> RESTART = List.of("Always", "OnFailure", "Never");
    private static final List<String> DNS =
            List.of("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None");
    private static final Path SPEC = Path.of("spec");

    private PodRules() {}

    /// Rules about a pod's spec.
    public static void check(JsonNode pod, FieldErrors errors) {
        spec(pod.path("spec"), SPEC, errors);
        AppArmorRules.annotations(pod, Path.of("metadata"), errors);
    }

    /// Rules about a template of pods.
    public static void template(JsonNode template, Path path, FieldErrors errors) {
        JsonNode metadata = template.path("metadata");
        MetaRules.labels(metadata.path("labels"), path.field("labels"), errors);
        MetaRules.annotations(metadata.path("annotations"), path.field("annotations"), errors);
        AppArmorRules.annotations(template, path, errors);
        spec(template.path("spec"), path.field("spec"), errors);
        if (!template.path("spec").path("ephemeralContainers").isEmpty()) {
            errors.forbidden(
                    path.field("spec").field("ephemeralContainers"),
                    "ephemeral containers not allowed in pod template");
        }
    }

    private static void spec(JsonNode spec, Path at, FieldErrors errors) {
        Set<String> volumes = VolumeRules.check(spec.path("volumes"), at.field("volumes"), errors);
        ResourceClaimRules.check(spec, at, errors);
        Set<String> names = new HashSet<>();
        ContainerRules.app(spec.path("containers"), at.field("containers"), names, volumes, errors);
        ContainerRules.init(
                spec.path("initContainers"), at.field("initContainers"), names, volumes, errors);
        ContainerRules.ephemeral(
                spec.path("ephemeralContainers"),
                at.field("ephemeralContainers"),
                names,
                new HashSet<>(names),
                volumes,
                errors);
        ResizePolicyRules.check(spec, at, errors);
        PortRules.checkHostNetwork(spec, at, errors);
        ResourceRules.checkPod(spec, at, errors);
        restartAndDns(spec, at, errors);
        SecurityRules.pod(spec, at, errors);
        UserNamespaceRules.check(spec, at, errors);
        names(spec, at, errors);
        SecurityRules.deadline(spec, at, errors);
        hostAliases(spec.path("hostAliases"), at.field("hostAliases"), errors);
        SchedulingRules.check(spec, at, errors);
        gates(spec.path("readinessGates"), at.field("readinessGates"), errors);
        className(spec, at, errors);
        ResourceRules.amounts(spec.path("overhead"), at.field("overhead"), errors);
        SystemRules.check(spec, at, errors);
    }

    /// Rules for a new pod only.
    public static void checkCreate(JsonNode pod, FieldErrors errors) {
        AppArmorRules.agree(pod, SPEC, errors);
        if (!pod.path("spec").path("ephemeralContainers").isEmpty()) {
            errors.forbidden(SPEC.field("ephemeralContainers"), "cannot be set on create");
        }
    }

    private static void restartAndDns(JsonNode spec, Path at, FieldErrors errors) {
        String restart = spec.path("restartPolicy").asText();
        if (!RESTART.contains(restart)) {
            errors.unsupported(at.field("restartPolicy"), restart, RESTART);
        }
        String dns = spec.path("dnsPolicy").asText();
        if (!DNS.contains(dns)) {
            errors.unsupported(at.field("dnsPolicy"), dns, DNS);
        }
        if (!dns.equals("None")) {
            return;
        }
        if (!spec.has("dnsConfig")) {
            errors.required(
                    at.field("dnsConfig"), "must provide `dnsConfig` when `dnsPolicy` is None");
        } else if (spec.path("dnsConfig").path("nameservers").isEmpty()) {
            errors.required(
                    at.field("dnsConfig").field("nameservers"),
                    "must provide at least one DNS nameserver when `dnsPolicy` is None");
        }
    }

    private static void names(JsonNode spec, Path at, FieldErrors errors) {
        for (String field : List.of("serviceAccountName", "nodeName", "priorityClassName")) {
            String name = spec.path(field).asText();
            if (!name.isEmpty()) {
                errors.invalid(at.field(field), name, Words.subdomain(name));
            }
        }
        for (String field : List.of("hostname", "subdomain")) {
            String name = spec.path(field).asText();
            if (!name.isEmpty()) {
                errors.invalid(at.field(field), name, Words.label(name));
            }
        }
    }

    private static void className(JsonNode spec, Path at, FieldErrors errors) {
        if (spec.has("runtimeClassName")) {
            String name = spec.path("runtimeClassName").asText();
            errors.invalid(at.field("runtimeClassName"), name, Words.subdomain(name));
        }
    }

    private static void gates(JsonNode gates, Path path, FieldErrors errors) {
        for (int i = 0; i < gates.size(); i++) {
            String type = gates.get(i).path("conditionType").asText();
            errors.invalid(path.index(i).field("conditionType"), type, Words.qualifiedName(type));
        }
    }

    private static void hostAliases(JsonNode aliases, Path path, FieldErrors errors) {
        for (int i = 0; i < aliases.size(); i++) {
            String ip = aliases.get(i).path("ip").asText();
            errors.invalid(path.index(i).field("ip"), ip, Words.ip(ip));
            for (JsonNode host : aliases.get(i).path("hostnames")) {
                errors.invalid(
                        path.index(i).field("hostnames"),
                        host.asText(),
                        Words.subdomain(host.asText()));
            }
        }
    }
}

package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.amounts.Amounts;
import dev.glovebox.apiserver.amounts.PodAmounts;
import dev.glovebox.apiserver.rules.ResourceNames;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Defaults of pods that depend on other fields. Source: Kubernetes' `core/v1` defaults.
final class PodDefaults {
    private PodDefaults() {}

    /// Defaults of a pod's spec.
    static void apply(ObjectNode spec) {
        template(spec);
        if (!spec.has("enableServiceLinks")) {
            spec.put("enableServiceLinks", true);
        }
        boolean hostNetwork = spec.path("hostNetwork").asBoolean();
        for (ObjectNode container : containers(spec)) {
            for (ObjectNode port : Trees.objects(container.path("ports"))) {
                if (hostNetwork) {
                    Trees.orNumber(port, "hostPort", port.path("containerPort").asInt());
                }
            }
            requests(container);
        }
        if (spec.get("resources") instanceof ObjectNode whole) {
            hugePages(whole, spec);
            wholeRequests(whole, spec);
        }
    }

    /// Defaults of the spec of a pod that is not yet: of a template.
    static void template(ObjectNode spec) {
        Trees.orText(spec, "restartPolicy", "Always");
        if (!spec.has("terminationGracePeriodSeconds")) {
            spec.put("terminationGracePeriodSeconds", 30);
        }
        Trees.orText(spec, "dnsPolicy", "ClusterFirst");
        Trees.object(spec, "securityContext");
        Trees.orText(spec, "schedulerName", "default-scheduler");
        serviceAccount(spec);
        Trees.objects(spec.path("volumes")).forEach(PodDefaults::volume);
        containers(spec).forEach(PodDefaults::container);
    }

    private static List<ObjectNode> containers(ObjectNode spec) {
        return Stream.of("initContainers", "containers", "ephemeralContainers")
                .flatMap(list -> Trees.objects(spec.path(list)).stream())
                .toList();
    }

    /// The old name of the field is kept in step with the new one.
    private static void serviceAccount(ObjectNode spec) {
        if (spec.has("serviceAccountName")) {
            spec.set("serviceAccount", spec.get("serviceAccountName"));
        } else if (spec.has("serviceAccount")) {
            spec.set("serviceAccountName", spec.get("serviceAccount"));
        }
    }

    private static void container(ObjectNode container) {
        Trees.orText(container, "terminationMessagePath", "/dev/termination-log");
        Trees.orText(container, "terminationMessagePolicy", "File");
        Trees.orText(container, "imagePullPolicy", pullPolicy(container.path("image").asText()));
        for (String probe : List.of("livenessProbe", "readinessProbe", "startupProbe")) {
            if (container.get(probe) instanceof ObjectNode found) {
                probe(found);
            }
        }
        for (JsonNode hook : container.path("lifecycle")) {
            httpGet(hook);
        }
        for (JsonNode variable : container.path("env")) {
            if (variable.path("valueFrom").path("fieldRef") instanceof ObjectNode reference) {
                Trees.orText(reference, "apiVersion", "v1");
            }
        }
    }

    /// An image without a tag, or with the tag `latest`, may change behind its name.
    private static String pullPolicy(String image) {
        if (image.contains("@")) {
            return "IfNotPresent";
        }
        String name = image.substring(image.lastIndexOf('/') + 1);
        int colon = name.indexOf(':');
        return colon < 0 || name.substring(colon).equals(":latest") ? "Always" : "IfNotPresent";
    }

    private static void probe(ObjectNode probe) {
        Trees.orNumber(probe, "timeoutSeconds", 1);
        Trees.orNumber(probe, "periodSeconds", 10);
        Trees.orNumber(probe, "successThreshold", 1);
        Trees.orNumber(probe, "failureThreshold", 3);
        httpGet(probe);
    }

    private static void httpGet(JsonNode holder) {
        if (holder.path("httpGet") instanceof ObjectNode get) {
            Trees.orText(get, "path", "/");
            Trees.orText(get, "scheme", "HTTP");
        }
    }

    /// What is limited is also requested, unless something else is.
    private static void requests(ObjectNode container) {
        JsonNode limits = container.path("resources").path("limits");
        if (limits.isEmpty()) {
            return;
        }
        ObjectNode requests = Trees.object(Trees.object(container, "resources"), "requests");
        for (Map.Entry<String, JsonNode> limit : limits.properties()) {
            if (!requests.has(limit.getKey())) {
                requests.set(limit.getKey(), limit.getValue());
            }
        }
    }

    /// A pod that says anything of itself is limited to the huge pages that its containers are, as
    /// far as it says nothing of them.
    private static void hugePages(ObjectNode whole, ObjectNode spec) {
        if (whole.path("limits").isEmpty() && whole.path("requests").isEmpty()) {
            return;
        }
        Amounts limits =
                PodAmounts.ofContainers(spec, "limits")
                        .only(name -> name.startsWith("hugepages-"))
                        .only(name -> !whole.path("requests").has(name));
        add(whole, "limits", limits);
    }

    /// A pod that is limited as a whole requests what its containers do, and of what they do not
    /// request all that it may have.
    private static void wholeRequests(ObjectNode whole, ObjectNode spec) {
        if (whole.path("limits").isEmpty()) {
            return;
        }
        add(
                whole,
                "requests",
                PodAmounts.ofContainers(spec, "requests")
                        .only(PodAmounts::isOfPod)
                        .only(ResourceNames::isOvercommitted));
        add(whole, "requests", Amounts.read(whole.path("limits")).only(PodAmounts::isOfPod));
    }

    /// What is not there yet.
    private static void add(ObjectNode whole, String field, Amounts amounts) {
        if (!amounts.isEmpty()) {
            ObjectNode said = Trees.object(whole, field);
            amounts.tree()
                    .properties()
                    .forEach(each -> said.putIfAbsent(each.getKey(), each.getValue()));
        }
    }

    private static void volume(ObjectNode volume) {
        if (volume.size() == 1 && volume.has("name")) {
            volume.putObject("emptyDir");
        }
        for (String kind : List.of("secret", "configMap", "downwardAPI", "projected")) {
            if (volume.get(kind) instanceof ObjectNode source && !source.has("defaultMode")) {
                source.put("defaultMode", 420);
            }
        }
        if (volume.get("hostPath") instanceof ObjectNode source) {
            Trees.orText(source, "type", "");
        }
        downward(volume.path("downwardAPI"));
        for (JsonNode source : volume.path("projected").path("sources")) {
            downward(source.path("downwardAPI"));
            if (source.path("serviceAccountToken") instanceof ObjectNode token) {
                Trees.orNumber(token, "expirationSeconds", 3600);
            }
        }
    }

    private static void downward(JsonNode source) {
        for (JsonNode item : source.path("items")) {
            if (item.path("fieldRef") instanceof ObjectNode reference) {
                Trees.orText(reference, "apiVersion", "v1");
            }
        }
    }
}

package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.podsecurity.Exemptions;
import dev.glovebox.apiserver.podsecurity.LevelVersion;
import dev.glovebox.apiserver.podsecurity.NamespacePolicy;
import dev.glovebox.apiserver.podsecurity.PodSecurityChecks;
import dev.glovebox.apiserver.podsecurity.PodSecurityConfiguration;
import dev.glovebox.apiserver.podsecurity.SecurityLevel;
import dev.glovebox.apiserver.podsecurity.Violation;
import dev.glovebox.apiserver.rules.FieldErrors;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Refuses pods that ask for more than their namespace's labels allow, and warns of those that ask
/// for more than it wants. Source: KEP-2579.
final class PodSecurity implements Admission {
    private static final Map<String, String> TEMPLATES =
            Map.of(
                    "deployments.apps", "/spec/template",
                    "replicasets.apps", "/spec/template",
                    "statefulsets.apps", "/spec/template",
                    "daemonsets.apps", "/spec/template",
                    "jobs.batch", "/spec/template",
                    "cronjobs.batch", "/spec/jobTemplate/spec/template",
                    "replicationcontrollers", "/spec/template",
                    "podtemplates", "/template");
    private static final Set<String> CHECKED = Set.of("", "ephemeralcontainers", "resize");

    /// Most pods that a change of a namespace's level looks at.
    static final int MOST_PODS = 3000;

    private static final Duration LONGEST_CHECK = Duration.ofSeconds(1);

    private final ObjectLookup objects;
    private final PodSecurityConfiguration configured;
    private final Clock clock;

    /// @param configured what holds where namespaces do not say, and what is exempt
    PodSecurity(ObjectLookup objects, PodSecurityConfiguration configured, Clock clock) {
        this.objects = objects;
        this.configured = configured;
        this.clock = clock;
    }

    @Override
    public void admit(AdmissionRequest request) {}

    @Override
    public void validate(AdmissionRequest request) {
        if (request.operation() == Operation.DELETE) {
            return;
        }
        String resource = request.kind().resource();
        if (resource.equals("pods") && CHECKED.contains(request.subresource())) {
            pod(request);
        } else if (resource.equals("namespaces") && request.subresource().isEmpty()) {
            namespace(request);
        } else if (TEMPLATES.containsKey(resource) && request.subresource().isEmpty()) {
            template(request, request.object().at(TEMPLATES.get(resource)));
        }
    }

    private void template(AdmissionRequest request, JsonNode template) {
        if (isExempt(request)) {
            return;
        }
        NamespacePolicy policy = policy(request);
        boolean silent =
                policy.warn().level() == SecurityLevel.PRIVILEGED
                        && policy.audit().level() == SecurityLevel.PRIVILEGED;
        if (!silent && !isExempt(request, template.path("spec"))) {
            audit(request, policy, template.path("metadata"), template.path("spec"));
            warn(request, policy, template.path("metadata"), template.path("spec"));
        }
    }

    /// Whether the namespace is exempt, or who asks.
    private boolean isExempt(AdmissionRequest request) {
        Exemptions exemptions = configured.exemptions();
        if (exemptions.namespaces().contains(request.namespace())) {
            note(request, "exempt", "namespace");
            return true;
        }
        if (exemptions.usernames().contains(request.user().name())) {
            note(request, "exempt", "user");
            return true;
        }
        return false;
    }

    /// Whether a pod is exempt by its class.
    private boolean isExempt(AdmissionRequest request, JsonNode spec) {
        if (isExempt(spec)) {
            note(request, "exempt", "runtimeClass");
            return true;
        }
        return false;
    }

    private boolean isExempt(JsonNode spec) {
        return configured
                .exemptions()
                .runtimeClasses()
                .contains(spec.path("runtimeClassName").asText());
    }

    private static void note(AdmissionRequest request, String what, String text) {
        request.annotations().note("pod-security.kubernetes.io/" + what, text);
    }

    private static void audit(
            AdmissionRequest request, NamespacePolicy policy, JsonNode metadata, JsonNode spec) {
        List<Violation> violations = PodSecurityChecks.violations(policy.audit(), metadata, spec);
        if (!violations.isEmpty()) {
            note(
                    request,
                    "audit-violations",
                    "would violate PodSecurity \"%s\": %s"
                            .formatted(policy.audit().text(), Violation.details(violations)));
        }
    }

    private NamespacePolicy policy(AdmissionRequest request) {
        JsonNode labels =
                objects.namespace(request.namespace())
                        .orElseThrow(() ->
                                request.forbidden(
                                        "failed to lookup namespace \""
                                                + request.namespace()
                                                + "\""))
                        .path("metadata")
                        .path("labels");
        return NamespacePolicy.of(labels, configured.defaults(), new FieldErrors());
    }

    private void pod(AdmissionRequest request) {
        ObjectNode pod = request.object();
        if (isExempt(request)) {
            return;
        }
        NamespacePolicy policy = policy(request);
        if (policy.isFullyPrivileged()) {
            note(request, "enforce-policy", "privileged:latest");
            return;
        }
        if (request.old().isPresent() && !isSignificant(pod, request.old().get())) {
            return;
        }
        if (isExempt(request, pod.path("spec"))) {
            return;
        }
        note(request, "enforce-policy", policy.enforce().text());
        audit(request, policy, pod.path("metadata"), pod.path("spec"));
        List<Violation> violations = violations(policy.enforce(), pod);
        if (!violations.isEmpty()) {
            throw request.forbidden(
                    "violates PodSecurity \"%s\": %s"
                            .formatted(policy.enforce().text(), Violation.details(violations)));
        }
        warn(request, policy, pod.path("metadata"), pod.path("spec"));
    }

    private static List<Violation> violations(LevelVersion level, JsonNode pod) {
        return PodSecurityChecks.violations(level, pod.path("metadata"), pod.path("spec"));
    }

    private static void warn(
            AdmissionRequest request, NamespacePolicy policy, JsonNode metadata, JsonNode spec) {
        List<Violation> violations = PodSecurityChecks.violations(policy.warn(), metadata, spec);
        if (!violations.isEmpty()) {
            request.warn(
                    "would violate PodSecurity \"%s\": %s"
                            .formatted(policy.warn().text(), Violation.details(violations)));
        }
    }

    /// Whether a change brings in other programs. Containers that debug are told by their names:
    /// they only ever come in addition.
    private static boolean isSignificant(JsonNode pod, JsonNode old) {
        for (String list : List.of("containers", "initContainers")) {
            JsonNode now = pod.path("spec").path(list);
            JsonNode before = old.path("spec").path(list);
            if (now.size() != before.size()) {
                return true;
            }
            for (int i = 0; i < now.size(); i++) {
                if (!now.get(i).path("image").equals(before.get(i).path("image"))) {
                    return true;
                }
            }
        }
        Map<String, JsonNode> debugged = new HashMap<>();
        old.path("spec")
                .path("ephemeralContainers")
                .forEach(each -> debugged.put(each.path("name").asText(), each.path("image")));
        for (JsonNode each : pod.path("spec").path("ephemeralContainers")) {
            if (!each.path("image").equals(debugged.get(each.path("name").asText()))) {
                return true;
            }
        }
        return false;
    }

    private void namespace(AdmissionRequest request) {
        FieldErrors errors = new FieldErrors();
        NamespacePolicy policy = read(request.object(), errors);
        FieldErrors before = new FieldErrors();
        NamespacePolicy old = request.old().map(each -> read(each, before)).orElse(policy);
        if (!errors.isEmpty()
                && (request.old().isEmpty() || !errors.causes().equals(before.causes()))) {
            throw errors.refusal("", "Namespace", request.name());
        }
        boolean tighter =
                !policy.enforce().isSameVersionAs(old.enforce())
                        || policy.enforce().level().compareTo(old.enforce().level()) > 0;
        boolean looks = tighter && policy.enforce().level() != SecurityLevel.PRIVILEGED;
        boolean exempt = configured.exemptions().namespaces().contains(request.name());
        if (exempt && (looks || request.old().isEmpty())) {
            policy.asked(labels(request.object()), configured.defaults())
                    .ifPresent(asked ->
                            request.warn(
                                    "namespace \"%s\" is exempt from Pod Security, and the policy (%s) will be ignored"
                                            .formatted(request.name(), asked)));
        } else if (looks) {
            existing(request, policy.enforce());
        }
    }

    private NamespacePolicy read(JsonNode namespace, FieldErrors errors) {
        return NamespacePolicy.of(labels(namespace), configured.defaults(), errors);
    }

    private static JsonNode labels(JsonNode namespace) {
        return namespace.path("metadata").path("labels");
    }

    /// Those that are there stay, and the client is told of them, as far as they could be looked
    /// at: no more than [#MOST_PODS] of them, and no longer than [#LONGEST_CHECK].
    private void existing(AdmissionRequest request, LevelVersion level) {
        List<ObjectNode> pods =
                inTurn(
                        objects.all("", "pods", request.name()).stream()
                                .filter(pod -> !isExempt(pod.path("spec")))
                                .toList());
        Instant deadline = clock.instant().plus(LONGEST_CHECK);
        Map<String, TreeSet<String>> byReason = new TreeMap<>();
        int checked = 0;
        for (ObjectNode pod : pods.subList(0, Math.min(pods.size(), MOST_PODS))) {
            List<Violation> violations = violations(level, pod);
            if (!violations.isEmpty()) {
                byReason.computeIfAbsent(Violation.reasons(violations), any -> new TreeSet<>())
                        .add(pod.path("metadata").path("name").asText());
            }
            checked++;
            if (clock.instant().isAfter(deadline)) {
                break;
            }
        }
        if (checked < pods.size()) {
            request.warn(
                    "new PodSecurity enforce level only checked against the first %d of %d existing pods"
                            .formatted(checked, pods.size()));
        }
        if (byReason.isEmpty()) {
            return;
        }
        request.warn(
                "existing pods in namespace \"%s\" violate the new PodSecurity enforce level \"%s\""
                        .formatted(request.name(), level.text()));
        byReason.entrySet().stream()
                .map(each -> pods(List.copyOf(each.getValue())) + ": " + each.getKey())
                .sorted()
                .forEach(request::warn);
    }

    /// One pod of each owner first: those of one owner are alike.
    private static List<ObjectNode> inTurn(List<ObjectNode> pods) {
        List<ObjectNode> first = new ArrayList<>();
        List<ObjectNode> others = new ArrayList<>();
        Set<String> seen = new HashSet<>();
        for (ObjectNode pod : pods) {
            String owner = "";
            for (JsonNode each : pod.path("metadata").path("ownerReferences")) {
                owner = each.path("controller").asBoolean() ? each.path("uid").asText() : owner;
            }
            (owner.isEmpty() || seen.add(owner) ? first : others).add(pod);
        }
        first.addAll(others);
        return first;
    }

    private static String pods(List<String> names) {
        int others = names.size() - 1;
        return switch (others) {
            case 0 -> names.getFirst();
            case 1 -> names.getFirst() + " (and 1 other pod)";
            default -> "%s (and %d other pods)".formatted(names.getFirst(), others);
        };
    }
}

package dev.glovebox.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What processes of a pod may do and as whom.
final class PrivilegeChecks {
    private static final Set<String> DEFAULT_CAPABILITIES =
            Set.of(
                    "AUDIT_WRITE",
                    "CHOWN",
                    "DAC_OVERRIDE",
                    "FOWNER",
                    "FSETID",
                    "KILL",
                    "MKNOD",
                    "NET_BIND_SERVICE",
                    "SETFCAP",
                    "SETGID",
                    "SETPCAP",
                    "SETUID",
                    "SYS_CHROOT");

    private PrivilegeChecks() {}

    static Optional<Violation> privileged(CheckedPod pod) {
        return violation(
                "privileged",
                pod.named(each -> CheckedPod.context(each).path("privileged").asBoolean()),
                "must not set securityContext.privileged=true");
    }

    static Optional<Violation> escalation(CheckedPod pod) {
        return violation(
                "allowPrivilegeEscalation != false",
                pod.named(each ->
                        CheckedPod.context(each).path("allowPrivilegeEscalation").asBoolean(true)),
                "must set securityContext.allowPrivilegeEscalation=false");
    }

    private static Optional<Violation> violation(String reason, List<String> bad, String words) {
        return bad.isEmpty()
                ? Optional.empty()
                : Optional.of(new Violation(reason, CheckedPod.containers(bad) + " " + words));
    }

    static Optional<Violation> defaultCapabilities(CheckedPod pod) {
        Set<String> added = new TreeSet<>();
        List<String> bad = pod.named(each -> adds(each, DEFAULT_CAPABILITIES, added));
        return violation(
                "non-default capabilities",
                bad,
                "must not include %s in securityContext.capabilities.add"
                        .formatted(CheckedPod.quoted(added)));
    }

    static Optional<Violation> noCapabilities(CheckedPod pod) {
        Set<String> added = new TreeSet<>();
        List<String> keeping = pod.named(each -> !dropsAll(each));
        List<String> adding = pod.named(each -> adds(each, Set.of("NET_BIND_SERVICE"), added));
        List<String> details = new ArrayList<>();
        if (!keeping.isEmpty()) {
            details.add(
                    CheckedPod.containers(keeping)
                            + " must set securityContext.capabilities.drop=[\"ALL\"]");
        }
        if (!adding.isEmpty()) {
            details.add(
                    "%s must not include %s in securityContext.capabilities.add"
                            .formatted(CheckedPod.containers(adding), CheckedPod.quoted(added)));
        }
        return details.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation("unrestricted capabilities", String.join("; ", details)));
    }

    private static boolean adds(JsonNode container, Set<String> allowed, Set<String> others) {
        boolean any = false;
        for (JsonNode each : CheckedPod.context(container).path("capabilities").path("add")) {
            if (!allowed.contains(each.asText())) {
                others.add(each.asText());
                any = true;
            }
        }
        return any;
    }

    private static boolean dropsAll(JsonNode container) {
        for (JsonNode each : CheckedPod.context(container).path("capabilities").path("drop")) {
            if (each.asText().equals("ALL")) {
                return true;
            }
        }
        return false;
    }

    static Optional<Violation> nonRoot(CheckedPod pod) {
        String field = "runAsNonRoot";
        JsonNode own = pod.context().path(field);
        Optional<String> setters =
                CheckedPod.setters(
                        own.isBoolean() && !own.asBoolean(),
                        pod.named(each -> {
                            JsonNode set = CheckedPod.context(each).path(field);
                            return set.isBoolean() && !set.asBoolean();
                        }));
        String reason = "runAsNonRoot != true";
        if (setters.isPresent()) {
            return Optional.of(
                    new Violation(
                            reason,
                            setters.get() + " must not set securityContext.runAsNonRoot=false"));
        }
        List<String> silent =
                own.asBoolean()
                        ? List.of()
                        : pod.named(each -> !CheckedPod.context(each).path(field).isBoolean());
        return silent.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                reason,
                                "pod or %s must set securityContext.runAsNonRoot=true"
                                        .formatted(CheckedPod.containers(silent))));
    }

    static Optional<Violation> rootUser(CheckedPod pod) {
        return CheckedPod.setters(
                        isRoot(pod.context()), pod.named(each -> isRoot(CheckedPod.context(each))))
                .map(setters ->
                        new Violation("runAsUser=0", setters + " must not set runAsUser=0"));
    }

    private static boolean isRoot(JsonNode context) {
        JsonNode user = context.path("runAsUser");
        return user.isNumber() && user.asLong() == 0;
    }
}

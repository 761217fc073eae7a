package dev.glovebox.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// By what the kernel confines a pod's processes: seccomp, AppArmor, SELinux, sysctls, /proc.
final class ConfinementChecks {
    private static final Set<String> PROFILES = Set.of("RuntimeDefault", "Localhost");
    private static final String SECCOMP = "seccomp.security.alpha.kubernetes.io/pod";
    private static final String CONTAINER_SECCOMP =
            "container.seccomp.security.alpha.kubernetes.io/";
    private static final String APPARMOR = "container.apparmor.security.beta.kubernetes.io/";

    private ConfinementChecks() {}

    static Optional<Violation> procMount(CheckedPod pod) {
        Set<String> kinds = new TreeSet<>();
        List<String> bad =
                pod.named(each -> {
                    String kind = CheckedPod.context(each).path("procMount").asText("Default");
                    if (!kind.equals("Default")) {
                        kinds.add(kind);
                    }
                    return !kind.equals("Default");
                });
        return bad.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                "procMount",
                                "%s must not set securityContext.procMount to %s"
                                        .formatted(
                                                CheckedPod.containers(bad),
                                                CheckedPod.quoted(kinds))));
    }

    /// @param allowed that change nothing outside of the pod
    static Check sysctls(Set<String> allowed) {
        return pod -> {
            List<String> bad = new ArrayList<>();
            for (JsonNode sysctl : pod.context().path("sysctls")) {
                if (!allowed.contains(sysctl.path("name").asText())) {
                    bad.add(sysctl.path("name").asText());
                }
            }
            return bad.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Violation("forbidden sysctls", String.join(", ", bad)));
        };
    }

    /// @param allowed types, the empty one among them
    static Check seLinux(Set<String> allowed) {
        return pod -> {
            Set<String> types = new TreeSet<>();
            Set<String> fields = new TreeSet<>();
            boolean own = isBad(pod.context().path("seLinuxOptions"), allowed, types, fields);
            List<String> containers =
                    pod.named(each ->
                            isBad(
                                    CheckedPod.context(each).path("seLinuxOptions"),
                                    allowed,
                                    types,
                                    fields));
            List<String> data = new ArrayList<>();
            if (!types.isEmpty()) {
                data.add(
                        CheckedPod.plural("type", "types", types.size())
                                + " "
                                + CheckedPod.quoted(types));
            }
            for (String field : List.of("user", "role")) {
                if (fields.contains(field)) {
                    data.add(field + " may not be set");
                }
            }
            return CheckedPod.setters(own, containers)
                    .map(setters ->
                            new Violation(
                                    "seLinuxOptions",
                                    "%s set forbidden securityContext.seLinuxOptions: %s"
                                            .formatted(setters, String.join("; ", data))));
        };
    }

    private static boolean isBad(
            JsonNode options, Set<String> allowed, Set<String> types, Set<String> fields) {
        if (!options.isObject()) {
            return false;
        }
        boolean bad = false;
        String type = options.path("type").asText();
        if (!allowed.contains(type)) {
            types.add(type);
            bad = true;
        }
        for (String field : List.of("user", "role")) {
            if (!options.path(field).asText().isEmpty()) {
                fields.add(field);
                bad = true;
            }
        }
        return bad;
    }

    static Optional<Violation> appArmor(CheckedPod pod) {
        Set<String> values = new TreeSet<>();
        boolean own = isBadProfile(pod.context(), "appArmorProfile", values);
        List<String> containers =
                pod.named(
                        each -> isBadProfile(CheckedPod.context(each), "appArmorProfile", values));
        List<String> all = new ArrayList<>(values);
        List<String> setters = new ArrayList<>();
        CheckedPod.setters(own, containers).ifPresent(setters::add);
        Set<String> annotations = new TreeSet<>();
        for (var each : pod.metadata().path("annotations").properties()) {
            String value = each.getValue().asText();
            boolean fine =
                    value.isEmpty()
                            || value.equals("runtime/default")
                            || value.startsWith("localhost/");
            if (each.getKey().startsWith(APPARMOR) && !fine) {
                annotations.add(each.getKey() + "=\"" + value + "\"");
            }
        }
        if (!annotations.isEmpty()) {
            all.addAll(annotations);
            setters.add(CheckedPod.plural("annotation", "annotations", annotations.size()));
        }
        return setters.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                CheckedPod.plural(
                                        "forbidden AppArmor profile",
                                        "forbidden AppArmor profiles",
                                        all.size()),
                                "%s must not set AppArmor profile type to %s"
                                        .formatted(
                                                String.join(" and ", setters),
                                                CheckedPod.quoted(all))));
    }

    private static boolean isBadProfile(JsonNode context, String field, Set<String> values) {
        JsonNode profile = context.path(field);
        String type = profile.path("type").asText();
        boolean bad = profile.isObject() && !PROFILES.contains(type);
        if (bad) {
            values.add(type);
        }
        return bad;
    }

    static Optional<Violation> seccompAnnotations(CheckedPod pod) {
        Set<String> bad = new TreeSet<>();
        JsonNode annotations = pod.metadata().path("annotations");
        annotation(annotations, SECCOMP, bad);
        for (JsonNode container : pod.containers()) {
            annotation(annotations, CONTAINER_SECCOMP + container.path("name").asText(), bad);
        }
        return bad.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                "seccompProfile",
                                "forbidden %s %s"
                                        .formatted(
                                                CheckedPod.plural(
                                                        "annotation", "annotations", bad.size()),
                                                String.join(", ", bad))));
    }

    private static void annotation(JsonNode annotations, String key, Set<String> bad) {
        if (!annotations.has(key)) {
            return;
        }
        String value = annotations.path(key).asText();
        boolean fine =
                value.equals("runtime/default")
                        || value.equals("docker/default")
                        || value.startsWith("localhost/");
        if (!fine) {
            bad.add(key + "=\"" + value + "\"");
        }
    }

    static Optional<Violation> seccomp(CheckedPod pod) {
        Set<String> values = new TreeSet<>();
        boolean own = isBadProfile(pod.context(), "seccompProfile", values);
        List<String> containers =
                pod.named(each -> isBadProfile(CheckedPod.context(each), "seccompProfile", values));
        return CheckedPod.setters(own, containers)
                .map(setters ->
                        new Violation(
                                "seccompProfile",
                                "%s must not set securityContext.seccompProfile.type to %s"
                                        .formatted(setters, CheckedPod.quoted(values))));
    }

    static Optional<Violation> seccompRequired(CheckedPod pod) {
        Optional<Violation> set = seccomp(pod);
        if (set.isPresent() || pod.context().has("seccompProfile")) {
            return set;
        }
        List<String> silent = pod.named(each -> !CheckedPod.context(each).has("seccompProfile"));
        return silent.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Violation(
                                "seccompProfile",
                                "pod or %s must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\""
                                        .formatted(CheckedPod.containers(silent))));
    }
}

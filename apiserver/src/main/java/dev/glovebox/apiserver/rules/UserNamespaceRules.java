package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about pods with users of their own (`hostUsers: false`), and about what only they may ask
/// for.
final class UserNamespaceRules {
    private static final String UNMASKED = "Unmasked";
    private static final List<String> PROC_MOUNTS = List.of("Default", UNMASKED);
    private static final String WHEN = "when `hostUsers` is false";

    private UserNamespaceRules() {}

    static void check(JsonNode spec, Path at, FieldErrors errors) {
        boolean hostUsers = spec.path("hostUsers").asBoolean(true);
        for (String list : List.of("containers", "initContainers", "ephemeralContainers")) {
            JsonNode containers = spec.path(list);
            for (int i = 0; i < containers.size(); i++) {
                Path path = at.field(list).index(i);
                JsonNode context = containers.get(i).path("securityContext");
                procMount(context, path.field("securityContext"), hostUsers, errors);
            }
        }
        if (!hostUsers) {
            alone(spec, at, errors);
        }
    }

    private static void procMount(
            JsonNode context, Path path, boolean hostUsers, FieldErrors errors) {
        if (!context.has("procMount")) {
            return;
        }
        String kind = context.path("procMount").asText();
        if (!PROC_MOUNTS.contains(kind)) {
            errors.unsupported(path.field("procMount"), kind, PROC_MOUNTS);
        } else if (hostUsers && kind.equals(UNMASKED)) {
            errors.invalid(
                    path.field("procMount"), kind, "`hostUsers` must be false to use `Unmasked`");
        }
    }

    /// The paths are Kubernetes' own, their capitals too.
    private static void alone(JsonNode spec, Path at, FieldErrors errors) {
        if (spec.path("hostNetwork").asBoolean()) {
            errors.forbidden(at.field("hostNetwork"), WHEN);
        }
        if (spec.path("hostPID").asBoolean()) {
            errors.forbidden(at.field("HostPID"), WHEN);
        }
        if (spec.path("hostIPC").asBoolean()) {
            errors.forbidden(at.field("HostIPC"), WHEN);
        }
    }
}

package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Rules about security contexts of pods and containers.
final class SecurityRules {
    private static final List<String> PROFILES =
            List.of("Localhost", "RuntimeDefault", "Unconfined");
    private static final int LONGEST_PROFILE = 4095;
    private static final List<String> FS_GROUP_CHANGES = List.of("Always", "OnRootMismatch");
    private static final List<String> GROUPS = List.of("Merge", "Strict");
    private static final List<String> SELINUX_CHANGES = List.of("Recursive");
    private static final String SYSCTL =
            "([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final Pattern IS_SYSCTL = Pattern.compile(SYSCTL);

    private SecurityRules() {}

    static void pod(JsonNode spec, Path path, FieldErrors errors) {
        JsonNode context = spec.path("securityContext");
        Path at = path.field("securityContext");
        ids(context, at, errors);
        if (context.has("fsGroup")) {
            id(context.path("fsGroup"), at.field("fsGroup"), errors);
        }
        JsonNode groups = context.path("supplementalGroups");
        for (int i = 0; i < groups.size(); i++) {
            id(groups.get(i), at.field("supplementalGroups").index(i), errors);
        }
        // shareProcessNamespace and hostPID live in the security context of Kubernetes' inner type.
        if (spec.path("shareProcessNamespace").asBoolean() && spec.path("hostPID").asBoolean()) {
            errors.invalid(
                    at.field("shareProcessNamespace"),
                    spec.path("shareProcessNamespace"),
                    "ShareProcessNamespace and HostPID cannot both be enabled");
        }
        sysctls(context.path("sysctls"), at.field("sysctls"), errors);
        oneOf(context, "fsGroupChangePolicy", FS_GROUP_CHANGES, at, errors);
        seccomp(context, at, errors);
        appArmor(context, at, errors);
        oneOf(context, "supplementalGroupsPolicy", GROUPS, at, errors);
        oneOf(context, "seLinuxChangePolicy", SELINUX_CHANGES, at, errors);
    }

    static void container(JsonNode context, Path path, FieldErrors errors) {
        ids(context, path, errors);
        boolean escalates = context.path("allowPrivilegeEscalation").asBoolean(true);
        if (!escalates && context.path("privileged").asBoolean()) {
            errors.invalid(
                    path,
                    context,
                    "cannot set `allowPrivilegeEscalation` to false and `privileged` to true");
        }
        for (JsonNode capability : context.path("capabilities").path("add")) {
            if (!escalates && capability.asText().equals("CAP_SYS_ADMIN")) {
                errors.invalid(
                        path,
                        context,
                        "cannot set `allowPrivilegeEscalation` to false and"
                                + " `capabilities.Add` CAP_SYS_ADMIN");
            }
        }
        seccomp(context, path, errors);
        appArmor(context, path, errors);
    }

    private static void oneOf(
            JsonNode context, String field, List<String> values, Path path, FieldErrors errors) {
        String value = context.path(field).asText();
        if (context.has(field) && !values.contains(value)) {
            errors.unsupported(path.field(field), value, values);
        }
    }

    private static void ids(JsonNode context, Path path, FieldErrors errors) {
        for (String field : List.of("runAsUser", "runAsGroup")) {
            if (context.has(field)) {
                id(context.path(field), path.field(field), errors);
            }
        }
    }

    private static void id(JsonNode id, Path path, FieldErrors errors) {
        if (id.asLong() < 0 || id.asLong() > Integer.MAX_VALUE) {
            errors.invalid(path, id, "must be between 0 and 2147483647, inclusive");
        }
    }

    private static void sysctls(JsonNode sysctls, Path path, FieldErrors errors) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < sysctls.size(); i++) {
            String name = sysctls.get(i).path("name").asText();
            Path at = path.index(i).field("name");
            if (name.isEmpty()) {
                errors.required(at, "");
            } else if (name.length() > 253 || !IS_SYSCTL.matcher(name).matches()) {
                errors.invalid(
                        at,
                        name,
                        "must have at most 253 characters and match regex ^" + SYSCTL + "$");
            } else if (!names.add(name)) {
                errors.duplicate(at, name);
            }
        }
    }

    private static void seccomp(JsonNode context, Path path, FieldErrors errors) {
        JsonNode profile = context.get("seccompProfile");
        if (profile == null) {
            return;
        }
        Path at = path.field("seccompProfile");
        String type = profile.path("type").asText();
        if (type.isEmpty()) {
            errors.required(at.field("type"), "type is required when seccompProfile is set");
        } else if (!PROFILES.contains(type)) {
            errors.unsupported(at.field("type"), type, PROFILES);
        } else if (type.equals("Localhost") != profile.has("localhostProfile")) {
            Path local = at.field("localhostProfile");
            if (type.equals("Localhost")) {
                errors.required(local, "must be set when seccomp type is Localhost");
            } else {
                errors.invalid(
                        local,
                        profile.path("localhostProfile"),
                        "can only be set when seccomp type is Localhost");
            }
        } else if (type.equals("Localhost")) {
            VolumeRules.descending(
                    profile.path("localhostProfile").asText(),
                    at.field("localhostProfile"),
                    errors);
        }
    }

    private static void appArmor(JsonNode context, Path path, FieldErrors errors) {
        JsonNode profile = context.get("appArmorProfile");
        if (profile == null) {
            return;
        }
        Path at = path.field("appArmorProfile");
        String type = profile.path("type").asText();
        if (type.isEmpty()) {
            errors.required(at.field("type"), "type is required when appArmorProfile is set");
        } else if (!PROFILES.contains(type)) {
            errors.unsupported(at.field("type"), type, PROFILES);
        } else if (type.equals("Localhost")) {
            localArmour(profile.path("localhostProfile").asText(), at, errors);
        } else if (profile.has("localhostProfile")) {
            errors.invalid(
                    at.field("localhostProfile"),
                    profile.path("localhostProfile"),
                    "can only be set when AppArmor type is Localhost");
        }
    }

    private static void localArmour(String name, Path path, FieldErrors errors) {
        Path at = path.field("localhostProfile");
        if (name.isEmpty()) {
            errors.required(at, "must be set when AppArmor type is Localhost");
        } else if (!name.equals(name.strip())) {
            errors.invalid(at, name, "must not be padded with whitespace");
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_PROFILE) {
            errors.tooLong(at, LONGEST_PROFILE);
        }
    }

    /// Whether an AppArmor profile of the node can have that name.
    static boolean isProfile(String name) {
        return !name.isEmpty()
                && name.equals(name.strip())
                && name.getBytes(StandardCharsets.UTF_8).length <= LONGEST_PROFILE;
    }

    static void deadline(JsonNode spec, Path path, FieldErrors errors) {
        JsonNode seconds = spec.path("activeDeadlineSeconds");
        if (seconds.isNumber() && (seconds.asLong() < 1 || seconds.asLong() > Integer.MAX_VALUE)) {
            errors.invalid(
                    path.field("activeDeadlineSeconds"),
                    seconds,
                    "must be between 1 and 2147483647, inclusive");
        }
        JsonNode grace = spec.path("terminationGracePeriodSeconds");
        if (grace.isNumber() && grace.asLong() < 0) {
            errors.invalid(
                    path.field("terminationGracePeriodSeconds"),
                    grace.canConvertToInt() ? IntNode.valueOf(grace.asInt()) : grace,
                    "must be greater than or equal to 0");
        }
    }
}

package dev.glovebox.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// What the labels of a namespace ask for. A level that cannot be understood is enforced as the
/// strictest one, and neither warned of nor audited.
///
/// @param enforce what refuses pods
/// @param audit what is noted in the audit log
/// @param warn what the client is told
public record NamespacePolicy(LevelVersion enforce, LevelVersion audit, LevelVersion warn) {
    private static final String PREFIX = "pod-security.kubernetes.io/";
    private static final String LEVELS =
            Arrays.stream(SecurityLevel.values())
                    .map(SecurityLevel::word)
                    .collect(Collectors.joining(", ", "must be one of ", ""));

    /// What a namespace without a word gets where nothing else is configured.
    static final NamespacePolicy PRIVILEGED =
            new NamespacePolicy(
                    LevelVersion.latest(SecurityLevel.PRIVILEGED),
                    LevelVersion.latest(SecurityLevel.PRIVILEGED),
                    LevelVersion.latest(SecurityLevel.PRIVILEGED));

    /// Reads the labels.
    ///
    /// @param defaults what holds where they say nothing
    /// @param errors gets what cannot be understood
    public static NamespacePolicy of(
            JsonNode labels, NamespacePolicy defaults, FieldErrors errors) {
        LevelVersion enforce =
                read(labels, "enforce", defaults.enforce, SecurityLevel.RESTRICTED, errors);
        LevelVersion audit =
                read(labels, "audit", defaults.audit, SecurityLevel.PRIVILEGED, errors);
        LevelVersion warn = read(labels, "warn", defaults.warn, SecurityLevel.PRIVILEGED, errors);
        boolean told = labels.has(PREFIX + "warn");
        boolean understood =
                SecurityLevel.parse(labels.path(PREFIX + "enforce").asText()).isPresent();
        if (!told && understood && enforce.level().compareTo(warn.level()) > 0) {
            warn = warn.withLevel(enforce.level());
            if (!labels.has(PREFIX + "warn-version")) {
                warn = warn.withVersion(enforce);
            }
        }
        return new NamespacePolicy(enforce, audit, warn);
    }

    /// Whether nothing is refused, noted or warned of.
    public boolean isFullyPrivileged() {
        return Stream.of(enforce, audit, warn)
                .allMatch(each -> each.level() == SecurityLevel.PRIVILEGED);
    }

    /// Whether both ask for the same; of what is privileged, the version says nothing.
    private boolean isLike(NamespacePolicy other) {
        return isLike(enforce, other.enforce)
                && isLike(audit, other.audit)
                && isLike(warn, other.warn);
    }

    private static boolean isLike(LevelVersion one, LevelVersion other) {
        boolean free =
                one.level() == SecurityLevel.PRIVILEGED
                        && other.level() == SecurityLevel.PRIVILEGED;
        return free || one.equals(other);
    }

    /// What the labels of a namespace ask for beyond the defaults, for a warning that it is in
    /// vain: empty where there is nothing to warn of.
    public Optional<String> asked(JsonNode labels, NamespacePolicy defaults) {
        if (isFullyPrivileged() || isLike(defaults)) {
            return Optional.empty();
        }
        Map<String, LevelVersion> modes = new LinkedHashMap<>();
        modes.put("enforce", enforce);
        modes.put("audit", audit);
        modes.put("warn", warn);
        return Optional.of(
                modes.entrySet().stream()
                        .filter(each -> each.getValue().level() != SecurityLevel.PRIVILEGED)
                        .filter(each ->
                                labels.has(PREFIX + each.getKey())
                                        || labels.has(PREFIX + each.getKey() + "-version"))
                        .map(each -> each.getKey() + "=" + each.getValue().text())
                        .collect(Collectors.joining(", ")));
    }

    private static LevelVersion read(
            JsonNode labels,
            String mode,
            LevelVersion standard,
            SecurityLevel misunderstood,
            FieldErrors errors) {
        UnaryOperator<String> place = key -> "metadata.labels[" + PREFIX + key + "]";
        LevelVersion result = standard;
        if (labels.has(PREFIX + mode)) {
            String text = labels.path(PREFIX + mode).asText();
            SecurityLevel level = SecurityLevel.parse(text).orElse(misunderstood);
            if (SecurityLevel.parse(text).isEmpty()) {
                errors.invalid(Path.of(place.apply(mode)), text, LEVELS);
            }
            result = result.withLevel(level);
        }
        if (!labels.has(PREFIX + mode + "-version")) {
            return result;
        }
        String version = labels.path(PREFIX + mode + "-version").asText();
        if (version.equals("latest")) {
            result = LevelVersion.latest(result.level());
        } else {
            OptionalLong minor = LevelVersion.parseMinor(version);
            if (minor.isEmpty()) {
                errors.invalid(
                        Path.of(place.apply(mode + "-version")),
                        version,
                        "must be \"latest\" or \"v1.x\"");
            } else {
                result =
                        new LevelVersion(result.level(), minor.getAsLong(), LevelVersion.Latest.NO);
            }
        }
        return result;
    }
}

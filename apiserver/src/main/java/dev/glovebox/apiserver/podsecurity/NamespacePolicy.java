package dev.glovebox.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

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

    /// Reads the labels.
    ///
    /// @param errors gets what cannot be understood
    public static NamespacePolicy of(JsonNode labels, FieldErrors errors) {
        LevelVersion none = LevelVersion.latest(SecurityLevel.PRIVILEGED);
        LevelVersion enforce = read(labels, "enforce", none, SecurityLevel.RESTRICTED, errors);
        LevelVersion audit = read(labels, "audit", none, SecurityLevel.PRIVILEGED, errors);
        LevelVersion warn = read(labels, "warn", none, SecurityLevel.PRIVILEGED, errors);
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
        String version = labels.path(PREFIX + mode + "-version").asText("latest");
        if (!version.equals("latest")) {
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

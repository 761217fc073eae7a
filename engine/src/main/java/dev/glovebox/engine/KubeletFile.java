package dev.glovebox.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.schema.YamlReader;
import dev.glovebox.node.Headroom;
import dev.glovebox.node.capacity.Reserved;
import dev.glovebox.node.eviction.Thresholds;
import dev.glovebox.node.images.ImageLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `kubelet.yaml` in the data directory, a `KubeletConfiguration` of
/// `kubelet.config.k8s.io/v1beta1` as far as it says what nodes keep free. Without the file the
/// kubelet's defaults hold. What is not known is refused by its name: a setting that is not
/// understood must not be taken for one that holds.
final class KubeletFile {
    private static final String VERSION = "kubelet.config.k8s.io/v1beta1";
    private static final String KIND = "KubeletConfiguration";
    private static final Set<String> FIELDS =
            Set.of(
                    "apiVersion",
                    "kind",
                    "kubeReserved",
                    "systemReserved",
                    "evictionHard",
                    "evictionPressureTransitionPeriod",
                    "imageGCHighThresholdPercent",
                    "imageGCLowThresholdPercent",
                    "imageMinimumGCAge");
    private static final Pattern DURATION =
            Pattern.compile("(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,6})s)?");

    private KubeletFile() {}

    /// What the file says; the defaults where there is none.
    ///
    /// @throws EngineException where it cannot be read or understood
    static Headroom read(Path file) {
        if (!Files.exists(file)) {
            return Headroom.DEFAULT;
        }
        try {
            return parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new EngineException(file + " cannot be read", e);
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new EngineException(file + ": " + e.getMessage(), e);
        }
    }

    /// @throws IllegalArgumentException in a sentence for a person
    static Headroom parse(byte[] file) {
        JsonNode root = YamlReader.settings(file);
        if (!root.path("apiVersion").asText().equals(VERSION)
                || !root.path("kind").asText().equals(KIND)) {
            throw new IllegalArgumentException("wants a " + KIND + " of " + VERSION);
        }
        root.fieldNames()
                .forEachRemaining(name -> {
                    if (!FIELDS.contains(name)) {
                        throw new IllegalArgumentException(
                                name + " is not a field that is known here");
                    }
                });
        Headroom usual = Headroom.DEFAULT;
        return new Headroom(
                reserved(root, "kubeReserved").and(reserved(root, "systemReserved")),
                root.has("evictionHard") ? thresholds(root) : usual.evictionHard(),
                duration(root, "evictionPressureTransitionPeriod", usual.transition()),
                images(root, usual.images()));
    }

    private static Reserved reserved(JsonNode root, String field) {
        try {
            return Reserved.parse(list(root, field, "="));
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(field + " " + e.getMessage(), e);
        }
    }

    private static Thresholds thresholds(JsonNode root) {
        try {
            return Thresholds.parse(list(root, "evictionHard", "<"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("evictionHard " + e.getMessage(), e);
        }
    }

    /// A map of texts as the list that the kubelet's flag of that name takes.
    private static String list(JsonNode root, String field, String between) {
        JsonNode map = root.path(field);
        if (!map.isMissingNode() && !map.isObject()) {
            throw new IllegalArgumentException("wants a map of texts");
        }
        StringJoiner list = new StringJoiner(",");
        map.properties().forEach(e -> list.add(e.getKey() + between + e.getValue().asText()));
        return list.toString();
    }

    private static ImageLimits images(JsonNode root, ImageLimits usual) {
        return new ImageLimits(
                percent(root, "imageGCHighThresholdPercent", usual.high()),
                percent(root, "imageGCLowThresholdPercent", usual.low()),
                duration(root, "imageMinimumGCAge", usual.minAge()));
    }

    private static int percent(JsonNode root, String field, int usual) {
        JsonNode value = root.path(field);
        if (value.isMissingNode()) {
            return usual;
        }
        if (!value.isInt()) {
            throw new IllegalArgumentException(field + " wants a whole number of percent");
        }
        return value.intValue();
    }

    private static Duration duration(JsonNode root, String field, Duration usual) {
        if (!root.has(field)) {
            return usual;
        }
        Matcher parts = DURATION.matcher(root.path(field).asText());
        if (!parts.matches() || root.path(field).asText().isEmpty()) {
            throw new IllegalArgumentException(field + " wants a time such as 5m0s");
        }
        return Duration.ofHours(number(parts.group(1)))
                .plusMinutes(number(parts.group(2)))
                .plusSeconds(number(parts.group(3)));
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}

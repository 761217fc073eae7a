package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// Rules about how pods are replaced by newer ones. Source: `apps/validation`.
final class UpdateRules {
    private UpdateRules() {}

    static void deployment(JsonNode strategy, Path path, FieldErrors errors) {
        Path rolling = path.field("rollingUpdate");
        JsonNode update = strategy.path("rollingUpdate");
        switch (strategy.path("type").asText()) {
            case "Recreate" -> {
                if (update.isObject()) {
                    errors.forbidden(
                            rolling, "may not be specified when strategy `type` is 'Recreate'");
                }
            }
            case "RollingUpdate" -> {
                amounts(update, rolling, errors);
                if (isNothing(update, "maxUnavailable") && isNothing(update, "maxSurge")) {
                    errors.invalid(
                            rolling.field("maxUnavailable"),
                            update.path("maxUnavailable"),
                            "may not be 0 when `maxSurge` is 0");
                }
                IntOrPercent.atMostAll(
                        update.path("maxUnavailable"), rolling.field("maxUnavailable"), errors);
            }
            default ->
                    errors.unsupported(
                            path.field("type"),
                            strategy.path("type").asText(),
                            List.of("Recreate", "RollingUpdate"));
        }
    }

    static void daemonSet(JsonNode strategy, Path path, FieldErrors errors) {
        Path rolling = path.field("rollingUpdate");
        JsonNode update = strategy.path("rollingUpdate");
        switch (strategy.path("type").asText()) {
            case "OnDelete" -> {}
            case "RollingUpdate" -> {
                amounts(update, rolling, errors);
                IntOrPercent.atMostAll(
                        update.path("maxUnavailable"), rolling.field("maxUnavailable"), errors);
                IntOrPercent.atMostAll(update.path("maxSurge"), rolling.field("maxSurge"), errors);
                boolean surges = !isNothing(update, "maxSurge");
                if (isNothing(update, "maxUnavailable") && !surges) {
                    errors.required(
                            rolling.field("maxUnavailable"), "cannot be 0 when maxSurge is 0");
                } else if (!isNothing(update, "maxUnavailable") && surges) {
                    errors.invalid(
                            rolling.field("maxSurge"),
                            update.path("maxSurge"),
                            "may not be set when maxUnavailable is non-zero");
                }
            }
            default ->
                    errors.unsupported(
                            path.field("type"),
                            strategy.path("type").asText(),
                            List.of("OnDelete", "RollingUpdate"));
        }
    }

    static void statefulSet(JsonNode strategy, Path path, FieldErrors errors) {
        JsonNode update = strategy.path("rollingUpdate");
        Path rolling = path.field("rollingUpdate");
        switch (strategy.path("type").asText()) {
            case "" -> errors.required(path, "");
            case "OnDelete" -> {
                if (update.isObject()) {
                    errors.invalid(
                            rolling, update, "only allowed for updateStrategy 'RollingUpdate'");
                }
            }
            case "RollingUpdate" ->
                    errors.nonNegative(rolling.field("partition"), update.path("partition"));
            default -> errors.invalid(path, strategy, "must be 'RollingUpdate' or 'OnDelete'");
        }
    }

    private static void amounts(JsonNode update, Path path, FieldErrors errors) {
        for (String field : List.of("maxUnavailable", "maxSurge")) {
            IntOrPercent.check(update.path(field), path.field(field), errors);
        }
    }

    /// Whether an amount is zero; one that cannot be understood is told of elsewhere.
    private static boolean isNothing(JsonNode update, String field) {
        JsonNode value = update.path(field);
        return value.isTextual() ? value.asText().matches("0+%") : IntOrPercent.number(value) == 0;
    }
}

package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.glovebox.apiserver.schema.Quantity;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Rules about LimitRanges. Source: `core/validation`, `ValidateLimitRange`.
public final class LimitRangeRules {
    private static final List<String> TYPES = List.of("Pod", "Container", "PersistentVolumeClaim");
    private static final JsonNode NOTHING = JsonNodeFactory.instance.objectNode();

    private LimitRangeRules() {}

    /// Rules for one, whether new or changed.
    public static void check(JsonNode range, FieldErrors errors) {
        JsonNode limits = range.path("spec").path("limits");
        Set<String> types = new HashSet<>();
        for (int i = 0; i < limits.size(); i++) {
            Path path = Path.of("spec.limits").index(i);
            String type = limits.get(i).path("type").asText();
            type(type, path.field("type"), errors);
            if (!types.add(type)) {
                errors.duplicate(path.field("type"), type);
            }
            limit(limits.get(i), type, path, errors);
        }
    }

    private static void type(String type, Path path, FieldErrors errors) {
        List<String> wrong = Words.qualifiedName(type);
        errors.invalid(path, type, wrong);
        if (wrong.isEmpty() && !type.contains("/") && !TYPES.contains(type)) {
            errors.invalid(path, type, "must be a standard limit type or fully qualified");
        }
    }

    private static void limit(JsonNode limit, String type, Path path, FieldErrors errors) {
        Set<String> keys = new TreeSet<>();
        names(limit, "max", type, path, keys, errors);
        names(limit, "min", type, path, keys, errors);
        for (String field : List.of("default", "defaultRequest")) {
            if (!type.equals("Pod")) {
                names(limit, field, type, path, keys, errors);
            } else if (!limit.path(field).isEmpty()) {
                errors.forbidden(path.field(field), "may not be specified when `type` is 'Pod'");
            }
        }
        boolean sized = limit.path("min").has("storage") || limit.path("max").has("storage");
        if (type.equals("PersistentVolumeClaim") && !sized) {
            errors.required(
                    path.field("limits"),
                    "either minimum or maximum storage value is required, but neither was provided");
        }
        names(limit, "maxLimitRequestRatio", type, path, keys, errors);
        JsonNode defaulted = type.equals("Pod") ? NOTHING : limit;
        keys.forEach(key -> new Amounts(limit, defaulted, key, path, errors).check());
    }

    private static void names(
            JsonNode limit,
            String field,
            String type,
            Path path,
            Set<String> keys,
            FieldErrors errors) {
        for (var amount : limit.path(field).properties()) {
            Path at = path.field(field).key(amount.getKey());
            if (List.of("Pod", "Container").contains(type)) {
                ResourceNames.checkContainer(amount.getKey(), at, errors);
            } else {
                ResourceNames.check(amount.getKey(), at, errors);
            }
            keys.add(amount.getKey());
        }
    }

    /// All that a limit says about one resource.
    ///
    /// @param defaulted the limit, or nothing where it may have no defaults
    private record Amounts(
            JsonNode limit, JsonNode defaulted, String key, Path path, FieldErrors errors) {
        void check() {
            JsonNode min = limit.path("min").path(key);
            JsonNode max = limit.path("max").path(key);
            JsonNode ceiling = defaulted.path("default").path(key);
            JsonNode request = defaulted.path("defaultRequest").path(key);
            String of = "min value %s is greater than ";
            atMost(min, max, "min", min, of + "max value %s");
            atMost(min, request, "defaultRequest", request, of + "default request value %s");
            atMost(
                    request,
                    max,
                    "defaultRequest",
                    request,
                    "default request value %s is greater than max value %s");
            atMost(
                    request,
                    ceiling,
                    "defaultRequest",
                    request,
                    "default request value %s is greater than default limit value %s");
            // For these two Kubernetes shows the bound, not the default.
            atMost(min, ceiling, "default", min, of + "default value %s");
            atMost(ceiling, max, "default", max, "default value %s is greater than max value %s");
            ratio(min, max, limit.path("maxLimitRequestRatio").path(key));
            if (!ResourceNames.isOvercommitted(key)
                    && order(ceiling, request).filter(each -> each != 0).isPresent()) {
                errors.invalid(
                        path.field("defaultRequest").key(key),
                        request,
                        "default value %s must equal to defaultRequest value %s in %s"
                                .formatted(ceiling.asText(), request.asText(), key));
            }
        }

        private void atMost(
                JsonNode small, JsonNode large, String field, JsonNode shown, String words) {
            if (order(small, large).filter(each -> each > 0).isPresent()) {
                errors.invalid(
                        path.field(field).key(key),
                        shown,
                        words.formatted(small.asText(), large.asText()));
            }
        }

        private void ratio(JsonNode min, JsonNode max, JsonNode ratio) {
            if (ratio.isMissingNode()) {
                return;
            }
            BigDecimal most = Quantity.parse(ratio.asText()).amount();
            Path at = path.field("maxLimitRequestRatio").key(key);
            if (most.compareTo(BigDecimal.ONE) < 0) {
                errors.invalid(at, ratio, "ratio " + ratio.asText() + " is less than 1");
            }
            if (min.isMissingNode() || max.isMissingNode()) {
                return;
            }
            double least = Quantity.parse(min.asText()).amount().doubleValue();
            double bound = Quantity.parse(max.asText()).amount().doubleValue() / least;
            if (most.doubleValue() > bound) {
                errors.invalid(
                        at,
                        ratio,
                        String.format(
                                Locale.ROOT,
                                "ratio %s is greater than max/min = %f",
                                ratio.asText(),
                                bound));
            }
        }

        private static Optional<Integer> order(JsonNode one, JsonNode other) {
            return one.isMissingNode() || other.isMissingNode()
                    ? Optional.empty()
                    : Optional.of(
                            Quantity.parse(one.asText()).compareTo(Quantity.parse(other.asText())));
        }
    }
}

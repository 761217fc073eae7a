package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.Map;
import java.util.Set;

/// Rules about amounts of resources.
public final class ResourceRules {
    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");

    private ResourceRules() {}

    static void check(JsonNode resources, Path path, FieldErrors errors) {
        JsonNode limits = resources.path("limits");
        JsonNode requests = resources.path("requests");
        amounts(limits, path.field("limits"), errors);
        amounts(requests, path.field("requests"), errors);
        for (Map.Entry<String, JsonNode> request : requests.properties()) {
            compare(request.getKey(), request.getValue(), limits, path, errors);
        }
    }

    /// Rules for a map of resources to amounts, for example `overhead.podFixed`.
    public static void amounts(JsonNode amounts, Path path, FieldErrors errors) {
        for (Map.Entry<String, JsonNode> amount : amounts.properties()) {
            String name = amount.getKey();
            Path at = path.key(name);
            name(name, at, errors);
            Quantity quantity = Quantity.parse(amount.getValue().asText());
            if (quantity.sign() < 0) {
                errors.invalid(at, amount.getValue(), "must be greater than or equal to 0");
            }
            if (extended(name) && !quantity.whole()) {
                errors.invalid(at, amount.getValue(), "must be an integer");
            }
        }
    }

    private static void name(String name, Path at, FieldErrors errors) {
        errors.invalid(at, name, Words.qualifiedName(name));
        if (name.contains("/") || standard(name)) {
            return;
        }
        errors.invalid(at, name, "must be a standard resource type or fully qualified");
        errors.invalid(at, name, "must be a standard resource for containers");
    }

    private static void compare(
            String name, JsonNode request, JsonNode limits, Path path, FieldErrors errors) {
        boolean overcommit = STANDARD.contains(name) || name.contains("kubernetes.io/");
        if (!limits.has(name)) {
            if (!overcommit && (extended(name) || name.startsWith("hugepages-"))) {
                errors.required(
                        path.field("limits"), "Limit must be set for non overcommitable resources");
            }
            return;
        }
        String limit = limits.path(name).asText();
        int order = Quantity.parse(request.asText()).compareTo(Quantity.parse(limit));
        if (overcommit && order > 0) {
            errors.invalid(
                    path.field("requests"),
                    request,
                    "must be less than or equal to %s limit of %s".formatted(name, limit));
        } else if (!overcommit && order != 0) {
            errors.invalid(
                    path.field("requests"),
                    request,
                    "must be equal to %s limit of %s".formatted(name, limit));
        }
    }

    private static boolean standard(String name) {
        return STANDARD.contains(name) || name.startsWith("hugepages-");
    }

    private static boolean extended(String name) {
        return name.contains("/") && !name.contains("kubernetes.io/");
    }
}

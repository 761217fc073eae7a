package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.Amounts;
import dev.glovebox.apiserver.amounts.PodAmounts;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Rules about amounts of resources.
public final class ResourceRules {
    private static final Set<String> STANDARD = Set.of("cpu", "memory", "ephemeral-storage");

    private ResourceRules() {}

    /// Rules for what a container requests and is limited to.
    static void check(JsonNode resources, Path path, FieldErrors errors) {
        check(resources, path, ResourceRules::name, errors);
    }

    /// Rules for what a pod as a whole requests and is limited to, beside what its containers do.
    /// Source: KEP-2837.
    static void checkPod(JsonNode spec, Path at, FieldErrors errors) {
        JsonNode whole = spec.path("resources");
        Path path = at.field("resources");
        if (whole.isMissingNode()) {
            return;
        }
        if (spec.path("os").path("name").asText().equals("windows")) {
            errors.forbidden(path, "may not be set for a windows pod");
            return;
        }
        if (whole.has("claims")) {
            errors.forbidden(
                    path.field("claims"), "claims may not be set for Resources at pod-level");
        }
        check(whole, path, ResourceNames::checkPod, errors);
        atLeast("requests", name -> true, spec, path, errors);
        atLeast("limits", ResourceNames::isHugePages, spec, path, errors);
        Amounts limits = Amounts.read(whole.path("limits"));
        JsonNode containers = spec.path("containers");
        for (int i = 0; i < containers.size(); i++) {
            Path container = path.field("containers").index(i);
            JsonNode own = containers.get(i).path("resources").path("limits");
            Amounts.read(own)
                    .above(limits)
                    .byName()
                    .keySet()
                    .forEach(name ->
                            errors.invalid(
                                    container.key(name).field("limits"),
                                    own.path(name),
                                    "must be less than or equal to pod limits of "
                                            + limits.byName().get(name)));
        }
    }

    /// What the pod says of itself has to do for its containers together.
    private static void atLeast(
            String field, Predicate<String> which, JsonNode spec, Path path, FieldErrors errors) {
        JsonNode said = spec.path("resources").path(field);
        Amounts containers = PodAmounts.ofContainers(spec, field).only(which);
        containers
                .above(Amounts.read(said))
                .byName()
                .forEach((name, amount) ->
                        errors.invalid(
                                path.field(field).key(name),
                                said.path(name),
                                "must be greater than or equal to aggregate container %s of %s"
                                        .formatted(field, amount)));
    }

    /// Which resources there may be.
    private interface Names {
        void check(String name, Path at, FieldErrors errors);
    }

    private static void check(JsonNode resources, Path path, Names names, FieldErrors errors) {
        JsonNode limits = resources.path("limits");
        JsonNode requests = resources.path("requests");
        amounts(limits, path.field("limits"), names, errors);
        amounts(requests, path.field("requests"), names, errors);
        for (Map.Entry<String, JsonNode> request : requests.properties()) {
            compare(request.getKey(), request.getValue(), limits, path, errors);
        }
        Set<String> said = new TreeSet<>();
        limits.fieldNames().forEachRemaining(said::add);
        requests.fieldNames().forEachRemaining(said::add);
        if (said.stream().anyMatch(ResourceNames::isHugePages)
                && !said.contains("cpu")
                && !said.contains("memory")) {
            errors.forbidden(path, "HugePages require cpu or memory");
        }
    }

    /// Rules for a map of resources to amounts, for example `overhead.podFixed`.
    public static void amounts(JsonNode amounts, Path path, FieldErrors errors) {
        amounts(amounts, path, ResourceRules::name, errors);
    }

    private static void amounts(JsonNode amounts, Path path, Names names, FieldErrors errors) {
        for (Map.Entry<String, JsonNode> amount : amounts.properties()) {
            String name = amount.getKey();
            Path at = path.key(name);
            names.check(name, at, errors);
            Quantity quantity = Quantity.parse(amount.getValue().asText());
            if (quantity.sign() < 0) {
                errors.invalid(at, amount.getValue(), "must be greater than or equal to 0");
            }
            if (extended(name) && !quantity.whole()) {
                errors.invalid(at, amount.getValue(), "must be an integer");
            }
            if (ResourceNames.isHugePages(name) && !ResourceNames.isWholePages(name, quantity)) {
                errors.invalid(
                        at,
                        amount.getValue(),
                        quantity + " is not positive integer multiple of " + name);
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

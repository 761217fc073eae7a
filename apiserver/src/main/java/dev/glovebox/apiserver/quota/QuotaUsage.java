package dev.glovebox.apiserver.quota;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.amounts.Amounts;
import dev.glovebox.apiserver.schema.Quantity;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What the objects of a namespace use of a quota, counted anew. Pure. Source: `CalculateUsage` of
/// Kubernetes' quota package.
public final class QuotaUsage {
    private QuotaUsage() {}

    /// Whether objects of a resource count under one of these names.
    ///
    /// @param resource `pods` or `deployments.apps`
    public static boolean counts(String resource, Collection<String> names) {
        return Evaluators.of(resource)
                .filter(evaluator -> names.stream().anyMatch(evaluator::tracks))
                .isPresent();
    }

    /// The status that a quota should have; empty where it has it. A name that nobody counts under
    /// keeps what the status says of it.
    ///
    /// @param quota the object
    /// @param objects of the quota's namespace, by resource; at least those that count
    public static Optional<ObjectNode> status(
            JsonNode quota, Map<String, ? extends List<? extends JsonNode>> objects, Instant now) {
        Amounts hard = Amounts.read(quota.path("spec").path("hard"));
        Quota said = Quota.of(quota);
        Amounts used = said.used().only(hard.byName()::containsKey);
        for (var each : objects.entrySet()) {
            Optional<Evaluator> evaluator = Evaluators.of(each.getKey());
            if (evaluator.isPresent()) {
                used = used.overlaid(used(said, hard, evaluator.get(), each.getValue(), now));
            }
        }
        boolean told = quota.path("status").has("used") && quota.path("status").has("hard");
        if (told && used.sameAs(said.used()) && hard.sameAs(said.hard())) {
            return Optional.empty();
        }
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        status.set("hard", quota.path("spec").path("hard").deepCopy());
        status.set("used", used.tree());
        return Optional.of(status);
    }

    private static Amounts used(
            Quota quota,
            Amounts hard,
            Evaluator evaluator,
            List<? extends JsonNode> objects,
            Instant now) {
        Map<String, Quantity> nothing = new HashMap<>();
        hard.byName().keySet().stream()
                .filter(evaluator::tracks)
                .forEach(name -> nothing.put(name, Quantity.ZERO));
        Amounts used = Amounts.of(nothing);
        for (JsonNode object : objects) {
            if (quota.covers(evaluator, object)) {
                used = used.plus(evaluator.usage(object, now));
            }
        }
        return used.only(nothing::containsKey);
    }
}

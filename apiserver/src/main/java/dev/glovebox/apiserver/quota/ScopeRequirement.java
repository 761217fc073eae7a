package dev.glovebox.apiserver.quota;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// One scope that objects have to be of to count. Source: core's ScopedResourceSelectorRequirement.
///
/// @param scope for example `BestEffort`
/// @param operator `Exists`, `DoesNotExist`, `In` or `NotIn`
/// @param values for `In` and `NotIn`
public record ScopeRequirement(String scope, String operator, List<String> values) {
    /// Copies the values.
    public ScopeRequirement {
        values = List.copyOf(values);
    }

    /// All requirements of a quota.
    static List<ScopeRequirement> of(JsonNode quota) {
        List<ScopeRequirement> all = new ArrayList<>();
        JsonNode spec = quota.path("spec");
        spec.path("scopes")
                .forEach(each -> all.add(new ScopeRequirement(each.asText(), "Exists", List.of())));
        for (JsonNode each : spec.path("scopeSelector").path("matchExpressions")) {
            List<String> values = new ArrayList<>();
            each.path("values").forEach(value -> values.add(value.asText()));
            all.add(
                    new ScopeRequirement(
                            each.path("scopeName").asText(),
                            each.path("operator").asText(),
                            values));
        }
        return all;
    }

    /// Whether something that has these values, or none, meets it.
    boolean isMetBy(Collection<String> own) {
        return switch (operator) {
            case "Exists" -> !own.isEmpty();
            case "DoesNotExist" -> own.isEmpty();
            case "In" -> own.stream().anyMatch(values::contains);
            case "NotIn" -> own.isEmpty() || own.stream().anyMatch(each -> !values.contains(each));
            default -> false;
        };
    }
}

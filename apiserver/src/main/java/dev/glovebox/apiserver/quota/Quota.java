package dev.glovebox.apiserver.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.Amounts;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// What a ResourceQuota says now.
///
/// @param scopes which all have to be met to count
/// @param hard what its status says may be used; a quota whose status has not been written yet
///   bounds nothing
/// @param used what its status says is used
public record Quota(String name, List<ScopeRequirement> scopes, Amounts hard, Amounts used) {
    /// Copies the scopes.
    public Quota {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(hard, "hard");
        Objects.requireNonNull(used, "used");
        scopes = List.copyOf(scopes);
    }

    /// Reads the object.
    public static Quota of(JsonNode quota) {
        JsonNode status = quota.path("status");
        return new Quota(
                quota.path("metadata").path("name").asText(),
                ScopeRequirement.of(quota),
                Amounts.read(status.path("hard")),
                Amounts.read(status.path("used")));
    }

    /// The same with other usage.
    Quota using(Amounts other) {
        return new Quota(name, scopes, hard, other);
    }

    /// Whether it counts the object.
    boolean counts(Evaluator evaluator, JsonNode object) {
        return !tracked(evaluator).isEmpty() && covers(evaluator, object);
    }

    /// Whether the object is of all its scopes.
    boolean covers(Evaluator evaluator, JsonNode object) {
        return scopes.stream().allMatch(scope -> evaluator.covers(scope, object));
    }

    /// Names that it bounds and the evaluator counts under.
    Set<String> tracked(Evaluator evaluator) {
        return hard.only(evaluator::tracks).byName().keySet();
    }
}

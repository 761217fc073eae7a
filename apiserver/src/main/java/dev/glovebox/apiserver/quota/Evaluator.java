package dev.glovebox.apiserver.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.Amounts;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Says what objects of one resource count. Stateless. Source: `quota/v1/evaluator/core`.
public interface Evaluator {
    /// Whether a write can change what the object counts.
    ///
    /// @param subresource empty for the object itself
    /// @param old what is stored now; empty for a new object
    boolean handles(String subresource, JsonNode object, Optional<? extends JsonNode> old);

    /// Whether objects of this resource count under that name of a quota.
    boolean tracks(String name);

    /// What the object counts.
    Amounts usage(JsonNode object, Instant now);

    /// Whether the object is of that scope; by default objects are of none.
    default boolean covers(ScopeRequirement scope, JsonNode object) {
        return false;
    }

    /// What the object would have to say so that it can be counted, in Kubernetes' words; empty
    /// where it says enough.
    ///
    /// @param names of the quota that this evaluator tracks
    default String missing(Set<String> names, JsonNode object) {
        return "";
    }
}

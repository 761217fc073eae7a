package dev.glovebox.apiserver.metrics;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.Map;

/// Asks nodes what their pods use. Blocks, within a bound; safe for use by any thread.
@FunctionalInterface
public interface NodeSummaries {
    /// Nobody can be asked.
    NodeSummaries NONE = nodes -> Map.of();

    /// What the nodes' kubelets answer to `/stats/summary`, by node. One that does not answer, or
    /// not in time, is left out.
    Map<String, JsonNode> of(Collection<String> nodes);
}

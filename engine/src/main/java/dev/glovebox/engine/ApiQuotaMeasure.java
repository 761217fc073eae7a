package dev.glovebox.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.quota.QuotaUsage;
import dev.glovebox.controllers.QuotaMeasure;
import java.time.Clock;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Has the quota controller count as the API does.
record ApiQuotaMeasure(Clock clock) implements QuotaMeasure {
    @Override
    public boolean counts(String resource, Collection<String> names) {
        return QuotaUsage.counts(resource, names);
    }

    @Override
    public Optional<ObjectNode> status(JsonNode quota, Map<String, List<JsonNode>> objects) {
        return QuotaUsage.status(quota, objects, clock.instant());
    }
}

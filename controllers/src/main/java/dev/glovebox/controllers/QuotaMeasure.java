package dev.glovebox.controllers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says what quotas count: the very rules by which the API admits.
public interface QuotaMeasure {
    /// Whether objects of a resource count under one of these names of a quota.
    ///
    /// @param resource `pods` or `deployments.apps`
    boolean counts(String resource, Collection<String> names);

    /// The status that a quota should have; empty where it has it.
    ///
    /// @param objects of the quota's namespace, by resource; at least those that count
    Optional<ObjectNode> status(JsonNode quota, Map<String, List<JsonNode>> objects);
}

package dev.glovebox.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/// What a pod of a RuntimeClass takes beside its containers, as Glovebox writes it into the class
/// (`overhead.podFixed`), with how it is known.
///
/// @param podFixed amounts by resource, as Kubernetes writes them: `31Mi`, `10m`; empty where pods
///   are to have none
/// @param method how it was measured, or who has published it
/// @param figures what it was measured by, by name; empty for none
record ClassOverhead(Map<String, String> podFixed, String method, Map<String, String> figures) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String POD_FIXED = "podFixed";

    ClassOverhead {
        Objects.requireNonNull(method, "method");
        podFixed = Map.copyOf(podFixed);
        figures = Map.copyOf(figures);
    }

    /// Amounts that somebody has published.
    ///
    /// @param source who, and where
    static ClassOverhead published(String memory, String cpu, String source) {
        return new ClassOverhead(
                Map.of("memory", memory, "cpu", cpu), "published by " + source, Map.of());
    }

    /// For `overhead.podFixed`.
    Map<String, Quantity> quantities() {
        Map<String, Quantity> quantities = new TreeMap<>();
        podFixed.forEach((resource, amount) -> quantities.put(resource, Quantity.parse(amount)));
        return quantities;
    }

    /// For the class's annotation: amounts, method and figures, as a JSON object.
    String annotation() {
        ObjectNode all = JSON.createObjectNode();
        ObjectNode fixed = all.putObject(POD_FIXED);
        new TreeMap<>(podFixed).forEach(fixed::put);
        all.put("method", method);
        ObjectNode seen = all.putObject("figures");
        new TreeMap<>(figures).forEach(seen::put);
        return all.toString();
    }

    /// What an annotation says that was written; empty where it is none of ours.
    static Optional<Map<String, Quantity>> written(String annotation) {
        try {
            JsonNode fixed = JSON.readTree(annotation).path(POD_FIXED);
            Map<String, Quantity> quantities = new HashMap<>();
            fixed.properties()
                    .forEach(each ->
                            quantities.put(each.getKey(), quantity(each.getValue().asText())));
            return fixed.isObject() ? Optional.of(quantities) : Optional.empty();
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// @throws IllegalArgumentException where it is none: everybody may write annotations
    private static Quantity quantity(String text) {
        Quantity quantity = Quantity.parse(text);
        var _ = quantity.getNumericalAmount();
        return quantity;
    }
}

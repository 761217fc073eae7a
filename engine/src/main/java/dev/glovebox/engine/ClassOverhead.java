package dev.glovebox.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// What a pod of a RuntimeClass takes beside its containers, as Glovebox writes it into the class
/// (`overhead.podFixed`), with how it is known.
///
/// @param memory as Kubernetes writes it: `31Mi`
/// @param cpu as Kubernetes writes it: `10m`
/// @param method how it was measured, or who has published it
/// @param figures what it was measured by; empty for none
record ClassOverhead(String memory, String cpu, String method, Map<String, String> figures) {
    private static final ObjectMapper JSON = new ObjectMapper();

    ClassOverhead {
        Objects.requireNonNull(memory, "memory");
        Objects.requireNonNull(cpu, "cpu");
        Objects.requireNonNull(method, "method");
        figures = Map.copyOf(figures);
    }

    /// Amounts that somebody has published.
    ///
    /// @param source who, and where
    static ClassOverhead published(String memory, String cpu, String source) {
        return new ClassOverhead(memory, cpu, "published by " + source, Map.of());
    }

    /// For `overhead.podFixed`.
    Map<String, Quantity> podFixed() {
        return Map.of("memory", Quantity.parse(memory), "cpu", Quantity.parse(cpu));
    }

    /// For the class's annotation: amounts, method and figures, as a JSON object.
    String annotation() {
        ObjectNode all = JSON.createObjectNode();
        all.put("memory", memory).put("cpu", cpu).put("method", method);
        figures.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(each -> all.put(each.getKey(), each.getValue()));
        return all.toString();
    }

    /// What an annotation says that was written; empty where it is none of ours.
    static Optional<Map<String, Quantity>> written(String annotation) {
        try {
            JsonNode all = JSON.readTree(annotation);
            return Optional.of(
                    Map.of(
                            "memory", Quantity.parse(all.path("memory").asText()),
                            "cpu", Quantity.parse(all.path("cpu").asText())));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}

package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// All webhooks that are configured at a moment, in the order in which they are asked: by the name
/// of their configuration, then by their place in it.
record Webhooks(List<Webhook> mutating, List<Webhook> validating) {
    static final String GROUP = "admissionregistration.k8s.io";

    /// Copies the lists.
    Webhooks {
        mutating = List.copyOf(mutating);
        validating = List.copyOf(validating);
    }

    static Webhooks of(ObjectLookup objects) {
        return new Webhooks(
                read(objects, "mutatingwebhookconfigurations"),
                read(objects, "validatingwebhookconfigurations"));
    }

    private static List<Webhook> read(ObjectLookup objects, String plural) {
        List<ObjectNode> configurations = new ArrayList<>(objects.all(GROUP, plural, ""));
        configurations.sort(Comparator.comparing(Webhooks::name));
        List<Webhook> webhooks = new ArrayList<>();
        for (JsonNode configuration : configurations) {
            configuration
                    .path("webhooks")
                    .forEach(each -> webhooks.add(Webhook.of(name(configuration), each)));
        }
        return webhooks;
    }

    private static String name(JsonNode configuration) {
        return configuration.path("metadata").path("name").asText();
    }
}

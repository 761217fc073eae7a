package dev.glovebox.apiserver.webhooks;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.cel.MatchConditions;
import java.time.Duration;
import java.util.List;

/// One webhook of a configuration, ready to be matched and called.
///
/// @param configuration name of its configuration
/// @param name its own, for example `policy.example.com`
/// @param endpoint where it is
/// @param review version of `admission.k8s.io` in which it is asked; empty if none that we speak
/// @param selection for which requests it is called
/// @param failsOpen whether a request goes on when it cannot be asked
/// @param harmless whether it may be asked although nothing will be stored
/// @param again whether it is asked once more about an object that changed after it was asked
/// @param timeout how long it may take
record Webhook(
        String configuration,
        String name,
        Endpoint endpoint,
        String review,
        Selection selection,
        boolean failsOpen,
        boolean harmless,
        boolean again,
        Duration timeout) {
    private static final int SECONDS = 10;
    private static final List<String> REVIEWS = List.of("v1", "v1beta1");
    private static final List<String> HARMLESS = List.of("None", "NoneOnDryRun");

    /// For which requests a webhook is called.
    ///
    /// @param equivalent whether another version of what a rule names counts as well
    record Selection(
            List<WebhookRule> rules,
            boolean equivalent,
            JsonNode namespaces,
            JsonNode objects,
            MatchConditions conditions) {}

    static Webhook of(String configuration, JsonNode webhook) {
        Selection selection =
                new Selection(
                        WebhookRule.all(webhook.path("rules")),
                        !webhook.path("matchPolicy").asText().equals("Exact"),
                        webhook.path("namespaceSelector"),
                        webhook.path("objectSelector"),
                        MatchConditions.of(webhook.path("matchConditions")));
        return new Webhook(
                configuration,
                webhook.path("name").asText(),
                Endpoint.of(webhook.path("clientConfig")),
                WebhookRule.texts(webhook.path("admissionReviewVersions")).stream()
                        .filter(REVIEWS::contains)
                        .findFirst()
                        .orElse(""),
                selection,
                webhook.path("failurePolicy").asText().equals("Ignore"),
                HARMLESS.contains(webhook.path("sideEffects").asText()),
                webhook.path("reinvocationPolicy").asText().equals("IfNeeded"),
                Duration.ofSeconds(webhook.path("timeoutSeconds").asLong(SECONDS)));
    }
}

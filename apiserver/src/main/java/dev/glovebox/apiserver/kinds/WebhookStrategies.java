package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.cel.MatchConditions;
import dev.glovebox.apiserver.rules.WebhookRules;

/// What no schema says about the configurations of admission webhooks.
final class WebhookStrategies {
    private static final int SECONDS = 10;
    private static final int HTTPS = 443;
    private static final WebhookRules RULES = new WebhookRules(MatchConditions::wrong);

    static final Strategy VALIDATING =
            RuledStrategy.of(RULES::check)
                    .defaults(WebhookStrategies::defaults)
                    .counting(1, "webhooks");

    static final Strategy MUTATING =
            RuledStrategy.of(RULES::check)
                    .defaults(WebhookStrategies::mutatingDefaults)
                    .counting(1, "webhooks");

    private WebhookStrategies() {}

    private static void mutatingDefaults(ObjectNode configuration) {
        defaults(configuration);
        for (ObjectNode webhook : Trees.objects(configuration.path("webhooks"))) {
            Trees.orText(webhook, "reinvocationPolicy", "Never");
        }
    }

    private static void defaults(ObjectNode configuration) {
        for (ObjectNode webhook : Trees.objects(configuration.path("webhooks"))) {
            Trees.orText(webhook, "failurePolicy", "Fail");
            Trees.orText(webhook, "matchPolicy", "Equivalent");
            Trees.object(webhook, "namespaceSelector");
            Trees.object(webhook, "objectSelector");
            if (!webhook.has("timeoutSeconds")) {
                webhook.put("timeoutSeconds", SECONDS);
            }
            for (ObjectNode rule : Trees.objects(webhook.path("rules"))) {
                Trees.orText(rule, "scope", "*");
            }
            if (webhook.path("clientConfig").path("service") instanceof ObjectNode service
                    && !service.has("port")) {
                service.put("port", HTTPS);
            }
        }
    }
}

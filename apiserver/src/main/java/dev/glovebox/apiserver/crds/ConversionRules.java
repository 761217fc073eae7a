package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.AuthorityRules;
import dev.glovebox.apiserver.rules.ClientConfigRules;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.Words;
import dev.glovebox.apiserver.schema.Base64Text;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Rules for `spec.conversion` of a definition. Its errors have the places of an older form, which
/// Kubernetes checks. Source: apiextensions' `validateCustomResourceConversion`.
final class ConversionRules {
    private static final Path CONVERSION = Path.of("spec.conversion");
    private static final Path CLIENT = CONVERSION.field("webhookClientConfig");
    private static final Path REVIEWS = CONVERSION.field("conversionReviewVersions");
    private static final List<String> STRATEGIES = List.of("None", "Webhook");
    private static final List<String> KNOWN = List.of("v1", "v1beta1");
    private static final String ONLY_WEBHOOK =
            "should not be set when strategy is not set to Webhook";

    private ConversionRules() {}

    /// @param old definition before the change; empty for a new one
    static void check(JsonNode spec, Optional<JsonNode> old, FieldErrors errors) {
        JsonNode conversion = spec.path("conversion");
        String strategy = conversion.path("strategy").asText();
        if (!strategy.equals("None") && spec.path("preserveUnknownFields").asBoolean()) {
            errors.invalid(
                    CONVERSION.field("strategy"),
                    strategy,
                    "must be None if spec.preserveUnknownFields is true");
        }
        if (strategy.isEmpty()) {
            errors.required(CONVERSION.field("strategy"), "");
        } else if (!STRATEGIES.contains(strategy)) {
            errors.unsupported(CONVERSION.field("strategy"), strategy, STRATEGIES);
        }
        JsonNode webhook = conversion.path("webhook");
        if (strategy.equals("Webhook")) {
            client(webhook.path("clientConfig"), old, errors);
            reviews(webhook.path("conversionReviewVersions"), old, errors);
            return;
        }
        if (webhook.has("clientConfig")) {
            errors.forbidden(CLIENT, ONLY_WEBHOOK);
        }
        if (!webhook.path("conversionReviewVersions").isEmpty()) {
            errors.forbidden(REVIEWS, ONLY_WEBHOOK);
        }
    }

    private static void client(JsonNode config, Optional<JsonNode> old, FieldErrors errors) {
        if (config.isMissingNode()) {
            errors.required(CLIENT, "required when strategy is set to Webhook");
            return;
        }
        ClientConfigRules.check(config, CLIENT, errors);
        // A new definition may have anything; it is not served until it is mended.
        boolean checked =
                old.filter(
                                before -> {
                                    JsonNode client =
                                            before.at("/spec/conversion/webhook/clientConfig");
                                    return wrongAuthorities(client).isEmpty();
                                })
                        .isPresent();
        if (checked) {
            wrongAuthorities(config)
                    .ifPresent(wrong ->
                            errors.invalid(
                                    CLIENT.field("caBundle"), config.path("caBundle"), wrong));
        }
    }

    /// What is wrong with the authorities of a `clientConfig`; empty where it names none.
    static Optional<String> wrongAuthorities(JsonNode config) {
        byte[] authorities = Base64Text.decode(config.path("caBundle").asText());
        return authorities.length == 0 ? Optional.empty() : AuthorityRules.wrong(authorities);
    }

    private static void reviews(JsonNode versions, Optional<JsonNode> old, FieldErrors errors) {
        if (versions.isEmpty()) {
            errors.required(REVIEWS, "");
            return;
        }
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < versions.size(); i++) {
            String version = versions.get(i).asText();
            if (seen.add(version)) {
                errors.invalid(REVIEWS.index(i), version, Words.serviceName(version));
            } else {
                errors.invalid(REVIEWS.index(i), version, "duplicate version");
            }
        }
        JsonNode before =
                old.map(each -> each.at("/spec/conversion/webhook/conversionReviewVersions"))
                        .orElse(versions);
        boolean needed = old.isEmpty() || before.isEmpty() || hasKnown(before);
        if (needed && !hasKnown(versions)) {
            errors.invalid(
                    REVIEWS, versions, "must include at least one of " + String.join(", ", KNOWN));
        }
    }

    private static boolean hasKnown(JsonNode versions) {
        for (JsonNode version : versions) {
            if (KNOWN.contains(version.asText())) {
                return true;
            }
        }
        return false;
    }
}

package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.fields.FieldFilter;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.kinds.UpdateStrategy;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.structural.Formats;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What no schema says about CustomResourceDefinitions. Source: apiextensions'
/// `registry/customresourcedefinition`.
final class DefinitionStrategy implements Strategy {
    /// Holds a definition until all objects of its kind are gone.
    static final String FINALIZER = "customresourcecleanup.apiextensions.k8s.io";

    private final DefinitionRules rules;
    private final Clock clock;

    DefinitionStrategy(DefinitionRules rules, Clock clock) {
        this.rules = rules;
        this.clock = clock;
    }

    @Override
    public void checkMetadata(JsonNode metadata, FieldErrors errors) {
        MetaRules.checkDefined(metadata, names(), errors);
    }

    @Override
    public boolean countsGenerations() {
        return true;
    }

    @Override
    public boolean replacesUnconditionally() {
        return false;
    }

    @Override
    public void applyDefaults(ObjectNode definition) {
        ObjectNode spec = Trees.object(definition, "spec");
        ObjectNode names = Trees.object(spec, "names");
        String kind = names.path("kind").asText();
        if (names.path("singular").asText().isEmpty()) {
            names.put("singular", kind.toLowerCase(Locale.ROOT));
        }
        if (names.path("listKind").asText().isEmpty() && !kind.isEmpty()) {
            names.put("listKind", kind + "List");
        }
        if (!spec.has("conversion")) {
            spec.putObject("conversion").put("strategy", "None");
        }
        dropEmptyWebhook(Trees.object(spec, "conversion"));
        if (spec.at("/conversion/webhook/clientConfig/service") instanceof ObjectNode service
                && !service.has("port")) {
            service.put("port", 443);
        }
        ObjectNode status = Trees.object(definition, "status");
        if (status.path("storedVersions").isEmpty()) {
            noteStorage(definition);
        }
        Trees.object(status, "acceptedNames");
        Trees.orText(Trees.object(status, "acceptedNames"), "plural", "");
        Trees.orText(Trees.object(status, "acceptedNames"), "kind", "");
    }

    /// Kubernetes keeps nothing of a webhook about which nothing is said.
    private static void dropEmptyWebhook(ObjectNode conversion) {
        JsonNode webhook = conversion.path("webhook");
        if (webhook.path("clientConfig") instanceof ObjectNode config
                && config.path("caBundle").asText().isEmpty()) {
            config.remove("caBundle");
        }
        if (!webhook.has("clientConfig") && webhook.path("conversionReviewVersions").isEmpty()) {
            conversion.remove("webhook");
        }
    }

    @Override
    public void prepareCreate(ObjectNode definition) {
        definition.remove("status");
        applyDefaults(definition);
    }

    /// A version that objects are kept in has to stay until nobody needs it.
    private static void noteStorage(ObjectNode definition) {
        ArrayNode stored = Trees.list(Trees.object(definition, "status"), "storedVersions");
        for (JsonNode version : definition.path("spec").path("versions")) {
            if (version.path("storage").asBoolean()) {
                boolean known = false;
                for (JsonNode each : stored) {
                    known |= each.equals(version.path("name"));
                }
                if (!known) {
                    stored.add(version.path("name"));
                }
                break;
            }
        }
        if (stored.isEmpty()) {
            Trees.object(definition, "status").remove("storedVersions");
        }
    }

    @Override
    public void validateCreate(ObjectNode definition, FieldErrors errors) {
        rules.check(definition, Optional.empty(), errors);
    }

    @Override
    public List<String> warnings(ObjectNode definition) {
        List<String> warnings = new ArrayList<>();
        for (JsonNode version : definition.path("spec").path("versions")) {
            unknownFormats(version.path("schema").path("openAPIV3Schema"), warnings);
        }
        return warnings;
    }

    private static void unknownFormats(JsonNode schema, List<String> warnings) {
        String format = schema.path("format").asText();
        String words = "unrecognized format \"" + format + "\"";
        if (schema.path("type").asText().equals("string")
                && !format.isEmpty()
                && !Formats.isKnown(format)
                && !warnings.contains(words)) {
            warnings.add(words);
        }
        for (String field : List.of("items", "additionalProperties", "not")) {
            if (schema.path(field).isObject()) {
                unknownFormats(schema.path(field), warnings);
            }
        }
        for (String field : List.of("properties", "allOf", "anyOf", "oneOf")) {
            schema.path(field).forEach(each -> unknownFormats(each, warnings));
        }
    }

    @Override
    public Optional<UpdateStrategy> update(String subresource) {
        return switch (subresource) {
            case "" -> Optional.of(new Whole());
            case "status" -> Optional.of(new Status());
            default -> Optional.empty();
        };
    }

    private final class Whole implements UpdateStrategy {
        @Override
        public void prepare(ObjectNode definition, ObjectNode old) {
            UpdateStrategy.keep(definition, old, "status");
            noteStorage(definition);
        }

        @Override
        public void validate(ObjectNode definition, ObjectNode old, FieldErrors errors) {
            rules.check(definition, Optional.of(old), errors);
        }
    }

    /// The status, and finalizers: who cleans up lets go through it.
    private static final class Status implements UpdateStrategy {
        @Override
        public void prepare(ObjectNode definition, ObjectNode old) {
            UpdateStrategy.keep(definition, old, "spec");
        }

        @Override
        public FieldFilter counted() {
            return FieldFilter.without("metadata", "spec");
        }

        @Override
        public void validate(ObjectNode definition, ObjectNode old, FieldErrors errors) {
            DefinitionRules.checkStatus(definition, errors);
        }
    }

    /// Until the first request to delete it has been noted.
    @Override
    public boolean staysWhenDeleted(ObjectNode definition) {
        return false;
    }

    @Override
    public void markDeleted(ObjectNode definition) {
        ArrayNode finalizers = Trees.list(Trees.object(definition, "metadata"), "finalizers");
        boolean held = false;
        for (JsonNode each : finalizers) {
            held |= each.asText().equals(FINALIZER);
        }
        if (!held) {
            finalizers.add(FINALIZER);
        }
        Trees.object(definition, "metadata").remove("deletionGracePeriodSeconds");
        Conditions.set(
                definition,
                new Conditions.Condition(
                        "Terminating",
                        true,
                        "InstanceDeletionPending",
                        "CustomResourceDefinition marked for deletion; CustomResource deletion will"
                                + " begin soon"),
                clock.instant());
    }

    @Override
    public boolean returnsDeleted() {
        return true;
    }
}

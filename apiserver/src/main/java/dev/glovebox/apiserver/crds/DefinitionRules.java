package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.Words;
import dev.glovebox.apiserver.structural.SchemaCheck;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Rules for CustomResourceDefinitions. Source: apiextensions' `validation`.
final class DefinitionRules {
    private static final Path SPEC = Path.of("spec");
    private static final JsonNode NONE = MissingNode.getInstance();
    private static final Path STORED = Path.of("status.storedVersions");

    private final SchemaCheck schemas;
    private final Supplier<Set<String>> builtInGroups;

    /// @param builtInGroups groups that nobody can add to
    DefinitionRules(SchemaCheck schemas, Supplier<Set<String>> builtInGroups) {
        this.schemas = schemas;
        this.builtInGroups = builtInGroups;
    }

    /// Checks a whole definition.
    ///
    /// @param old before the change; empty for a new one
    void check(JsonNode definition, Optional<JsonNode> old, FieldErrors errors) {
        JsonNode spec = definition.path("spec");
        JsonNode names = spec.path("names");
        String name = definition.path("metadata").path("name").asText();
        String wanted = names.path("plural").asText() + "." + spec.path("group").asText();
        if (old.isEmpty() && !name.isEmpty() && !name.equals(wanted)) {
            errors.invalid(
                    Path.of("metadata.name"), name, "must be spec.names.plural+\".\"+spec.group");
        }
        group(spec.path("group").asText(), errors);
        scope(spec.path("scope").asText(), errors);
        if (spec.path("preserveUnknownFields").asBoolean() && hasDefaults(spec)) {
            errors.invalid(
                    SPEC.field("preserveUnknownFields"),
                    spec.path("preserveUnknownFields"),
                    "must be false in order to use defaults in the schema");
        }
        versions(spec.path("versions"), errors);
        NameRules.checkAll(names, SPEC.field("names"), errors);
        ConversionRules.check(spec, old, errors);
        JsonNode before = old.map(each -> each.at("/spec/versions")).orElse(NONE);
        new VersionRules(schemas, before, errors).check(spec.path("versions"));
        checkStatus(definition, errors);
        storedVersions(definition, errors);
        Approval.check(definition, old, errors);
        if (spec.path("preserveUnknownFields").asBoolean()) {
            errors.invalid(
                    SPEC.field("preserveUnknownFields"),
                    spec.path("preserveUnknownFields"),
                    "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in"
                            + " spec.versions[*].schema instead");
        }
        old.ifPresent(each -> identity(definition, each, errors));
    }

    private static boolean hasDefaults(JsonNode spec) {
        for (JsonNode version : spec.path("versions")) {
            if (hasDefaultsIn(version.path("schema").path("openAPIV3Schema"))) {
                return true;
            }
        }
        return false;
    }

    /// A default is a field of a schema; a property may have that name too.
    private static boolean hasDefaultsIn(JsonNode schema) {
        if (schema.has("default")) {
            return true;
        }
        for (JsonNode property : schema.path("properties")) {
            if (hasDefaultsIn(property)) {
                return true;
            }
        }
        return schema.isObject()
                && (hasDefaultsIn(schema.path("items"))
                        || hasDefaultsIn(schema.path("additionalProperties")));
    }

    /// Checks what is written through the status.
    static void checkStatus(JsonNode definition, FieldErrors errors) {
        NameRules.check(
                definition.path("status").path("acceptedNames"),
                Path.of("status.acceptedNames"),
                errors);
    }

    /// What decides where objects are kept stays.
    private static void identity(JsonNode definition, JsonNode old, FieldErrors errors) {
        List<String> fixed = new ArrayList<>();
        if (Conditions.isTrue(old, "Established")) {
            fixed.addAll(List.of("scope", "names.kind"));
        }
        fixed.addAll(List.of("group", "names.plural"));
        for (String field : fixed) {
            String pointer = "/" + field.replace('.', '/');
            JsonNode now = definition.path("spec").at(pointer);
            if (!now.equals(old.path("spec").at(pointer))) {
                errors.invalid(
                        SPEC.field(field),
                        now.isMissingNode() ? TextNode.valueOf("") : now,
                        "field is immutable");
            }
        }
    }

    private void group(String group, FieldErrors errors) {
        Path path = SPEC.field("group");
        List<String> wrong = Words.subdomain(group);
        if (group.isEmpty()) {
            errors.required(path, "");
        } else if (!wrong.isEmpty()) {
            errors.invalid(path, group, String.join(",", wrong));
        } else if (group.indexOf('.') < 0) {
            errors.invalid(path, group, "should be a domain with at least one dot");
        } else if (builtInGroups.get().contains(group)) {
            errors.forbidden(path, "is served by this API itself and cannot be added to");
        }
    }

    private static void scope(String scope, FieldErrors errors) {
        List<String> scopes = List.of("Cluster", "Namespaced");
        if (scope.isEmpty()) {
            errors.required(SPEC.field("scope"), "");
        } else if (!scopes.contains(scope)) {
            errors.unsupported(SPEC.field("scope"), scope, scopes);
        }
    }

    private static void versions(JsonNode versions, FieldErrors errors) {
        Path path = SPEC.field("versions");
        Set<String> names = new HashSet<>();
        int stored = 0;
        for (JsonNode version : versions) {
            names.add(version.path("name").asText());
            stored += version.path("storage").asBoolean() ? 1 : 0;
        }
        if (names.size() < versions.size()) {
            errors.invalid(path, versions, "must contain unique version names");
        }
        if (stored != 1) {
            errors.invalid(
                    path, versions, "must have exactly one version marked as storage version");
        }
    }

    private static void storedVersions(JsonNode definition, FieldErrors errors) {
        JsonNode stored = definition.path("status").path("storedVersions");
        if (stored.isEmpty()) {
            errors.invalid(STORED, stored, "must have at least one stored version");
            return;
        }
        Set<String> known = new HashSet<>();
        for (JsonNode version : definition.path("spec").path("versions")) {
            known.add(version.path("name").asText());
        }
        for (int i = 0; i < stored.size(); i++) {
            String version = stored.get(i).asText();
            if (!known.contains(version)) {
                errors.invalid(
                        STORED.index(i),
                        version,
                        "missing from spec.versions; %1$s was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in %1$s and removes %1$s from status.storedVersions"
                                .formatted(version));
            }
        }
    }
}

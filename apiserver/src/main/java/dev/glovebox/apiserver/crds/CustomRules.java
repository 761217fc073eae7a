package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.cel.SchemaRules;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.GoTypes;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.structural.ListTypes;
import dev.glovebox.apiserver.structural.ValueCheck;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Rules for objects of one version of a definition.
final class CustomRules {
    /// What makes it useless to ask rules in an expression language.
    private static final Set<String> BLOCKING =
            Set.of(
                    "FieldValueNotSupported",
                    "FieldValueRequired",
                    "FieldValueTooLong",
                    "FieldValueTooMany",
                    "FieldValueTypeInvalid");

    private final CustomStrategy.Facts facts;

    /// The rules in the schema, once they are compiled.
    private volatile @Nullable Compiled expressions;

    private record Compiled(Optional<SchemaRules> rules) {}

    CustomRules(CustomStrategy.Facts facts) {
        this.facts = facts;
    }

    void checkNew(ObjectNode object, FieldErrors errors) {
        if (!isOfKind(object, errors)) {
            return;
        }
        ValueCheck.check(Path.ROOT, facts.openApi(), object, errors);
        scaleSpec(object, errors);
        scaleStatus(object, errors);
        EmbeddedRules.check(facts.openApi(), object, Path.ROOT, errors);
        ListTypes.check(Path.ROOT, facts.openApi(), object, errors);
        expressions(object, MissingNode.getInstance(), errors);
    }

    void checkChanged(ObjectNode object, ObjectNode old, FieldErrors errors) {
        if (!isOfKind(object, errors)) {
            return;
        }
        ValueCheck.checkChanged(Path.ROOT, facts.openApi(), object, old, errors);
        scaleSpec(object, errors);
        scaleStatus(object, errors);
        EmbeddedRules.check(facts.openApi(), object, Path.ROOT, errors);
        lists(object, old, errors);
        expressions(object, old, errors);
    }

    void checkStatus(ObjectNode object, ObjectNode old, FieldErrors errors) {
        if (!isOfKind(object, errors)) {
            return;
        }
        JsonNode schema = facts.openApi().path("properties").path("status");
        if (object.has("status") && schema.isObject()) {
            ValueCheck.checkChanged(
                    Path.of("status"), schema, object.path("status"), old.path("status"), errors);
        }
        scaleStatus(object, errors);
        lists(object, old, errors);
        expressions(object, old, errors);
    }

    /// Lists that were wrong before may stay so.
    private void lists(ObjectNode object, ObjectNode old, FieldErrors errors) {
        FieldErrors before = new FieldErrors();
        ListTypes.check(Path.ROOT, facts.openApi(), old, before);
        if (before.isEmpty()) {
            ListTypes.check(Path.ROOT, facts.openApi(), object, errors);
        }
    }

    private void expressions(ObjectNode object, JsonNode old, FieldErrors errors) {
        Optional<SchemaRules> rules = compiled();
        if (rules.isEmpty()) {
            return;
        }
        if (errors.causes().stream().anyMatch(cause -> BLOCKING.contains(cause.reason()))) {
            errors.invalid(
                    Path.of("<nil>"),
                    JsonNodeFactory.instance.nullNode(),
                    "some validation rules were not checked because the object was invalid; correct"
                            + " the existing errors to complete validation");
            return;
        }
        rules.get().check(object, old, errors);
    }

    /// The rules in the schema, compiled when they are first needed.
    private Optional<SchemaRules> compiled() {
        Compiled known = expressions;
        if (known == null) {
            known = new Compiled(SchemaRules.of(facts.openApi()));
            expressions = known;
        }
        return known.rules();
    }

    private boolean isOfKind(ObjectNode object, FieldErrors errors) {
        boolean is = true;
        String kind = object.path("kind").asText();
        if (!kind.equals(facts.names().kind())) {
            errors.invalid(Path.of("kind"), kind, "must be " + facts.names().kind());
            is = false;
        }
        String apiVersion = object.path("apiVersion").asText();
        if (!apiVersion.equals(facts.apiVersion())) {
            errors.invalid(Path.of("apiVersion"), apiVersion, "must be " + facts.apiVersion());
            is = false;
        }
        return is;
    }

    private void scaleSpec(ObjectNode object, FieldErrors errors) {
        replicas(object, "specReplicasPath", errors);
    }

    private void scaleStatus(ObjectNode object, FieldErrors errors) {
        replicas(object, "statusReplicasPath", errors);
        String path = facts.subresources().path("scale").path("labelSelectorPath").asText();
        if (!path.isEmpty()) {
            JsonNode value = object.at(path.replace('.', '/'));
            if (!value.isMissingNode() && !value.isTextual()) {
                errors.invalid(
                        Path.of(path),
                        "",
                        "%s accessor error: %s is of the type %s, expected string"
                                .formatted(
                                        path, value.asText(value.toString()), GoTypes.of(value)));
            }
        }
    }

    private void replicas(ObjectNode object, String field, FieldErrors errors) {
        String path = facts.subresources().path("scale").path(field).asText();
        if (path.isEmpty()) {
            return;
        }
        JsonNode value = object.at(path.replace('.', '/'));
        if (value.isMissingNode()) {
            return;
        }
        if (!value.isIntegralNumber()) {
            errors.invalid(
                    Path.of(path),
                    IntNode.valueOf(0),
                    "%s accessor error: %s is of the type %s, expected int64"
                            .formatted(path, value.asText(value.toString()), GoTypes.of(value)));
        } else if (value.asLong() < 0) {
            errors.invalid(Path.of(path), value, "should be a non-negative integer");
        } else if (value.asLong() > Integer.MAX_VALUE) {
            errors.invalid(
                    Path.of(path), value, "should be less than or equal to " + Integer.MAX_VALUE);
        }
    }
}

package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.structural.FieldPath;
import dev.glovebox.apiserver.structural.SchemaCheck;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What a version of a definition may say. What all versions say alike is checked once, at the
/// place where Kubernetes' own errors have it.
final class VersionRules {
    private static final List<String> TYPES =
            List.of("boolean", "date", "integer", "number", "string");
    private static final List<String> FORMATS =
            List.of("byte", "date", "date-time", "double", "float", "int32", "int64", "password");
    private static final int MOST_SELECTABLE = 8;
    private static final Set<String> AT_ROOT =
            Set.of(
                    "description",
                    "type",
                    "format",
                    "title",
                    "maximum",
                    "exclusiveMaximum",
                    "minimum",
                    "exclusiveMinimum",
                    "maxLength",
                    "minLength",
                    "pattern",
                    "maxItems",
                    "minItems",
                    "uniqueItems",
                    "multipleOf",
                    "required",
                    "items",
                    "properties",
                    "externalDocs",
                    "example",
                    "x-kubernetes-preserve-unknown-fields",
                    "x-kubernetes-validations");
    private static final String AT_ROOT_WORDS =
            "[Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum"
                    + " MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf"
                    + " Required Items Properties ExternalDocs Example XPreserveUnknownFields"
                    + " XValidations]";

    private final SchemaCheck schemas;
    private final JsonNode before;
    private final FieldErrors errors;

    /// @param before the versions that there were; missing for a new definition
    VersionRules(SchemaCheck schemas, JsonNode before, FieldErrors errors) {
        this.schemas = schemas;
        this.before = before;
        this.errors = errors;
    }

    /// What versions can say, each with the field in which all say it together.
    private enum Part {
        SCHEMA("schema", "validation"),
        SUBRESOURCES("subresources", "subresources"),
        COLUMNS("additionalPrinterColumns", "additionalPrinterColumns"),
        SELECTABLE("selectableFields", "selectableFields");

        private final String field;
        private final String together;

        Part(String field, String together) {
            this.field = field;
            this.together = together;
        }
    }

    void check(JsonNode versions) {
        Path spec = Path.of("spec");
        for (int i = 0; i < versions.size(); i++) {
            JsonNode version = versions.get(i);
            Path path = spec.field("versions").index(i);
            NameRules.label(version.path("name").asText(), path.field("name"), "required", errors);
            deprecation(version, path.field("deprecationWarning"));
            if (version.path("schema").path("openAPIV3Schema").isMissingNode()) {
                errors.required(path.field("schema").field("openAPIV3Schema"), "");
            }
        }
        for (Part part : Part.values()) {
            boolean same = isSame(versions, part.field);
            for (int i = 0; i < (same ? Math.min(1, versions.size()) : versions.size()); i++) {
                Path path =
                        same
                                ? spec.field(part.together)
                                : spec.field("versions").index(i).field(part.field);
                part(part, versions.get(i), path);
            }
        }
    }

    private static boolean isSame(JsonNode versions, String field) {
        for (JsonNode version : versions) {
            if (!version.path(field).equals(versions.get(0).path(field))) {
                return false;
            }
        }
        return true;
    }

    private void part(Part part, JsonNode version, Path path) {
        switch (part) {
            case SCHEMA -> schema(version, path.field("openAPIV3Schema"));
            case SUBRESOURCES -> scale(version.path("subresources").path("scale"), path);
            case COLUMNS -> {
                JsonNode columns = version.path("additionalPrinterColumns");
                for (int i = 0; i < columns.size(); i++) {
                    column(columns.get(i), path.index(i));
                }
            }
            case SELECTABLE -> selectable(version, path);
        }
    }

    private void schema(JsonNode version, Path path) {
        JsonNode schema = version.path("schema").path("openAPIV3Schema");
        if (!schema.isObject()) {
            return;
        }
        if (!version.path("subresources").path("status").isMissingNode()) {
            if (schema.has("type") && !schema.path("type").asText().equals("object")) {
                errors.invalid(
                        path.field("type"),
                        schema.path("type"),
                        "only \"object\" is allowed as the type at the root of the schema if the"
                                + " status subresource is enabled");
            }
            boolean more =
                    schema.properties().stream().anyMatch(each -> !AT_ROOT.contains(each.getKey()));
            if (more) {
                errors.invalid(
                        path,
                        schema,
                        "only "
                                + AT_ROOT_WORDS
                                + " fields are allowed at the root of the schema if the status"
                                + " subresource is enabled");
            }
        }
        schemas.check(schema, path, change(version), errors);
    }

    private SchemaCheck.Change change(JsonNode version) {
        for (JsonNode each : before) {
            if (each.path("name").equals(version.path("name"))) {
                boolean same = each.path("schema").equals(version.path("schema"));
                return same ? SchemaCheck.Change.NONE : SchemaCheck.Change.NEW;
            }
        }
        return SchemaCheck.Change.NEW;
    }

    private void deprecation(JsonNode version, Path path) {
        JsonNode warning = version.path("deprecationWarning");
        if (warning.isMissingNode()) {
            return;
        }
        String text = warning.asText();
        if (!version.path("deprecated").asBoolean()) {
            errors.invalid(path, text, "can only be set for deprecated versions");
            return;
        }
        if (text.length() > 256) {
            errors.invalid(path, text, "must be <= 256 characters long");
        }
        if (text.isEmpty()) {
            errors.invalid(path, text, "must not be an empty string");
        }
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                errors.invalid(
                        path,
                        text,
                        "must only contain printable UTF-8 characters; non-printable character"
                                + " found at index "
                                + i);
                return;
            }
        }
    }

    private void scale(JsonNode scale, Path path) {
        if (!scale.isObject()) {
            return;
        }
        replicas(scale, "specReplicasPath", ".spec.", path);
        replicas(scale, "statusReplicasPath", ".status.", path);
        String selector = scale.path("labelSelectorPath").asText();
        Path place = path.field("scale").field("labelSelectorPath");
        if (!selector.isEmpty()
                && simplePath(selector, place)
                && !selector.startsWith(".spec.")
                && !selector.startsWith(".status.")) {
            errors.invalid(place, selector, "should be a json path under either .spec or .status");
        }
    }

    private void replicas(JsonNode scale, String field, String under, Path path) {
        String value = scale.path(field).asText();
        Path place = path.field("scale").field(field);
        if (value.isEmpty()) {
            errors.required(place, "");
        } else if (simplePath(value, place) && !value.startsWith(under)) {
            String parent = under.substring(0, under.length() - 1);
            errors.invalid(place, value, "should be a json path under " + parent);
        }
    }

    private void column(JsonNode column, Path path) {
        if (column.path("name").asText().isEmpty()) {
            errors.required(path.field("name"), "");
        }
        String type = column.path("type").asText();
        String types = "must be one of " + String.join(",", TYPES);
        if (type.isEmpty()) {
            errors.required(path.field("type"), types);
        } else if (!TYPES.contains(type)) {
            errors.invalid(path.field("type"), type, types);
        }
        String format = column.path("format").asText();
        if (!format.isEmpty() && !FORMATS.contains(format)) {
            errors.invalid(
                    path.field("format"), format, "must be one of " + String.join(",", FORMATS));
        }
        String text = column.path("jsonPath").asText();
        Path place = path.field("JSONPath");
        if (text.isEmpty()) {
            errors.required(place, "");
        } else if (simplePath(text, place)) {
            try {
                JsonPath.parse(text);
            } catch (IllegalArgumentException e) {
                errors.invalid(place, text, "unsupported json path: " + e.getMessage());
            }
        }
    }

    private boolean simplePath(String text, Path path) {
        if (text.startsWith(".")) {
            return true;
        }
        errors.invalid(path, text, "must be a simple json path starting with .");
        return false;
    }

    private void selectable(JsonNode version, Path path) {
        JsonNode fields = version.path("selectableFields");
        JsonNode schema = version.path("schema").path("openAPIV3Schema");
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < fields.size(); i++) {
            Path place = path.index(i).field("jsonPath");
            String text = fields.get(i).path("jsonPath").asText();
            if (text.isEmpty()) {
                errors.required(place, "");
                continue;
            }
            try {
                FieldPath found = FieldPath.parse(text, schema, FieldPath.Notation.DOTS);
                selectable(found, text, place);
                if (!seen.add(found.path().text())) {
                    errors.duplicate(place, text);
                }
            } catch (IllegalArgumentException e) {
                errors.invalid(place, text, "is an invalid path: " + e.getMessage());
            }
        }
        if (seen.size() > MOST_SELECTABLE) {
            errors.tooMany(path, seen.size(), MOST_SELECTABLE);
        }
    }

    private void selectable(FieldPath found, String text, Path place) {
        if (found.names().getFirst().equals("metadata")) {
            errors.invalid(place, text, "must not point to fields in metadata");
        }
        String type = found.schema().path("type").asText();
        if (!Set.of("string", "boolean", "integer").contains(type)) {
            errors.invalid(
                    place,
                    text,
                    "must point to a field of type string, boolean or integer. Enum string fields"
                            + " and strings with formats are allowed.");
        }
    }
}

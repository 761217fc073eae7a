package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.conversion.Converter;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindNames;
import dev.glovebox.apiserver.kinds.PrinterColumn;
import dev.glovebox.apiserver.kinds.Scaling;
import dev.glovebox.apiserver.kinds.Subresource;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.apiserver.schema.Schemas;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The kinds that a definition adds: one a served version, as each has a shape of its own; their
/// objects are the same.
public final class DefinedKinds {
    private static final List<String> VERBS =
            List.of(
                    "delete",
                    "deletecollection",
                    "get",
                    "list",
                    "patch",
                    "create",
                    "update",
                    "watch");
    private static final List<String> SUBRESOURCE_VERBS = List.of("get", "patch", "update");
    private static final String CREATED =
            "CreationTimestamp is a timestamp representing the server time when this object was"
                    + " created. It is not guaranteed to be set in happens-before order across separate"
                    + " operations. Clients may not set this value. It is represented in RFC3339 form"
                    + " and is in UTC.\n\n"
                    + "Populated by the system. Read-only. Null for lists. More info:"
                    + " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

    private final Schemas schemas;
    private final Function<JsonNode, Converter> webhooks;

    /// @param schemas of what every object has
    /// @param webhooks the converter of a `spec.conversion.webhook`
    public DefinedKinds(Schemas schemas, Function<JsonNode, Converter> webhooks) {
        this.schemas = schemas;
        this.webhooks = webhooks;
    }

    /// All of a definition that its kinds depend on.
    static JsonNode essence(JsonNode definition) {
        ObjectNode essence = JsonNodeFactory.instance.objectNode();
        essence.set("spec", definition.path("spec"));
        essence.set("names", definition.path("status").path("acceptedNames"));
        essence.put("terminating", Conditions.isTrue(definition, "Terminating"));
        return essence;
    }

    /// The kinds of a definition whose names were accepted.
    ///
    /// @throws IllegalArgumentException when a schema or a path of it cannot be understood
    List<Kind> of(JsonNode definition) {
        List<Kind> kinds = new ArrayList<>();
        DefinedVersions versions = versions(definition);
        for (JsonNode version : DefinitionVersion.served(definition)) {
            kinds.add(kind(definition, version, versions));
        }
        if (Conditions.isTrue(definition, "Terminating")) {
            // Who cleans up has to reach the objects, even when nobody converts them any more.
            for (JsonNode version : definition.path("spec").path("versions")) {
                if (version.path("storage").asBoolean() && !version.path("served").asBoolean()) {
                    kinds.add(kind(definition, version, versions));
                }
            }
        }
        return kinds;
    }

    private DefinedVersions versions(JsonNode definition) {
        JsonNode spec = definition.path("spec");
        String group = spec.path("group").asText();
        String kind = definition.at("/status/acceptedNames/kind").asText();
        Map<String, Schema> shapes = new LinkedHashMap<>();
        Map<String, Scaling> scalings = new LinkedHashMap<>();
        String storage = "";
        for (JsonNode version : spec.path("versions")) {
            String apiVersion = group + "/" + version.path("name").asText();
            shapes.put(apiVersion, schema(version, group, kind));
            scaling(version.path("subresources").path("scale"))
                    .ifPresent(scaling -> scalings.put(apiVersion, scaling));
            storage = version.path("storage").asBoolean() ? apiVersion : storage;
        }
        JsonNode conversion = spec.path("conversion");
        return new DefinedVersions(
                new DefinedVersions.Facts(
                        essence(definition),
                        shapes,
                        scalings,
                        storage,
                        group + "/" + definition.at("/status/storedVersions/0").asText()),
                conversion.path("strategy").asText().equals("Webhook")
                        ? webhooks.apply(conversion.path("webhook"))
                        : Converter.NONE);
    }

    private Schema schema(JsonNode version, String group, String kind) {
        return schemas.structural(
                reversed(group) + "." + version.path("name").asText() + "." + kind,
                version.path("schema").path("openAPIV3Schema"));
    }

    private Kind kind(JsonNode definition, JsonNode version, DefinedVersions versions) {
        JsonNode spec = definition.path("spec");
        JsonNode accepted = definition.path("status").path("acceptedNames");
        KindNames names =
                new KindNames(
                        accepted.path("kind").asText(),
                        spec.path("names").path("plural").asText(),
                        accepted.path("singular").asText(),
                        texts(accepted.path("shortNames")),
                        texts(accepted.path("categories")));
        String group = spec.path("group").asText();
        String name = version.path("name").asText();
        JsonNode openApi = version.path("schema").path("openAPIV3Schema");
        return new Kind(
                group,
                List.of(name),
                names,
                spec.path("scope").asText().equals("Namespaced"),
                VERBS,
                subresources(version.path("subresources"), names.kind(), group, name),
                versions.schema(group + "/" + name),
                new CustomStrategy(
                        new CustomStrategy.Facts(
                                group + "/" + name,
                                names,
                                openApi,
                                version.path("subresources"),
                                deprecation(version, group, names.kind()),
                                Conditions.isTrue(definition, "Terminating")),
                        versions,
                        columns(version.path("additionalPrinterColumns")),
                        fields(version.path("selectableFields")),
                        scaling(version.path("subresources").path("scale"))));
    }

    private static String reversed(String group) {
        List<String> labels = Arrays.asList(group.split("\\.", -1));
        Collections.reverse(labels);
        return String.join(".", labels);
    }

    private static Optional<String> deprecation(JsonNode version, String group, String kind) {
        if (!version.path("deprecated").asBoolean()) {
            return Optional.empty();
        }
        String given = version.path("deprecationWarning").asText();
        return Optional.of(
                given.isEmpty()
                        ? "%s/%s %s is deprecated"
                                .formatted(group, version.path("name").asText(), kind)
                        : given);
    }

    private static List<Subresource> subresources(
            JsonNode given, String kind, String group, String version) {
        List<Subresource> subresources = new ArrayList<>();
        if (given.has("status")) {
            subresources.add(new Subresource("status", kind, group, version, SUBRESOURCE_VERBS));
        }
        if (given.has("scale")) {
            subresources.add(
                    new Subresource("scale", "Scale", "autoscaling", "v1", SUBRESOURCE_VERBS));
        }
        return subresources;
    }

    private static Optional<Scaling> scaling(JsonNode scale) {
        if (!scale.isObject()) {
            return Optional.empty();
        }
        return Optional.of(
                new Scaling(
                        pointer(scale.path("specReplicasPath").asText()),
                        pointer(scale.path("statusReplicasPath").asText()),
                        pointer(scale.path("labelSelectorPath").asText()),
                        Scaling.SelectorForm.TEXT));
    }

    /// A path of names between dots; one that leads nowhere for the empty text.
    private static JsonPointer pointer(String path) {
        if (path.isEmpty()) {
            return JsonPointer.compile("/metadata/no selector");
        }
        return JsonPointer.compile(path.replace("~", "~0").replace("/", "~1").replace('.', '/'));
    }

    private static List<PrinterColumn> columns(JsonNode given) {
        List<PrinterColumn> columns = new ArrayList<>();
        for (JsonNode column : given) {
            String path = column.path("jsonPath").asText();
            String standard = "Custom resource definition column (in JSONPath format): " + path;
            columns.add(
                    new PrinterColumn(
                            column.path("name").asText(),
                            column.path("type").asText(),
                            column.path("format").asText(),
                            column.path("description").asText(standard),
                            column.path("priority").asInt(),
                            JsonPath.parse(path)::first));
        }
        if (columns.isEmpty()) {
            columns.add(
                    new PrinterColumn(
                            "Age",
                            "date",
                            "",
                            CREATED,
                            0,
                            object -> object.at("/metadata/creationTimestamp")));
        }
        return columns;
    }

    private static Map<String, Function<JsonNode, String>> fields(JsonNode selectable) {
        Map<String, Function<JsonNode, String>> fields = new LinkedHashMap<>();
        fields.put("metadata.name", object -> object.at("/metadata/name").asText());
        for (JsonNode field : selectable) {
            String path = field.path("jsonPath").asText();
            JsonPath read = JsonPath.parse(path);
            fields.put(path.substring(1), object -> read.first(object).asText());
        }
        return fields;
    }

    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(text -> texts.add(text.asText()));
        return texts;
    }
}

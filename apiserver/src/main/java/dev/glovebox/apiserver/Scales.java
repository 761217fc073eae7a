package dev.glovebox.apiserver;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.fields.ScaleFields;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindNames;
import dev.glovebox.apiserver.kinds.Scaling;
import dev.glovebox.apiserver.kinds.Strategy;
import dev.glovebox.apiserver.kinds.UpdateStrategy;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.MetaRules;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.apiserver.rules.Words;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.apiserver.table.SelectorText;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/// An object seen through its subresource `scale`: an `autoscaling/v1` Scale whose wanted number
/// can be changed, and nothing else. Which kinds have one, and where the numbers are, each kind
/// says ([Scaling]).
final class Scales {
    private static final String GROUP = "autoscaling";
    private static final String KIND = "Scale";

    private static final List<String> SHOWN =
            List.of("name", "namespace", "uid", "resourceVersion", "creationTimestamp");

    private final Kind kind;
    private final String name;
    private final Scaling scaling;

    Scales(Kind kind, String name, Scaling scaling) {
        this.kind = kind;
        this.name = name;
        this.scaling = scaling;
    }

    /// Scale, which has no place of its own.
    static Kind kind(Schemas schemas) {
        return new Kind(
                GROUP,
                List.of("v1"),
                new KindNames(KIND, "scales", "scale", List.of(), List.of()),
                true,
                List.of(),
                List.of(),
                schemas.get("io.k8s.api.autoscaling.v1.Scale"),
                Strategy.PLAIN);
    }

    /// The Scale of an object.
    ObjectNode told(ObjectNode object) {
        ObjectNode scale = JsonNodeFactory.instance.objectNode();
        scale.put("kind", KIND).put("apiVersion", GROUP + "/v1");
        ObjectNode metadata = scale.putObject("metadata");
        SHOWN.forEach(field -> UpdateStrategy.keep(metadata, object.path("metadata"), field));
        ObjectNode spec = scale.putObject("spec");
        if (scaling.wanted(object) != 0) {
            spec.put("replicas", scaling.wanted(object));
        }
        ObjectNode status = scale.putObject("status");
        status.put("replicas", scaling.observed(object));
        String selector = selector(object);
        if (!selector.isEmpty()) {
            status.put("selector", selector);
        }
        return scale;
    }

    private String selector(ObjectNode object) {
        JsonNode selector = scaling.selector(object);
        return switch (scaling.form()) {
            case SELECTOR -> SelectorText.queryOfSelector(selector);
            case LABELS -> SelectorText.queryOfLabels(selector);
            case TEXT -> selector.asText();
        };
    }

    /// The object that a change of its Scale makes of it; the given one is left alone.
    ///
    /// @param edit from the Scale as it is to the one that is wanted
    ObjectNode changed(ObjectNode object, UnaryOperator<ObjectNode> edit) {
        ObjectNode scale = edit.apply(told(object));
        validate(scale);
        JsonNode metadata = scale.path("metadata");
        String uid = metadata.path("uid").asText();
        String own = object.path("metadata").path("uid").asText();
        if (!uid.isEmpty() && !uid.equals(own)) {
            throw Refusals.conflict(
                    resource(),
                    about(),
                    "Precondition failed: UID in precondition: %s, UID in object meta: %s"
                            .formatted(uid, own));
        }
        ObjectNode changed = object.deepCopy();
        scaling.want(changed, scale.path("spec").path("replicas").asInt());
        UpdateStrategy.keep(changed.withObject("/metadata"), metadata, "resourceVersion");
        return changed;
    }

    /// Has an object want what a Scale of it wants.
    void want(ObjectNode object, ObjectNode scale) {
        validate(scale);
        scaling.want(object, scale.path("spec").path("replicas").asInt());
    }

    /// The Scale of an object, with those managers of its fields who have the wanted number.
    ObjectNode managed(ObjectNode object) {
        ObjectNode scale = told(object);
        fields().toScale(object, scale);
        return scale;
    }

    /// The object that a Scale makes of it to which a configuration was applied.
    ///
    /// @param apiVersion of the object
    ObjectNode applied(ObjectNode object, ObjectNode scale, String apiVersion) {
        ObjectNode changed = changed(object, any -> scale);
        fields().toParent(scale, changed, apiVersion);
        return changed;
    }

    private ScaleFields fields() {
        Map<String, List<String>> others = new HashMap<>();
        kind.strategy()
                .conversion()
                .ifPresent(conversion ->
                        conversion
                                .scalings()
                                .forEach((version, other) ->
                                        others.put(version, names(other.wanted()))));
        return new ScaleFields(names(scaling.wanted()), others);
    }

    private static List<String> names(JsonPointer path) {
        List<String> names = new ArrayList<>();
        for (JsonPointer at = path; !at.matches(); at = at.tail()) {
            names.add(at.getMatchingProperty());
        }
        return names;
    }

    /// Refuses to tell the Scale of an object of a definition that does not say how many it wants.
    void checkWanted(ObjectNode object) {
        if (kind.schema().structural() && object.at(scaling.wanted()).isMissingNode()) {
            throw Refusals.internal(
                    "the spec replicas field \".%s\" does not exist"
                            .formatted(String.join(".", names(scaling.wanted()))));
        }
    }

    private void validate(ObjectNode scale) {
        FieldErrors errors = new FieldErrors();
        MetaRules.check(scale.withObject("/metadata"), Words::subdomain, errors);
        JsonNode replicas = scale.path("spec").path("replicas");
        if (replicas.asInt() < 0) {
            errors.invalid(
                    Path.of("spec.replicas"), replicas, "must be greater than or equal to 0");
        }
        if (!errors.isEmpty()) {
            throw errors.refusal(GROUP, KIND, name);
        }
    }

    /// There is no object whose Scale this would be.
    ApiException notFound() {
        return new ApiException(
                StatusReason.NOT_FOUND, "%s \"%s\" not found".formatted(resource(), name), about());
    }

    private String resource() {
        String group = kind.group().isEmpty() ? "" : "." + kind.group();
        return kind.names().plural() + "/scale" + group;
    }

    private ApiException.Details about() {
        return new ApiException.Details(
                name, kind.group(), kind.names().plural() + "/scale", List.of());
    }
}

package dev.glovebox.apiserver.crds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.conversion.Converter;
import dev.glovebox.apiserver.kinds.Conversion;
import dev.glovebox.apiserver.kinds.Scaling;
import dev.glovebox.apiserver.schema.Decoder;
import dev.glovebox.apiserver.schema.Defaults;
import dev.glovebox.apiserver.schema.MalformedException;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The versions of a definition, and its `spec.conversion` between them. Source: apiextensions'
/// `customresource_handler.go` and `conversion/converter.go`.
final class DefinedVersions implements Conversion {
    private final Facts facts;
    private final Converter converter;

    /// What a definition says of its versions.
    ///
    /// @param essence all of it that matters for conversion
    /// @param schemas of all versions, by their `apiVersion`
    /// @param scalings of those versions that scale, by their `apiVersion`
    /// @param storage `apiVersion` in which objects are kept
    /// @param oldest `apiVersion` in which the first of them may have been kept
    record Facts(
            JsonNode essence,
            Map<String, Schema> schemas,
            Map<String, Scaling> scalings,
            String storage,
            String oldest) {
        Facts {
            Objects.requireNonNull(essence, "essence");
            schemas = Map.copyOf(schemas);
            scalings = Map.copyOf(scalings);
        }
    }

    DefinedVersions(Facts facts, Converter converter) {
        this.facts = facts;
        this.converter = converter;
    }

    @Override
    public String keptAs() {
        return facts.storage();
    }

    /// Only definitions without a converter were there when objects did not say it.
    @Override
    public String unsaid(String told) {
        return asks() ? facts.oldest() : told;
    }

    @Override
    public Map<String, Schema> schemas() {
        return facts.schemas();
    }

    @Override
    public Map<String, Scaling> scalings() {
        return facts.scalings();
    }

    /// The schema of one of them.
    Schema schema(String apiVersion) {
        return Objects.requireNonNull(facts.schemas().get(apiVersion), apiVersion);
    }

    @Override
    public boolean asks() {
        return converter.asks();
    }

    @Override
    public boolean isLike(Conversion other) {
        return other instanceof DefinedVersions versions
                && facts.essence().equals(versions.facts.essence());
    }

    @Override
    public List<ObjectNode> told(List<ObjectNode> kept, String apiVersion) {
        List<ObjectNode> shaped = new ArrayList<>(kept.size());
        for (ObjectNode object : kept) {
            Schema schema = from(version(object));
            ObjectNode own = cut(schema, object);
            Defaults.apply(schema, own);
            shaped.add(own);
        }
        return inVersion(shaped, apiVersion);
    }

    @Override
    public ObjectNode kept(ObjectNode told) {
        from(version(told));
        return inVersion(List.of(told), facts.storage()).getFirst();
    }

    /// Those that are in that version are given back as they are.
    private List<ObjectNode> inVersion(List<ObjectNode> objects, String apiVersion) {
        Schema schema = to(apiVersion);
        List<ObjectNode> foreign =
                objects.stream().filter(each -> !version(each).equals(apiVersion)).toList();
        if (foreign.isEmpty()) {
            return objects;
        }
        List<ObjectNode> converted = converter.converted(foreign, apiVersion);
        List<ObjectNode> result = new ArrayList<>(objects.size());
        int next = 0;
        for (ObjectNode object : objects) {
            result.add(
                    version(object).equals(apiVersion)
                            ? object
                            : cut(schema, converted.get(next++)));
        }
        return result;
    }

    @Override
    public ObjectNode converted(ObjectNode object, String apiVersion) {
        from(version(object));
        to(apiVersion);
        return version(object).equals(apiVersion)
                ? object
                : converter.converted(List.of(object), apiVersion).getFirst();
    }

    private static ObjectNode cut(Schema schema, ObjectNode object) {
        try {
            return new Decoder().decode(schema, object);
        } catch (MalformedException e) {
            throw new ApiException(StatusReason.UNKNOWN, String.valueOf(e.getMessage()));
        }
    }

    private static String version(ObjectNode object) {
        return object.path("apiVersion").asText();
    }

    private Schema from(String apiVersion) {
        return schema(apiVersion, "from");
    }

    private Schema to(String apiVersion) {
        return schema(apiVersion, "to");
    }

    private Schema schema(String apiVersion, String which) {
        Schema schema = facts.schemas().get(apiVersion);
        if (schema == null) {
            throw new ApiException(
                    StatusReason.UNKNOWN,
                    "request to convert CR %s an invalid group/version: %s"
                            .formatted(which, apiVersion));
        }
        return schema;
    }
}

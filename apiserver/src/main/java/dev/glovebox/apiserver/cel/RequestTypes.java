package dev.glovebox.apiserver.cel;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The type of `request` in expressions about admission. Source: apiserver's
/// `admission/plugin/cel.BuildRequestType`.
@SuppressWarnings("Immutable")
final class RequestTypes implements CelTypeProvider {
    private static final StructType KIND =
            struct(
                    "kubernetes.GroupVersionKind",
                    Map.of(
                            "group", SimpleType.STRING,
                            "version", SimpleType.STRING,
                            "kind", SimpleType.STRING));
    private static final StructType RESOURCE =
            struct(
                    "kubernetes.GroupVersionResource",
                    Map.of(
                            "group", SimpleType.STRING,
                            "version", SimpleType.STRING,
                            "resource", SimpleType.STRING));
    private static final StructType USER =
            struct(
                    "kubernetes.UserInfo",
                    Map.of(
                            "username",
                            SimpleType.STRING,
                            "uid",
                            SimpleType.STRING,
                            "groups",
                            ListType.create(SimpleType.STRING),
                            "extra",
                            MapType.create(SimpleType.STRING, ListType.create(SimpleType.STRING))));
    static final StructType REQUEST =
            struct(
                    "kubernetes.AdmissionRequest",
                    Map.ofEntries(
                            Map.entry("kind", KIND),
                            Map.entry("resource", RESOURCE),
                            Map.entry("subResource", SimpleType.STRING),
                            Map.entry("requestKind", KIND),
                            Map.entry("requestResource", RESOURCE),
                            Map.entry("requestSubResource", SimpleType.STRING),
                            Map.entry("name", SimpleType.STRING),
                            Map.entry("namespace", SimpleType.STRING),
                            Map.entry("operation", SimpleType.STRING),
                            Map.entry("userInfo", USER),
                            Map.entry("dryRun", SimpleType.BOOL),
                            Map.entry("options", SimpleType.DYN)));

    private static StructType struct(String name, Map<String, CelType> fields) {
        ImmutableMap<String, CelType> all = ImmutableMap.copyOf(fields);
        return StructType.create(
                name,
                ImmutableSet.copyOf(all.keySet()),
                field -> Optional.ofNullable(all.get(field)));
    }

    @Override
    public ImmutableCollection<CelType> types() {
        return ImmutableList.of(KIND, RESOURCE, USER, REQUEST);
    }

    @Override
    public Optional<CelType> findType(String name) {
        return types().stream().filter(type -> type.name().equals(name)).findFirst();
    }

    /// A request as expressions see it.
    static Object value(JsonNode request) {
        return value(REQUEST, request);
    }

    private static Object value(StructType type, JsonNode object) {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (var field : object.properties()) {
            type.findField(field.getKey())
                    .ifPresent(of -> fields.put(field.getKey(), value(of, field.getValue())));
        }
        return new StructObject(fields);
    }

    private static Object value(StructType.Field field, JsonNode value) {
        return field.type() instanceof StructType struct
                ? value(struct, value)
                : Values.untyped(value);
    }
}

package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// Who has the wanted number of an object, told as managers of its Scale and back. Source:
/// Kubernetes' `managedfields.ScaleHandler`.
///
/// @param path where the number is in the object, for example `spec`, `replicas`
/// @param others where it is in versions in which it is somewhere else, by their `apiVersion`
public record ScaleFields(List<String> path, Map<String, List<String>> others) {
    static final String SUBRESOURCE = "scale";

    private static final String VERSION = "autoscaling/v1";
    private static final FieldSet REPLICAS = FieldSet.of(List.of(List.of("spec", "replicas")));

    /// Copies the paths.
    public ScaleFields {
        path = List.copyOf(path);
        others = Map.copyOf(others);
    }

    /// Says in the Scale of an object who has its number.
    public void toScale(ObjectNode object, ObjectNode scale) {
        Managed managers = new Managed();
        read(object)
                .owners()
                .forEach((id, owned) -> {
                    if (hasNumber(owned)) {
                        Owned number = new Owned(REPLICAS, VERSION, owned.time());
                        managers.put(inVersion(id, VERSION), number);
                    }
                });
        if (!managers.isEmpty()) {
            metadata(scale).set(FieldManager.FIELD, managers.json());
        }
    }

    /// Says in an object who has its number now.
    ///
    /// @param scale to which a configuration was applied
    /// @param apiVersion of the object
    public void toParent(ObjectNode scale, ObjectNode object, String apiVersion) {
        Managed managers = read(object);
        Map<ManagerId, Owned> now = read(scale).owners();
        managers.owners()
                .forEach((id, owned) -> {
                    if (hasNumber(owned) && now.remove(inVersion(id, VERSION)) == null) {
                        managers.put(id, owned.with(owned.fields().minus(number(owned))));
                    }
                });
        FieldSet number = FieldSet.of(List.of(path));
        now.keySet()
                .forEach(id ->
                        managers.put(inVersion(id, apiVersion), new Owned(number, apiVersion, "")));
        metadata(object).remove(FieldManager.FIELD);
        if (!managers.isEmpty()) {
            metadata(object).set(FieldManager.FIELD, managers.json());
        }
    }

    private boolean hasNumber(Owned owned) {
        return !owned.fields().intersection(number(owned)).isEmpty();
    }

    private FieldSet number(Owned owned) {
        return FieldSet.of(List.of(others.getOrDefault(owned.apiVersion(), path)));
    }

    private static ManagerId inVersion(ManagerId id, String apiVersion) {
        return id.applies()
                ? id
                : new ManagerId(id.manager(), id.operation(), apiVersion, id.subresource());
    }

    private static Managed read(JsonNode object) {
        try {
            return Managed.parse(object.path("metadata").path(FieldManager.FIELD));
        } catch (MalformedFieldsException e) {
            throw Application.failed("failed to decode managed fields: " + e.words());
        }
    }

    private static ObjectNode metadata(ObjectNode object) {
        return object.withObject("/metadata");
    }
}

package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Who has which fields of an object: its `managedFields`, read. One use, one thread.
final class Managed {
    /// Most managers that update; the oldest beyond that become one.
    private static final int MOST_UPDATERS = 10;

    private static final String OLDEST = "ancient-changes";

    private static final Comparator<Map.Entry<ManagerId, Owned>> ORDER =
            Comparator.comparing((Map.Entry<ManagerId, Owned> each) -> each.getKey().operation())
                    .thenComparing(each -> each.getValue().time())
                    .thenComparing(each -> each.getKey().manager())
                    .thenComparing(each -> each.getValue().apiVersion())
                    .thenComparing(each -> each.getKey().subresource());

    private final Map<ManagerId, Owned> owners = new TreeMap<>();

    /// What `managedFields` say.
    ///
    /// @throws MalformedFieldsException when they are none
    static Managed parse(JsonNode managedFields) {
        Managed managed = new Managed();
        int index = 0;
        for (JsonNode entry : managedFields) {
            managed.read(entry, index++);
        }
        return managed;
    }

    private void read(JsonNode entry, int index) {
        String operation = entry.path("operation").asText();
        if (!operation.equals(ManagerId.APPLY) && !operation.equals(ManagerId.UPDATE)) {
            throw new MalformedFieldsException("operation must be `Apply` or `Update`");
        }
        String apiVersion = entry.path("apiVersion").asText();
        if (apiVersion.isEmpty()) {
            throw new MalformedFieldsException("apiVersion must not be empty");
        }
        String type = entry.path("fieldsType").asText();
        if (!type.equals("FieldsV1")) {
            throw new MalformedFieldsException(
                    type.isEmpty()
                            ? "missing fieldsType in managed fields entry " + index
                            : "invalid fieldsType \"%s\" in managed fields entry %d"
                                    .formatted(type, index));
        }
        ManagerId id =
                new ManagerId(
                        entry.path("manager").asText(),
                        operation,
                        operation.equals(ManagerId.APPLY) ? "" : apiVersion,
                        entry.path("subresource").asText());
        FieldSet fields = FieldSet.parse(entry.path("fieldsV1"));
        owners.put(id, new Owned(fields, apiVersion, entry.path("time").asText()));
    }

    boolean isEmpty() {
        return owners.isEmpty();
    }

    /// What a manager has; null when it has nothing.
    @Nullable Owned get(ManagerId id) {
        return owners.get(id);
    }

    /// Managers in order, with what they have; a copy.
    Map<ManagerId, Owned> owners() {
        return new TreeMap<>(owners);
    }

    /// Sets what a manager has; nothing takes it off the list.
    void put(ManagerId id, Owned owned) {
        if (owned.fields().isEmpty()) {
            owners.remove(id);
        } else {
            owners.put(id, owned);
        }
    }

    void remove(ManagerId id) {
        owners.remove(id);
    }

    /// Makes one of the oldest that update, for each version, until there are few enough.
    void limitUpdaters() {
        List<Map.Entry<ManagerId, Owned>> updaters =
                new ArrayList<>(
                        owners().entrySet().stream()
                                .filter(each -> !each.getKey().applies())
                                .sorted(
                                        Comparator.comparing((Map.Entry<ManagerId, Owned> each) ->
                                                each.getValue().time()))
                                .toList());
        int left = updaters.size();
        Map<String, ManagerId> firsts = new HashMap<>();
        for (Map.Entry<ManagerId, Owned> each : updaters) {
            if (left <= MOST_UPDATERS) {
                return;
            }
            Owned owned = each.getValue();
            ManagerId first = firsts.putIfAbsent(owned.apiVersion(), each.getKey());
            if (first != null) {
                bury(first, each.getKey(), owned);
                left--;
            }
        }
    }

    private void bury(ManagerId first, ManagerId id, Owned owned) {
        ManagerId bucket = new ManagerId(OLDEST, ManagerId.UPDATE, owned.apiVersion(), "");
        if (!owners.containsKey(bucket)) {
            Owned oldest = owners.remove(first);
            owners.put(bucket, oldest == null ? owned.with(FieldSet.EMPTY) : oldest);
        }
        Owned buried = owners.get(bucket);
        FieldSet together = buried == null ? owned.fields() : owned.fields().union(buried.fields());
        owners.remove(id);
        owners.put(bucket, owned.with(together));
    }

    /// As `managedFields`, in Kubernetes' order.
    ArrayNode json() {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        owners.entrySet().stream()
                .sorted(ORDER)
                .forEach(each -> list.add(entry(each.getKey(), each.getValue())));
        return list;
    }

    private static ObjectNode entry(ManagerId id, Owned owned) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        if (!id.manager().isEmpty()) {
            entry.put("manager", id.manager());
        }
        entry.put("operation", id.operation()).put("apiVersion", owned.apiVersion());
        if (!owned.time().isEmpty()) {
            entry.put("time", owned.time());
        }
        entry.put("fieldsType", "FieldsV1").set("fieldsV1", owned.fields().json());
        if (!id.subresource().isEmpty()) {
            entry.put("subresource", id.subresource());
        }
        return entry;
    }
}

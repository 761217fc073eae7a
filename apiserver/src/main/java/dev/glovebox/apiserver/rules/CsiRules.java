package dev.glovebox.apiserver.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Rules about CSIDrivers, CSINodes and CSIStorageCapacities. Source: `storage/validation`.
public final class CsiRules {
    private static final List<String> GROUPS = List.of("File", "None", "ReadWriteOnceWithFSType");
    private static final List<String> LIFECYCLES = List.of("Persistent", "Ephemeral");
    private static final long SHORTEST_TOKEN = 600;
    private static final long LONGEST_TOKEN = 1L << 32;
    private static final int LONGEST_NODE = 192;
    private static final Path SPEC = Path.of("spec");

    private CsiRules() {}

    /// Rules for a CSIDriver, whether new or changed.
    public static void driver(JsonNode driver, FieldErrors errors) {
        JsonNode spec = driver.path("spec");
        String group = spec.path("fsGroupPolicy").asText();
        if (spec.has("fsGroupPolicy") && !GROUPS.contains(group)) {
            errors.unsupported(SPEC.field("fsGroupPolicy"), group, GROUPS);
        }
        tokens(spec.path("tokenRequests"), errors);
        for (JsonNode mode : spec.path("volumeLifecycleModes")) {
            if (!LIFECYCLES.contains(mode.asText())) {
                errors.unsupported(SPEC.field("volumeLifecycleModes"), mode.asText(), LIFECYCLES);
            }
        }
    }

    private static void tokens(JsonNode requests, FieldErrors errors) {
        Set<String> audiences = new HashSet<>();
        for (int i = 0; i < requests.size(); i++) {
            Path path = SPEC.field("tokenRequests").index(i);
            String audience = requests.get(i).path("audience").asText();
            if (!audiences.add(audience)) {
                errors.duplicate(path.field("audience"), audience);
                continue;
            }
            JsonNode seconds = requests.get(i).path("expirationSeconds");
            if (seconds.isNumber() && seconds.asLong() < SHORTEST_TOKEN) {
                errors.invalid(
                        path.field("expirationSeconds"),
                        seconds,
                        "may not specify a duration less than 10 minutes");
            }
            if (seconds.asLong() > LONGEST_TOKEN) {
                errors.invalid(
                        path.field("expirationSeconds"),
                        seconds,
                        "may not specify a duration larger than 2^32 seconds");
            }
        }
    }

    /// What a CSIDriver must keep.
    public static void driverUpdate(JsonNode driver, JsonNode old, FieldErrors errors) {
        JsonNode spec = driver.path("spec");
        JsonNode before = old.path("spec");
        errors.immutable(
                SPEC.field("attachedRequired"),
                spec.path("attachRequired"),
                before.path("attachRequired"));
        errors.immutable(
                SPEC.field("volumeLifecycleModes"),
                spec.path("volumeLifecycleModes"),
                before.path("volumeLifecycleModes"));
    }

    /// Rules for a CSINode, whether new or changed.
    public static void node(JsonNode node, FieldErrors errors) {
        JsonNode drivers = node.path("spec").path("drivers");
        Set<String> names = new HashSet<>();
        for (int i = 0; i < drivers.size(); i++) {
            JsonNode driver = drivers.get(i);
            Path path = SPEC.field("drivers").index(i);
            String name = driver.path("name").asText();
            PersistentVolumeRules.driverName(name, path.field("name"), errors);
            identity(driver.path("nodeID").asText(), path.field("nodeID"), errors);
            errors.nonNegative(
                    path.field("allocatable").field("count"),
                    driver.path("allocatable").path("count"));
            if (!names.add(name)) {
                errors.duplicate(path.field("name"), name);
            }
            keys(driver.path("topologyKeys"), path, errors);
        }
    }

    private static void identity(String id, Path path, FieldErrors errors) {
        if (id.isEmpty()) {
            errors.required(path, "");
        }
        if (id.length() > LONGEST_NODE) {
            errors.invalid(path, id, "must be " + LONGEST_NODE + " characters or less");
        }
    }

    private static void keys(JsonNode keys, Path path, FieldErrors errors) {
        Set<String> seen = new HashSet<>();
        for (JsonNode key : keys) {
            if (key.asText().isEmpty()) {
                errors.required(path, "");
            }
            if (!seen.add(key.asText())) {
                errors.duplicate(path, key.asText());
            }
            errors.invalid(path, key.asText(), Words.qualifiedName(key.asText()));
        }
    }

    /// What a CSINode must keep: a driver that it has is replaced as a whole or not at all.
    public static void nodeUpdate(JsonNode node, JsonNode old, FieldErrors errors) {
        for (JsonNode before : old.path("spec").path("drivers")) {
            for (JsonNode driver : node.path("spec").path("drivers")) {
                if (driver.path("name").equals(before.path("name"))) {
                    errors.immutable(SPEC.field("drivers"), lasting(driver), lasting(before));
                }
            }
        }
    }

    /// All but how many volumes fit, which may change.
    private static JsonNode lasting(JsonNode driver) {
        ObjectNode copy = driver.deepCopy();
        copy.remove("allocatable");
        return copy;
    }

    /// Rules for a CSIStorageCapacity, whether new or changed.
    public static void capacity(JsonNode capacity, FieldErrors errors) {
        SelectorRules.check(capacity.path("nodeTopology"), Path.of("nodeTopology"), errors);
        String name = capacity.path("storageClassName").asText();
        errors.invalid(Path.of("storageClassName"), name, Words.subdomain(name));
        JsonNode amount = capacity.path("capacity");
        if (amount.isTextual() && Quantity.parse(amount.asText()).sign() < 0) {
            errors.invalid(Path.of("capacity"), amount, "must be greater than or equal to 0");
        }
    }

    /// What a CSIStorageCapacity must keep: what it is the capacity of.
    public static void capacityUpdate(JsonNode capacity, JsonNode old, FieldErrors errors) {
        for (String field : List.of("nodeTopology", "storageClassName")) {
            // An empty topology is every node, an absent one none.
            if (!capacity.path(field).equals(old.path(field))) {
                errors.invalid(Path.of(field), capacity.path(field), "field is immutable");
            }
        }
    }
}

package dev.glovebox.runtimes.foreign;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Holds what containerd makes of a configuration before a change against what it makes of it
/// after. Pure.
final class ConfigDumps {
    private ConfigDumps() {}

    /// Why the change does more or less than add that handler, as a sentence without a full stop;
    /// empty where it does just that.
    static Optional<String> objection(ObjectNode before, ObjectNode after, HandlerTable table) {
        int version = after.path("version").asInt();
        if (version < 1 || version > CriPlugin.NEWEST) {
            return Optional.of("containerd shows a configuration of version " + version);
        }
        List<String> path = CriPlugin.of(version).handler(table.name());
        if (!contains(Toml.at(after, path), table.tree())) {
            return Optional.of(
                    "containerd does not read handler "
                            + table.name()
                            + " out of it as it was written");
        }
        return difference("", others(before, path), others(after, path))
                .map(where -> "containerd would read " + where + " otherwise than before");
    }

    private static ObjectNode others(ObjectNode dump, List<String> handler) {
        ObjectNode rest = dump.deepCopy();
        rest.remove("imports");
        Toml.remove(rest, handler);
        dropDefaults(rest);
        return rest;
    }

    /// A table that is written out by hand lacks what containerd's own has with Go's zero values,
    /// and in 1.7 the sandbox mode that an empty one stands for.
    private static void dropDefaults(ObjectNode table) {
        table.forEach(each -> {
            if (each instanceof ObjectNode inner) {
                dropDefaults(inner);
            }
        });
        table.remove(
                table.properties().stream()
                        .filter(each -> isDefault(each.getKey(), each.getValue()))
                        .map(Map.Entry::getKey)
                        .toList());
    }

    private static boolean isDefault(String key, JsonNode value) {
        return value.isContainerNode()
                ? value.isEmpty()
                : value.asText().isEmpty()
                        || value.equals(BooleanNode.FALSE)
                        || (value.isNumber() && value.asDouble() == 0)
                        || (key.equals("sandbox_mode") && value.asText().equals("podsandbox"));
    }

    /// Whether all that `wanted` says is so in `seen`, which may say more.
    private static boolean contains(JsonNode seen, JsonNode wanted) {
        return wanted.isObject()
                ? wanted.properties().stream()
                        .allMatch(each -> contains(seen.path(each.getKey()), each.getValue()))
                : wanted.equals(seen);
    }

    /// The first place where two trees differ.
    private static Optional<String> difference(String place, JsonNode one, JsonNode other) {
        if (one.equals(other)) {
            return Optional.empty();
        }
        if (!one.isObject() || !other.isObject()) {
            return Optional.of(place);
        }
        List<String> names = new ArrayList<>();
        one.fieldNames().forEachRemaining(names::add);
        other.fieldNames().forEachRemaining(names::add);
        return names.stream()
                .flatMap(name ->
                        difference(
                                place.isEmpty() ? name : place + "." + name,
                                one.path(name),
                                other.path(name))
                                .stream())
                .findFirst();
    }
}

package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/// Short ways to read and fill JSON trees.
public final class Trees {
    private Trees() {}

    /// The object in that field, made when it is absent.
    public static ObjectNode object(ObjectNode parent, String field) {
        return parent.get(field) instanceof ObjectNode found ? found : parent.putObject(field);
    }

    /// The list in that field, made when it is absent.
    public static ArrayNode list(ObjectNode parent, String field) {
        return parent.get(field) instanceof ArrayNode found ? found : parent.putArray(field);
    }

    /// The objects of a list; empty when it is absent.
    public static List<ObjectNode> objects(JsonNode list) {
        List<ObjectNode> objects = new ArrayList<>();
        list.forEach(each -> {
            if (each instanceof ObjectNode object) {
                objects.add(object);
            }
        });
        return objects;
    }

    /// Sets a text where the field is absent.
    public static void orText(ObjectNode object, String field, String value) {
        if (!object.has(field)) {
            object.put(field, value);
        }
    }

    /// Sets a number where the field is absent or zero, as Go's defaults do.
    public static void orNumber(ObjectNode object, String field, int value) {
        if (object.path(field).asLong() == 0) {
            object.put(field, value);
        }
    }
}

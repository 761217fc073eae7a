package dev.glovebox.apiserver.patch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Schema;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.testkit.Draw;
import dev.glovebox.testkit.RandomCases;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The laws of the three kinds of patch.
class PatchPropertiesTest {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final Schema POD = Schemas.kubernetes().get("io.k8s.api.core.v1.Pod");

    // JSON patch

    @Test
    void a_difference_applied_makes_one_object_into_the_other() {
        RandomCases.check(
                1_000,
                draw -> {
                    JsonNode from = draw.object();
                    JsonNode to = draw.object();
                    ArrayNode patch = NODES.arrayNode();
                    difference(patch, "", from, to);
                    assertThat(JsonPatch.apply(from, patch)).as(patch.toString()).isEqualTo(to);
                });
    }

    /// Operations that turn one tree into another.
    private static void difference(ArrayNode patch, String path, JsonNode from, JsonNode to) {
        if (from.equals(to)) {
            patch.add(operation("test", path).set("value", to));
        } else if (from instanceof ObjectNode a && to instanceof ObjectNode b) {
            a.fieldNames()
                    .forEachRemaining(name -> {
                        if (!b.has(name)) {
                            patch.add(operation("remove", path + "/" + escaped(name)));
                        }
                    });
            b.properties()
                    .forEach(field -> {
                        String at = path + "/" + escaped(field.getKey());
                        if (a.has(field.getKey())) {
                            difference(patch, at, a.get(field.getKey()), field.getValue());
                        } else {
                            patch.add(operation("add", at).set("value", field.getValue()));
                        }
                    });
        } else if (from instanceof ArrayNode a && to instanceof ArrayNode b) {
            for (int i = a.size() - 1; i >= b.size(); i--) {
                patch.add(operation("remove", path + "/" + i));
            }
            for (int i = 0; i < b.size(); i++) {
                if (i < a.size()) {
                    difference(patch, path + "/" + i, a.get(i), b.get(i));
                } else {
                    patch.add(operation("add", path + "/-").set("value", b.get(i)));
                }
            }
        } else {
            patch.add(operation("replace", path).set("value", to));
        }
    }

    private static ObjectNode operation(String op, String path) {
        return NODES.objectNode().put("op", op).put("path", path);
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    /// A conflict makes the server apply a patch again, to a newer object.
    @Test
    void a_patch_and_its_object_are_left_as_they_were() {
        RandomCases.check(
                3_000,
                draw -> {
                    ObjectNode object = draw.object();
                    ArrayNode patch = operations(draw, object);
                    String before = object + " " + patch;
                    String first = outcome(object, patch);
                    assertThat(object + " " + patch).isEqualTo(before);
                    assertThat(outcome(object, patch)).isEqualTo(first);
                });
    }

    private static String outcome(JsonNode object, JsonNode patch) {
        try {
            return JsonPatch.apply(object, patch).toString();
        } catch (PatchException e) {
            return "refused";
        }
    }

    private static ArrayNode operations(Draw draw, JsonNode object) {
        List<String> paths = new ArrayList<>(List.of("", "/new", "/a/-", "/b/0", "/a/b", "x"));
        collect(paths, "", object);
        ArrayNode patch = NODES.arrayNode();
        for (int i = draw.below(6); i >= 0; i--) {
            String op =
                    draw.pick(List.of("add", "add", "remove", "replace", "move", "copy", "test"));
            String path = draw.pick(paths);
            ObjectNode operation = operation(op, path);
            operation.put("from", draw.pick(paths));
            operation.set("value", draw.tree());
            paths.add(path + draw.pick(List.of("/-", "/0", "/a", "/b")));
            patch.add(operation);
        }
        return patch;
    }

    private static void collect(List<String> paths, String path, JsonNode node) {
        paths.add(path);
        node.properties()
                .forEach(f -> collect(paths, path + "/" + escaped(f.getKey()), f.getValue()));
        for (int i = 0; node.isArray() && i < node.size(); i++) {
            collect(paths, path + "/" + i, node.get(i));
        }
    }

    @Test
    void what_is_added_is_there_and_what_is_removed_again_leaves_nothing() {
        RandomCases.check(
                2_000,
                draw -> {
                    ObjectNode object = draw.object();
                    object.remove("new");
                    JsonNode value = draw.tree();
                    ArrayNode patch = NODES.arrayNode();
                    patch.add(operation("add", "/new").set("value", value));
                    JsonNode added = JsonPatch.apply(object, patch);
                    assertThat(added.at(JsonPointer.compile("/new"))).isEqualTo(value);
                    patch.add(operation("remove", "/new"));
                    assertThat(JsonPatch.apply(object, patch)).isEqualTo(object);
                    ArrayNode moved = NODES.arrayNode();
                    moved.add(operation("move", "/moved").put("from", "/new"));
                    moved.add(operation("move", "/new").put("from", "/moved"));
                    assertThat(JsonPatch.apply(added, moved)).isEqualTo(added);
                });
    }

    /// Each operation nests a little; together they would overflow any stack that walks the result.
    @Test
    void operations_do_not_nest_deeper_than_a_body_may() {
        String nested = "{\"a\":".repeat(400) + "{}" + "}".repeat(400);
        ArrayNode patch = NODES.arrayNode();
        for (int i = 0; i < 80; i++) {
            String path = "/a".repeat(401 * i) + "/a";
            patch.add(operation("add", path).set("value", read(nested)));
        }
        assertThat(outcome(NODES.objectNode(), patch)).isEqualTo("refused");
        ArrayNode copies = NODES.arrayNode();
        copies.add(operation("add", "/a").put("value", 1));
        for (int i = 1; i < 14; i++) {
            copies.add(operation("copy", "/a".repeat(1 << i)).put("from", ""));
        }
        assertThat(outcome(NODES.objectNode(), copies)).isEqualTo("refused");
    }

    private static JsonNode read(String text) {
        try {
            return new com.fasterxml.jackson.databind.ObjectMapper().readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e);
        }
    }

    // Merge patch: RFC 7386

    @Test
    void a_merge_patch_says_what_is_there_afterwards() {
        RandomCases.check(
                2_000,
                draw -> {
                    ObjectNode object = draw.object();
                    ObjectNode patch = draw.object();
                    String before = object + " " + patch;
                    JsonNode once = MergePatch.apply(object, patch);
                    assertThat(once).isEqualTo(model(object, patch));
                    assertThat(MergePatch.apply(once, patch)).as("again").isEqualTo(once);
                    assertThat(MergePatch.apply(object, NODES.objectNode())).isEqualTo(object);
                    spoil(once);
                    assertThat(object + " " + patch).as("shared with the result").isEqualTo(before);
                });
    }

    /// The RFC's own words, once more.
    private static JsonNode model(JsonNode target, JsonNode patch) {
        if (!patch.isObject()) {
            return patch;
        }
        Map<String, JsonNode> fields = new LinkedHashMap<>();
        target.properties().forEach(field -> fields.put(field.getKey(), field.getValue()));
        patch.properties()
                .forEach(field -> {
                    if (field.getValue().isNull()) {
                        fields.remove(field.getKey());
                    } else {
                        JsonNode old = fields.getOrDefault(field.getKey(), NODES.missingNode());
                        fields.put(field.getKey(), model(old, field.getValue()));
                    }
                });
        ObjectNode result = NODES.objectNode();
        result.setAll(fields);
        return result;
    }

    /// Changes everything in a tree that can be changed.
    private static void spoil(JsonNode tree) {
        tree.forEach(PatchPropertiesTest::spoil);
        if (tree instanceof ObjectNode object) {
            object.put("spoilt", true);
        } else if (tree instanceof ArrayNode array) {
            array.add("spoilt");
        }
    }

    // Strategic merge patch

    @Test
    void a_strategic_merge_of_a_list_merges_by_its_key() {
        RandomCases.check(
                2_000,
                draw -> {
                    ObjectNode pod = pod(draw);
                    ObjectNode patch = pod(draw);
                    String before = pod + " " + patch;
                    ObjectNode once = StrategicMergePatch.apply(pod, patch, POD);
                    assertThat(values(once)).isEqualTo(merged(values(pod), values(patch)));
                    assertThat(StrategicMergePatch.apply(once, patch, POD))
                            .as("again")
                            .isEqualTo(once);
                    assertThat(StrategicMergePatch.apply(pod, NODES.objectNode(), POD))
                            .isEqualTo(pod);
                    spoil(once);
                    assertThat(pod + " " + patch).as("shared with the result").isEqualTo(before);
                });
    }

    @Test
    void a_deleted_item_is_gone_and_the_others_stay() {
        RandomCases.check(
                1_000,
                draw -> {
                    ObjectNode pod = pod(draw);
                    String name = draw.pick(List.of("x", "y", "z"));
                    ObjectNode patch = NODES.objectNode();
                    patch.putObject("spec")
                            .putArray("containers")
                            .addObject()
                            .put("$patch", "delete")
                            .put("name", name);
                    Map<String, JsonNode> left = values(pod);
                    left.remove(name);
                    assertThat(values(StrategicMergePatch.apply(pod, patch, POD))).isEqualTo(left);
                });
    }

    private static ObjectNode pod(Draw draw) {
        ObjectNode pod = NODES.objectNode();
        ArrayNode containers = pod.putObject("spec").putArray("containers");
        List<String> names = new ArrayList<>(List.of("x", "y", "z"));
        for (int i = draw.below(4); i > 0; i--) {
            ObjectNode container = containers.addObject();
            container.put("name", names.remove(draw.below(names.size())));
            if (draw.once(2)) {
                container.put("image", draw.oddText());
            }
            if (draw.once(2)) {
                container.putArray("command").add(draw.oddText());
            }
        }
        return pod;
    }

    private static Map<String, JsonNode> values(JsonNode pod) {
        Map<String, JsonNode> values = new LinkedHashMap<>();
        pod.at("/spec/containers").forEach(c -> values.put(c.path("name").asText(), c));
        return values;
    }

    private static Map<String, JsonNode> merged(
            Map<String, JsonNode> before, Map<String, JsonNode> patch) {
        Map<String, JsonNode> all = new LinkedHashMap<>(before);
        patch.forEach((name, container) -> {
            ObjectNode result = NODES.objectNode();
            if (before.get(name) instanceof ObjectNode old) {
                result.setAll(old);
            }
            result.setAll((ObjectNode) container);
            all.put(name, result);
        });
        return all;
    }
}

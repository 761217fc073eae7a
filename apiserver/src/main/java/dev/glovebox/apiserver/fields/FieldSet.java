package dev.glovebox.apiserver.fields;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;

/// A set of fields of an object, a tree of path elements. That a field is a member says nothing of
/// the fields in it. Does not change once it is built: what it is combined with makes a new set.
/// Source: structured-merge-diff's `fieldpath.Set`; `FieldsV1` is its text.
final class FieldSet {
    /// No fields.
    static final FieldSet EMPTY = new FieldSet();

    private static final Node NOTHING = new Node(false, EMPTY);

    private final TreeMap<PathElement, Node> nodes = new TreeMap<>();

    /// What a set says of one field.
    private record Node(boolean member, FieldSet below) {
        boolean isEmpty() {
            return !member && below.isEmpty();
        }
    }

    /// A set of fields by their names from the root, for example `metadata`, `name`.
    static FieldSet of(List<List<String>> paths) {
        FieldSet set = new FieldSet();
        for (List<String> path : paths) {
            set = set.union(single(path));
        }
        return set;
    }

    private static FieldSet single(List<String> path) {
        FieldSet set = new FieldSet();
        PathElement first = new PathElement.Field(path.getFirst());
        if (path.size() == 1) {
            set.put(first, true, EMPTY);
        } else {
            set.put(first, false, single(path.subList(1, path.size())));
        }
        return set;
    }

    /// Says of a field whether it is a member, and what is below it. Only while the set is built.
    void put(PathElement element, boolean member, FieldSet below) {
        Node node = new Node(member, below);
        if (!node.isEmpty()) {
            nodes.put(element, node);
        }
    }

    boolean isEmpty() {
        return nodes.isEmpty();
    }

    boolean has(PathElement element) {
        return node(element).member();
    }

    /// The fields in one field, seen from there.
    FieldSet below(PathElement element) {
        return node(element).below();
    }

    private Node node(PathElement element) {
        return nodes.getOrDefault(element, NOTHING);
    }

    /// Fields of one set or the other.
    FieldSet union(FieldSet other) {
        if (isEmpty() || other.isEmpty()) {
            return isEmpty() ? other : this;
        }
        FieldSet result = new FieldSet();
        result.nodes.putAll(nodes);
        other.nodes.forEach((element, node) -> {
            Node own = node(element);
            result.put(element, own.member() || node.member(), own.below().union(node.below()));
        });
        return result;
    }

    /// Fields of both sets.
    FieldSet intersection(FieldSet other) {
        FieldSet result = new FieldSet();
        nodes.forEach((element, own) -> {
            Node node = other.node(element);
            result.put(
                    element, own.member() && node.member(), own.below().intersection(node.below()));
        });
        return result;
    }

    /// Fields of this set that the other does not have; fields in those stay.
    FieldSet minus(FieldSet other) {
        return other.isEmpty()
                ? this
                : filtered(
                        (own, node) ->
                                new Node(
                                        own.member() && !node.member(),
                                        own.below().minus(node.below())),
                        other);
    }

    /// Fields of this set that the other does not have, neither they nor what they are in.
    FieldSet minusDeep(FieldSet other) {
        return other.isEmpty()
                ? this
                : filtered(
                        (own, node) ->
                                node.member()
                                        ? NOTHING
                                        : new Node(
                                                own.member(), own.below().minusDeep(node.below())),
                        other);
    }

    private FieldSet filtered(BiFunction<Node, Node, Node> keep, FieldSet other) {
        FieldSet result = new FieldSet();
        nodes.forEach((element, own) -> {
            Node kept = keep.apply(own, other.node(element));
            result.put(element, kept.member(), kept.below());
        });
        return result;
    }

    /// This set, and the declared fields of structs on the way to its members.
    FieldSet named(Shape shape) {
        FieldSet result = new FieldSet();
        nodes.forEach((element, own) -> {
            Shape next = shape.at(element);
            boolean declared =
                    element instanceof PathElement.Field(String name)
                            && shape.declared(name) != null
                            && !own.below().isEmpty();
            FieldSet below =
                    next == null || own.below().isEmpty() ? own.below() : own.below().named(next);
            result.put(element, own.member() || declared, below);
        });
        return result;
    }

    /// This set as it has to be when what is whole by the shape is owned as a whole: a schema may
    /// have become stricter since the set was written.
    FieldSet reconciled(Shape shape) {
        FieldSet result = new FieldSet();
        nodes.forEach((element, own) -> {
            Shape next = shape.at(element);
            if (own.below().isEmpty() || next == null) {
                result.put(element, own.member(), own.below());
            } else if (next.whole()) {
                result.put(element, true, EMPTY);
            } else {
                result.put(element, own.member(), own.below().reconciled(next));
            }
        });
        return result;
    }

    /// Paths of the members, those of each level before those below it.
    ///
    /// @param most how many to tell at most
    List<String> paths(int most) {
        List<String> paths = new ArrayList<>();
        collect(new ArrayDeque<>(), paths, most);
        return paths;
    }

    private void collect(Deque<PathElement> prefix, List<String> paths, int most) {
        String before = null;
        for (Map.Entry<PathElement, Node> each : nodes.entrySet()) {
            if (paths.size() >= most) {
                return;
            }
            if (each.getValue().member()) {
                before = before == null ? text(prefix) : before;
                paths.add(before + each.getKey());
            }
        }
        for (Map.Entry<PathElement, Node> each : nodes.entrySet()) {
            prefix.addLast(each.getKey());
            each.getValue().below().collect(prefix, paths, most);
            prefix.removeLast();
        }
    }

    private static String text(Deque<PathElement> path) {
        StringBuilder text = new StringBuilder();
        path.forEach(text::append);
        return text.toString();
    }

    /// How many members there are.
    int size() {
        int size = 0;
        for (Node node : nodes.values()) {
            size += (node.member() ? 1 : 0) + node.below().size();
        }
        return size;
    }

    /// The set as `FieldsV1`.
    ObjectNode json() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        nodes.forEach((element, node) -> {
            ObjectNode below = JsonNodeFactory.instance.objectNode();
            if (!node.below().isEmpty()) {
                if (node.member()) {
                    below.putObject(".");
                }
                below.setAll(node.below().json());
            }
            json.set(PathText.of(element), below);
        });
        return json;
    }

    /// The set that a `FieldsV1` tells. Elements of an unknown form are left out.
    ///
    /// @throws MalformedFieldsException when it is none
    static FieldSet parse(JsonNode json) {
        if (json.isEmpty() && (json.isObject() || json.isNull() || json.isMissingNode())) {
            return EMPTY;
        }
        if (!json.isObject()) {
            throw new MalformedFieldsException("fields that are no object");
        }
        FieldSet set = new FieldSet();
        for (Map.Entry<String, JsonNode> field : json.properties()) {
            if (field.getKey().equals(".")) {
                continue;
            }
            FieldSet below = parse(field.getValue());
            boolean member = below.isEmpty() || field.getValue().has(".");
            PathText.parse(field.getKey()).ifPresent(element -> set.put(element, member, below));
        }
        return set;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FieldSet set && json().equals(set.json());
    }

    @Override
    public int hashCode() {
        return json().hashCode();
    }

    @Override
    public String toString() {
        return json().toString();
    }
}

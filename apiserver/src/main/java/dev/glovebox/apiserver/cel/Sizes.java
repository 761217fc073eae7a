package dev.glovebox.apiserver.cel;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.types.CelKind;
import dev.cel.common.types.CelType;
import dev.cel.common.types.SimpleType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// How large the values of an expression's nodes can be, as far as that is known while the
/// expression is gone through. One thread. Source: cel-go's `checker/cost.go`.
final class Sizes {
    private final CelAbstractSyntaxTree tree;
    private final SchemaSize root;
    private final Map<Long, Trail> trails = new HashMap<>();
    private final Map<Long, Size> sizes = new HashMap<>();
    private final Map<Long, Entries> entries = new HashMap<>();
    private final Map<String, Deque<Variable>> variables = new HashMap<>();

    /// How large the entries of a list or map can be.
    ///
    /// @param list whether it is a list
    record Entries(boolean list, Size keys, Size values) {
        Entries or(Entries other) {
            return new Entries(list, keys.or(other.keys), values.or(other.values));
        }
    }

    /// What a variable of the expression itself stands for.
    private record Variable(Trail trail, Optional<Size> size, Optional<Entries> entries) {}

    /// @param root of the value that the rule is for
    Sizes(CelAbstractSyntaxTree tree, SchemaSize root) {
        this.tree = tree;
        this.root = root;
    }

    CelType type(CelExpr node) {
        return tree.getType(node.id()).orElse(SimpleType.DYN);
    }

    Operand operand(CelExpr node) {
        Trail trail = trail(node);
        boolean made = !trail.isEmpty() && isAccumulator(trail.variable());
        return new Operand(node, type(node), made ? Trail.NONE : trail, size(node), root);
    }

    private static boolean isAccumulator(String name) {
        return name.equals("__result__") || name.equals("@result");
    }

    Trail trail(CelExpr node) {
        return variable(node)
                .map(Variable::trail)
                .orElseGet(() -> trails.getOrDefault(node.id(), Trail.NONE));
    }

    private Optional<Variable> variable(CelExpr node) {
        return node.getKind() == CelExpr.ExprKind.Kind.IDENT
                ? variable(node.ident().name())
                : Optional.empty();
    }

    private Optional<Variable> variable(String name) {
        return Optional.ofNullable(variables.get(name)).map(Deque::peek);
    }

    void noteIdentifier(CelExpr node) {
        String name = node.ident().name();
        trails.put(node.id(), variable(name).map(Variable::trail).orElseGet(() -> Trail.of(name)));
    }

    void noteTrail(CelExpr node, Trail trail) {
        trails.put(node.id(), trail);
    }

    void noteSize(CelExpr node, Optional<Size> size) {
        size.ifPresent(known -> sizes.put(node.id(), known));
    }

    void noteEntries(CelExpr node, Optional<Entries> known) {
        known.ifPresent(each -> entries.put(node.id(), each));
    }

    /// Says that a node's value is that of another one.
    void copy(CelExpr to, CelExpr from) {
        noteSize(to, size(from));
        noteEntries(to, entries(from));
    }

    Size sizeOrUnknown(CelExpr node) {
        return size(node).orElse(Size.UNKNOWN);
    }

    Optional<Size> size(CelExpr node) {
        Size known = sizes.get(node.id());
        if (known != null) {
            return Optional.of(known);
        }
        Optional<Size> written = written(node);
        if (written.isPresent()) {
            return written;
        }
        Optional<Size> found = trail(node).in(root);
        noteSize(node, found);
        return found.or(() -> isScalar(type(node)) ? Optional.of(Size.ONE) : Optional.empty())
                .or(() -> variable(node).flatMap(Variable::size));
    }

    Optional<Entries> entries(CelExpr node) {
        return Optional.ofNullable(entries.get(node.id()))
                .or(() -> variable(node).flatMap(Variable::entries));
    }

    private static Optional<Size> written(CelExpr node) {
        return switch (node.getKind()) {
            case CONSTANT -> Optional.of(Size.exactly(length(node.constant())));
            case LIST -> Optional.of(Size.exactly(node.list().elements().size()));
            case MAP -> Optional.of(Size.exactly(node.map().entries().size()));
            default -> Optional.empty();
        };
    }

    private static long length(CelConstant constant) {
        return switch (constant.getKind()) {
            case STRING_VALUE ->
                    constant.stringValue().codePointCount(0, constant.stringValue().length());
            case BYTES_VALUE -> constant.bytesValue().size();
            default -> 1;
        };
    }

    private static boolean isScalar(CelType type) {
        return switch (type.kind()) {
            case BOOL, DOUBLE, DURATION, INT, TIMESTAMP, UINT -> true;
            case OPAQUE ->
                    type.name().equals("optional_type") && isScalar(type.parameters().getFirst());
            default -> false;
        };
    }

    /// Begins a variable that stands for a node's value.
    void begin(String name, CelExpr value) {
        push(name, new Variable(trail(value), size(value), entries(value)));
    }

    /// Begins a variable that stands for each item of a list, or key of a map.
    void beginItems(String name, CelExpr range) {
        if (isList(range)) {
            beginValues(name, range);
        } else {
            beginKeys(name, range);
        }
    }

    /// Begins a variable that stands for each index of a list, or key of a map.
    void beginKeys(String name, CelExpr range) {
        Trail trail = trail(range).then(isList(range) ? "@indices" : "@keys");
        push(name, new Variable(trail, entries(range).map(Entries::keys), Optional.empty()));
    }

    /// Begins a variable that stands for each item of a list, or value of a map.
    void beginValues(String name, CelExpr range) {
        Trail trail = trail(range).then(isList(range) ? "@items" : "@values");
        push(name, new Variable(trail, entries(range).map(Entries::values), Optional.empty()));
    }

    private boolean isList(CelExpr range) {
        return entries(range)
                .map(Entries::list)
                .orElseGet(() -> type(range).kind() == CelKind.LIST);
    }

    private void push(String name, Variable variable) {
        variables.computeIfAbsent(name, any -> new ArrayDeque<>()).push(variable);
    }

    /// Ends the variable of that name that was begun last.
    void end(String name) {
        variables.getOrDefault(name, new ArrayDeque<>()).pop();
    }
}

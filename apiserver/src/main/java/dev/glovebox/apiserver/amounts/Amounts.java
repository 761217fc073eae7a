package dev.glovebox.apiserver.amounts;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// How much of each resource, by the resource's name. Immutable. Source: core's ResourceList.
public final class Amounts {
    /// Nothing of anything.
    public static final Amounts NONE = new Amounts(new TreeMap<>());

    private final NavigableMap<String, Quantity> byName;

    private Amounts(NavigableMap<String, Quantity> byName) {
        this.byName = Collections.unmodifiableNavigableMap(byName);
    }

    /// A copy.
    public static Amounts of(Map<String, Quantity> amounts) {
        return new Amounts(new TreeMap<>(amounts));
    }

    /// What a tree of names and texts says; nothing where it is absent.
    public static Amounts read(JsonNode tree) {
        NavigableMap<String, Quantity> found = new TreeMap<>();
        tree.properties()
                .forEach(
                        each -> found.put(each.getKey(), Quantity.parse(each.getValue().asText())));
        return new Amounts(found);
    }

    /// The tree that [#read] reads.
    public ObjectNode tree() {
        ObjectNode tree = JsonNodeFactory.instance.objectNode();
        byName.forEach((name, amount) -> tree.put(name, amount.toString()));
        return tree;
    }

    /// By name, sorted; unmodifiable.
    public NavigableMap<String, Quantity> byName() {
        return byName;
    }

    /// How much of that resource; empty where nothing is said of it, which is not zero.
    public Optional<Quantity> get(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /// Whether nothing is said of any resource.
    public boolean isEmpty() {
        return byName.isEmpty();
    }

    /// Both together.
    public Amounts plus(Amounts more) {
        return merged(more, Quantity::plus);
    }

    /// Of each resource the larger amount.
    public Amounts larger(Amounts other) {
        return merged(other, (one, two) -> two.compareTo(one) > 0 ? two : one);
    }

    /// These, with the other ones in their place where there are such.
    public Amounts overlaid(Amounts other) {
        return merged(other, (one, two) -> two);
    }

    /// What is more here than there, and zero of what is not.
    public Amounts excessOver(Amounts before) {
        NavigableMap<String, Quantity> excess = new TreeMap<>();
        byName.forEach((name, amount) -> {
            Quantity more = before.get(name).map(amount::minus).orElse(amount);
            excess.put(name, more.sign() > 0 ? more : Quantity.ZERO);
        });
        return new Amounts(excess);
    }

    /// Those of the resources whose names are wanted.
    public Amounts only(Predicate<String> wanted) {
        return filtered(each -> wanted.test(each.getKey()));
    }

    /// Those that are not zero.
    public Amounts withoutZeros() {
        return filtered(each -> each.getValue().sign() != 0);
    }

    /// Those of which there is more here than `most` allows; what it does not name, it allows.
    public Amounts above(Amounts most) {
        return filtered(each ->
                most.get(each.getKey())
                        .filter(allowed -> each.getValue().compareTo(allowed) > 0)
                        .isPresent());
    }

    /// Whether both are the same, however they are written.
    public boolean sameAs(Amounts other) {
        return byName.keySet().equals(other.byName.keySet())
                && filtered(each ->
                                other.get(each.getKey()).filter(each.getValue()::sameAs).isEmpty())
                        .isEmpty();
    }

    /// `cpu=1,pods=2`, as messages show it.
    public String text() {
        return byName.entrySet().stream()
                .map(each -> each.getKey() + "=" + each.getValue())
                .collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return text();
    }

    private Amounts filtered(Predicate<Map.Entry<String, Quantity>> wanted) {
        NavigableMap<String, Quantity> some = new TreeMap<>();
        byName.entrySet().stream()
                .filter(wanted)
                .forEach(each -> some.put(each.getKey(), each.getValue()));
        return new Amounts(some);
    }

    private Amounts merged(Amounts more, BinaryOperator<Quantity> together) {
        NavigableMap<String, Quantity> all = new TreeMap<>(byName);
        more.byName.forEach((name, amount) -> all.merge(name, amount, together));
        return new Amounts(all);
    }
}

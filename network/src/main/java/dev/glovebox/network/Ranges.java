package dev.glovebox.network;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The ranges of addresses of one network, at most one a family. The order counts, as in
/// Kubernetes' `--cluster-cidr`: where there is room for one address alone, it is of the first.
///
/// @param first of everybody
/// @param second of everybody too, of the other family; empty where there is one family alone
public record Ranges(Cidr first, Optional<Cidr> second) {
    /// Refuses two ranges of one family.
    public Ranges {
        second.filter(each -> each.family() == first.family())
                .ifPresent(each -> {
                    throw new IllegalArgumentException(
                            "two ranges of one family: " + first + "," + each);
                });
    }

    /// One family alone.
    public static Ranges of(Cidr only) {
        return new Ranges(only, Optional.empty());
    }

    /// Reads `RANGE` or `RANGE,RANGE`.
    ///
    /// @throws IllegalArgumentException for anything else
    public static Ranges parse(String text) {
        List<Cidr> all = Stream.of(text.split(",", -1)).map(Cidr::new).toList();
        if (all.size() > 2) {
            throw new IllegalArgumentException("more than two ranges: " + text);
        }
        return new Ranges(all.getFirst(), all.stream().skip(1).findFirst());
    }

    /// One or two, in their order.
    public List<Cidr> all() {
        return Stream.concat(Stream.of(first), second.stream()).toList();
    }

    /// The families of which everybody has an address, in their order.
    public List<Family> families() {
        return all().stream().map(Cidr::family).toList();
    }

    /// Whether everybody has an address of a family.
    public boolean has(Family family) {
        return families().contains(family);
    }

    /// The range of a family; empty where nobody has an address of it.
    public Optional<Cidr> range(Family family) {
        return all().stream().filter(each -> each.family() == family).findFirst();
    }

    /// Addresses of one who has several, those of the first family first; otherwise as they are.
    public List<String> ordered(List<String> addresses) {
        return addresses.stream()
                .sorted(Comparator.comparing(each -> Family.of(each) != first.family()))
                .toList();
    }

    /// Whether an address is in one of them.
    public boolean contains(String address) {
        return all().stream().anyMatch(each -> each.contains(address));
    }

    /// As [#parse] reads it.
    public String text() {
        return all().stream().map(Cidr::text).collect(Collectors.joining(","));
    }

    @Override
    public String toString() {
        return text();
    }
}

package dev.glovebox.network;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The ranges of addresses of one network, one a family, IPv4 first.
///
/// @param ipv4 of everybody
/// @param ipv6 of everybody too; empty where there is IPv4 alone
public record Ranges(Cidr ipv4, Optional<Cidr> ipv6) {
    /// Refuses ranges of other families.
    public Ranges {
        if (ipv4.family() != Family.IPV4
                || ipv6.filter(each -> each.family() != Family.IPV6).isPresent()) {
            throw new IllegalArgumentException(
                    "not one range of IPv4 addresses and then one of IPv6: " + ipv4 + "," + ipv6);
        }
    }

    /// IPv4 alone.
    public static Ranges of(Cidr ipv4) {
        return new Ranges(ipv4, Optional.empty());
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

    /// One or two.
    public List<Cidr> all() {
        return Stream.concat(Stream.of(ipv4), ipv6.stream()).toList();
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

package dev.glovebox.network;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Connections that are let through.
///
/// @param everybody whether the other end may be anywhere; `addresses` and `block` mean nothing
///   then
/// @param addresses of the other end, of any family
/// @param block a range that the other end may be in, for example `10.0.0.0/8` or `fd00::/8`; empty
///   for none
/// @param except ranges in `block` that it may not be in
/// @param ports to which they may be; empty for any port of any protocol
public record Allowance(
        boolean everybody,
        List<String> addresses,
        String block,
        List<String> except,
        List<Ports> ports) {
    /// Refuses anything that is not a plain address or range: these words go into nft's language.
    public Allowance {
        addresses = List.copyOf(addresses);
        ports = List.copyOf(ports);
        addresses.forEach(Family::check);
        if (!block.isEmpty()) {
            block = new Cidr(block).text();
        }
        except = except.stream().map(each -> new Cidr(each).text()).toList();
    }

    /// From or to anywhere.
    public static Allowance everybody(List<Ports> ports) {
        return new Allowance(true, List.of(), "", List.of(), ports);
    }

    /// From or to these pods.
    public static Allowance pods(List<String> addresses, List<Ports> ports) {
        return new Allowance(false, addresses, "", List.of(), ports);
    }

    /// From or to a range of addresses, in any spelling: `010.0.0.0/8` is `10.0.0.0/8`, as it is to
    /// Kubernetes and not to everybody.
    ///
    /// @throws IllegalArgumentException for what is no range of IPv4 or IPv6 addresses
    public static Allowance block(String block, List<String> except, List<Ports> ports) {
        return new Allowance(
                false,
                List.of(),
                spelled(block),
                except.stream().map(Allowance::spelled).toList(),
                ports);
    }

    private static String spelled(String block) {
        int slash = block.indexOf('/');
        return Family.spelled(block.substring(0, Math.max(slash, 0)))
                .map(address -> address + block.substring(slash))
                .orElseThrow(
                        () -> new IllegalArgumentException("not a range of addresses: " + block));
    }

    /// Whether it lets a connection with this other end through.
    boolean allows(String address, HostPort.Protocol protocol, int port) {
        boolean peer =
                everybody
                        || addresses.contains(address)
                        || (!block.isEmpty()
                                && isIn(block, address)
                                && except.stream().noneMatch(each -> isIn(each, address)));
        return peer
                && (ports.isEmpty()
                        || ports.stream().anyMatch(each -> each.contains(protocol, port)));
    }

    private static boolean isIn(String block, String address) {
        return new Cidr(block).contains(address);
    }

    /// The conditions of nft rules, any of which lets a packet through.
    ///
    /// @param end `saddr` or `daddr`, where the other end's address is
    List<String> conditions(String end) {
        List<String> peers = new ArrayList<>();
        if (everybody) {
            peers.add("");
        } else {
            for (Family family : Family.values()) {
                TreeSet<String> of = new TreeSet<>(addresses);
                of.removeIf(each -> Family.of(each) != family);
                if (!of.isEmpty()) {
                    peers.add(
                            "%s %s { %s } ".formatted(family.header(), end, String.join(", ", of)));
                }
            }
            if (!block.isEmpty()) {
                peers.add(in(end));
            }
        }
        List<String> conditions = new ArrayList<>();
        for (String peer : peers) {
            if (ports.isEmpty()) {
                conditions.add(peer);
            }
            ports.forEach(port -> conditions.add(peer + port.condition() + " "));
        }
        return conditions;
    }

    private String in(String end) {
        String address = Family.of(block).header() + " " + end;
        return address
                + " "
                + block
                + " "
                + except.stream()
                        .map(each -> address + " != " + each + " ")
                        .collect(Collectors.joining());
    }

    /// Ports of one protocol.
    ///
    /// @param protocol of them
    /// @param first 0 for all ports
    /// @param last not less than `first`
    public record Ports(HostPort.Protocol protocol, int first, int last) {
        /// Refuses what is not a range of ports.
        public Ports {
            if (first < 0 || last < first || last > 65535 || (first == 0 && last != 0)) {
                throw new IllegalArgumentException("not ports: " + first + "-" + last);
            }
        }

        private boolean contains(HostPort.Protocol other, int port) {
            return protocol == other && (first == 0 || (first <= port && port <= last));
        }

        private String condition() {
            String word = protocol.word();
            if (first == 0) {
                return "meta l4proto " + word;
            }
            return word + " dport " + (first == last ? "" + first : first + "-" + last);
        }
    }
}

package dev.glovebox.network;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Compiles the pods of a node into nft's language. Pure. The text replaces our two tables in one
/// transaction, so that no packet ever meets a half of it.
///
/// A pod is known by the host's end of its link and not by its address: what comes in over a link
/// comes from that pod, whatever it writes into its packets. An `arp` table stands beside the
/// `inet` one because a pod without a network must not even learn that a neighbour is there. No pod
/// sends from an address that is not its own, since policies know the other pods by theirs, and
/// nobody else from a pod's.
public final class FirewallRules {
    /// What is not the public internet. Sources: IANA's IPv4 special-purpose address registry, RFC
    /// 5771 (multicast), RFC 1112 (class E and broadcast).
    static final List<String> NOT_PUBLIC =
            List.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4");

    /// What of IPv6 may be the public internet, the only global unicast addresses that IANA has
    /// given out, and what of them is not. Source: IANA's IPv6 special-purpose address registry.
    static final String PUBLIC6 = "2000::/3";

    static final List<String> NOT_PUBLIC6 =
            List.of("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private final String table;
    private final Ranges pods;
    private final OptionalInt api;

    /// Rules in a table of this name, for pods of these ranges, none of which may talk to an API.
    /// Nodes of one machine have tables of their own and one range: each binds its own pods, and a
    /// packet from one node's pod to another's meets the rules of both.
    ///
    /// @param table also the name of the CNI network, for example `glovebox-1a2b3c4d`
    public FirewallRules(String table, Ranges pods) {
        this(table, pods, OptionalInt.empty());
    }

    /// @param api the port of TCP at which this machine's API listens, to which no other pod comes
    ///   than those that may talk to it, at whatever address; empty where the API is elsewhere
    public FirewallRules(String table, Ranges pods, OptionalInt api) {
        if (!table.matches("[a-z][a-z0-9.-]{0,126}")) {
            throw new IllegalArgumentException("not a name for a table: " + table);
        }
        if (api.isPresent() && (api.getAsInt() < 1 || api.getAsInt() > 65535)) {
            throw new IllegalArgumentException("not a port: " + api.getAsInt());
        }
        this.table = table;
        this.pods = pods;
        this.api = api;
    }

    /// The ranges of the pods' addresses.
    Ranges pods() {
        return pods;
    }

    /// Refuses addresses that are of no range of pods: neither Services nor the world would know
    /// them.
    void requirePods(List<String> addresses) {
        for (String address : addresses) {
            if (!pods.contains(address)) {
                throw new NetworkException(
                        "the pod's address %s is not of --pod-cidr %s; start with the range that the pods' network has"
                                .formatted(address, pods));
            }
        }
    }

    /// A script for `nft -f -` after which exactly these pods have rules.
    public String replaceWith(Collection<PodLink> links) {
        return replaceWith(links, Map.of());
    }

    /// The same with what policies say.
    ///
    /// @param policies by uid; a pod that is not named is open
    public String replaceWith(Collection<PodLink> links, Map<String, PodRules> policies) {
        return remove() + inet(links, policies) + arp(links);
    }

    /// A script for `nft -f -` that takes both tables away, whether or not they are there.
    public String remove() {
        return """
        add table inet %1$s
        delete table inet %1$s
        add table arp %1$s
        delete table arp %1$s
        """
                .formatted(table);
    }

    /// A script that adds one more pod to the tables that [#replaceWith] made: as a whole, or not
    /// at all where they are not there or know its link or one of its addresses. Empty for a pod to
    /// which ports of the host lead: its rules have a place among those of others.
    Optional<String> add(PodLink link, PodRules said) {
        if (!link.hostPorts().isEmpty()) {
            return Optional.empty();
        }
        StringBuilder script = new StringBuilder(PolicyChains.added(table, link, said));
        String name = quoted(link);
        added(script, "inet", "pods", name);
        switch (link.reach()) {
            case NONE -> {
                added(script, "inet", "silent", name);
                added(script, "arp", "silent", name);
            }
            case INTERNET -> added(script, "inet", "internet", name);
            case CLUSTER -> {}
        }
        for (Family family : Family.values()) {
            String suffix = family == Family.IPV4 ? "" : "6";
            for (String address : link.addresses(family)) {
                added(script, "inet", "addresses" + suffix, name + " . " + address);
                added(script, "inet", "itself" + suffix, address + " . " + address);
            }
        }
        if (said.api()) {
            added(script, "inet", "api-clients", name);
        }
        return Optional.of(script.toString());
    }

    private void added(StringBuilder script, String family, String set, String element) {
        script.append("create element %s %s %s { %s }\n".formatted(family, table, set, element));
    }

    private String inet(Collection<PodLink> links, Map<String, PodRules> policies) {
        return """
        table inet %s {
        %s%s    chain input {
                type filter hook input priority -10; policy accept;
                iifname @silent drop
        %s        iifname @pods icmpv6 type { nd-router-advert, nd-redirect } drop
                iifname @pods iifname . ip saddr != @addresses drop
                iifname @pods ip6 saddr != { ::, fe80::/10 } iifname . ip6 saddr != @addresses6 drop
                iifname @pods ip6 hoplimit 255 icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
                iifname @internet ct state established,related accept
                iifname @internet drop
        %s        iifname vmap @egress
            }
            chain output {
                type filter hook output priority -10; policy accept;
                oifname @silent drop
            }
            chain forward {
                type filter hook forward priority -10; policy accept;
                iifname @silent drop
                oifname @silent drop
        %s        iifname @pods iifname . ip saddr != @addresses drop
                iifname @pods iifname . ip6 saddr != @addresses6 drop
                iifname @internet jump internet-only
                ip saddr . ip daddr @itself accept
                ip6 saddr . ip6 daddr @itself6 accept
                iifname vmap @egress
                oifname vmap @ingress
            }
            chain internet-only {
                ct state established,related return
                ip daddr @not-public drop
                ip6 daddr != %s drop
                ip6 daddr @not-public6 drop
                fib daddr type != unicast drop
            }
            chain prerouting {
                type nat hook prerouting priority dstnat; policy accept;
        %s    }
            chain local-out {
                type nat hook output priority -100; policy accept;
        %s    }
            chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
        %s    }
        }
        """
                .formatted(
                        table,
                        sets(links) + apiClients(links, policies),
                        PolicyChains.of(links, policies),
                        fromElsewhere(),
                        api.isPresent() ? guarded(api.getAsInt()) : "",
                        fromElsewhere(),
                        PUBLIC6,
                        dnat(links),
                        dnat(links),
                        masquerade());
    }

    private String sets(Collection<PodLink> links) {
        return set("silent", "type ifname", "", names(links, Reach.NONE))
                + set("internet", "type ifname", "", names(links, Reach.INTERNET))
                + set("pods", "type ifname", "", elements(links, _ -> true))
                + set("addresses", "type ifname . ipv4_addr", "", addresses(links, Family.IPV4))
                + set("addresses6", "type ifname . ipv6_addr", "", addresses(links, Family.IPV6))
                + set("itself", "type ipv4_addr . ipv4_addr", "", itself(links, Family.IPV4))
                + set("itself6", "type ipv6_addr . ipv6_addr", "", itself(links, Family.IPV6))
                + notPublic("not-public", Family.IPV4, NOT_PUBLIC)
                + notPublic("not-public6", Family.IPV6, NOT_PUBLIC6);
    }

    private String notPublic(String name, Family family, List<String> ranges) {
        return set(
                name,
                "type " + family.type(),
                "flags interval; auto-merge;",
                Stream.concat(
                                ranges.stream(),
                                pods.all().stream()
                                        .filter(each -> each.family() == family)
                                        .map(Cidr::text))
                        .collect(Collectors.joining(", ")));
    }

    /// Nobody else sends from a pod's address: not from where this machine would look for that pod.
    private String fromElsewhere() {
        return pods.all().stream()
                .map(range ->
                        "        iifname != @pods iifname != \"lo\" %s saddr %s fib saddr . iif oif missing drop\n"
                                .formatted(range.family().header(), range))
                .collect(Collectors.joining());
    }

    /// What pods send to others than pods comes from the host.
    private String masquerade() {
        return pods.all().stream()
                .map(range ->
                        "        %1$s saddr %2$s %1$s daddr != %2$s masquerade\n"
                                .formatted(range.family().header(), range))
                .collect(Collectors.joining());
    }

    private static String guarded(int port) {
        return ("        iifname @pods iifname != @api-clients tcp dport %d"
                        + " reject with icmpx port-unreachable\n")
                .formatted(port);
    }

    private static String apiClients(Collection<PodLink> links, Map<String, PodRules> policies) {
        return set(
                "api-clients",
                "type ifname",
                "",
                elements(links, link -> policies.getOrDefault(link.uid(), PodRules.OPEN).api()));
    }

    private static String itself(Collection<PodLink> links, Family family) {
        return links.stream()
                .flatMap(link -> link.addresses(family).stream())
                .map(address -> address + " . " + address)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String set(String name, String type, String flags, String elements) {
        String content = elements.isEmpty() ? "" : " elements = { " + elements + " };";
        return "    set " + name + " { " + type + "; " + flags + content + " }\n";
    }

    private static String names(Collection<PodLink> links, Reach reach) {
        return elements(links, link -> link.reach() == reach);
    }

    private static String elements(Collection<PodLink> links, Predicate<PodLink> which) {
        return links.stream()
                .filter(which)
                .map(FirewallRules::quoted)
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String addresses(Collection<PodLink> links, Family family) {
        return links.stream()
                .flatMap(link ->
                        link.addresses(family).stream().map(each -> quoted(link) + " . " + each))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String quoted(PodLink link) {
        return "\"" + link.link() + "\"";
    }

    private static String dnat(Collection<PodLink> links) {
        StringBuilder rules = new StringBuilder();
        for (PodLink link : links) {
            for (String address : link.addresses()) {
                link.hostPorts().forEach(port -> rules.append(dnat(port, address)));
            }
        }
        return rules.toString();
    }

    private static String dnat(HostPort port, String address) {
        Family family = Family.of(address);
        return port.destination(family)
                .map(where ->
                        "        %s %s dport %d dnat %s to %s:%d\n"
                                .formatted(
                                        where,
                                        port.protocol().word(),
                                        port.hostPort(),
                                        family.header(),
                                        family == Family.IPV4 ? address : "[" + address + "]",
                                        port.podPort()))
                .orElse("");
    }

    private String arp(Collection<PodLink> links) {
        return """
        table arp %s {
        %s    chain input {
                type filter hook input priority 0; policy accept;
                iifname @silent drop
            }
            chain output {
                type filter hook output priority 0; policy accept;
                oifname @silent drop
            }
        }
        """
                .formatted(table, set("silent", "type ifname", "", names(links, Reach.NONE)));
    }
}

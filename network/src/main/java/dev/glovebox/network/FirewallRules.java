package dev.glovebox.network;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Compiles the pods of a node into nft's language. Pure. The text replaces our two tables in one
/// transaction, so that no packet ever meets a half of it.
///
/// A pod is known by the host's end of its link and not by its address: what comes in over a link
/// comes from that pod, whatever it writes into its packets. An `arp` table stands beside the
/// `inet` one because a pod without a network must not even learn that a neighbour is there. No pod
/// sends from an address that is not its own, since policies know the other pods by theirs.
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

    private final String table;
    private final Cidr pods;
    private final OptionalInt api;

    /// Rules in a table of this name, for pods of this range, none of which may talk to an API.
    /// Nodes of one machine have tables of their own and one range: each binds its own pods, and a
    /// packet from one node's pod to another's meets the rules of both.
    ///
    /// @param table also the name of the CNI network, for example `glovebox-1a2b3c4d`
    public FirewallRules(String table, Cidr pods) {
        this(table, pods, OptionalInt.empty());
    }

    /// @param api the port of TCP at which this machine's API listens, to which no other pod comes
    ///   than those that may talk to it, at whatever address; empty where the API is elsewhere
    public FirewallRules(String table, Cidr pods, OptionalInt api) {
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

    private String inet(Collection<PodLink> links, Map<String, PodRules> policies) {
        return """
        table inet %s {
        %s%s    chain input {
                type filter hook input priority -10; policy accept;
                iifname @silent drop
                iifname @internet ct state established,related accept
                iifname @internet drop
                iifname @pods iifname . ip saddr != @addresses drop
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
                iifname @pods iifname . ip saddr != @addresses drop
                iifname @internet jump internet-only
                ip saddr . ip daddr @itself accept
                iifname vmap @egress
                oifname vmap @ingress
            }
            chain internet-only {
                ct state established,related return
                meta nfproto != ipv4 drop
                ip daddr @not-public drop
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
                ip saddr %s ip daddr != %s masquerade
            }
        }
        """
                .formatted(
                        table,
                        sets(links) + apiClients(links, policies),
                        PolicyChains.of(links, policies),
                        api.isPresent() ? guarded(api.getAsInt()) : "",
                        dnat(links),
                        dnat(links),
                        pods,
                        pods);
    }

    private String sets(Collection<PodLink> links) {
        return set("silent", "type ifname", "", names(links, Reach.NONE))
                + set("internet", "type ifname", "", names(links, Reach.INTERNET))
                + set("pods", "type ifname", "", elements(links, _ -> true, false))
                + set("addresses", "type ifname . ipv4_addr", "", elements(links, _ -> true, true))
                + set("itself", "type ipv4_addr . ipv4_addr", "", itself(links))
                + set(
                        "not-public",
                        "type ipv4_addr",
                        "flags interval; auto-merge;",
                        String.join(", ", NOT_PUBLIC) + ", " + pods);
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
                elements(
                        links,
                        link -> policies.getOrDefault(link.uid(), PodRules.OPEN).api(),
                        false));
    }

    private static String itself(Collection<PodLink> links) {
        return links.stream()
                .map(link -> link.address() + " . " + link.address())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String set(String name, String type, String flags, String elements) {
        String content = elements.isEmpty() ? "" : " elements = { " + elements + " };";
        return "    set " + name + " { " + type + "; " + flags + content + " }\n";
    }

    private static String names(Collection<PodLink> links, Reach reach) {
        return elements(links, link -> link.reach() == reach, false);
    }

    private static String elements(
            Collection<PodLink> links, Predicate<PodLink> which, boolean withAddress) {
        return links.stream()
                .filter(which)
                .map(link ->
                        "\"" + link.link() + "\"" + (withAddress ? " . " + link.address() : ""))
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String dnat(Collection<PodLink> links) {
        StringBuilder rules = new StringBuilder();
        for (PodLink link : links) {
            for (HostPort port : link.hostPorts()) {
                String where =
                        port.hostAddress().isEmpty()
                                ? "ip daddr != 127.0.0.0/8 fib daddr type local"
                                : "ip daddr " + port.hostAddress();
                rules.append(
                        "        %s %s dport %d dnat ip to %s:%d\n"
                                .formatted(
                                        where,
                                        port.protocol().word(),
                                        port.hostPort(),
                                        link.address(),
                                        port.podPort()));
            }
        }
        return rules.toString();
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

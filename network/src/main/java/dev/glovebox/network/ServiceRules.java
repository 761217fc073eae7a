package dev.glovebox.network;

import static java.util.stream.Collectors.joining;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;

/// Compiles Services into nft's language: a table of their own beside the pods' ([FirewallRules]),
/// replaced as a whole. Pure.
///
/// What is sent to a Service gets the address of a backend before anything is filtered, so that the
/// pods' firewall and their policies see where a packet really goes: a Service opens no way that
/// was not there. Senders keep their addresses, but for a pod that comes back to itself.
///
/// Other engines may serve the same range of addresses to their pods: the rules are for senders of
/// our pods' range, and for the machine itself.
public final class ServiceRules {
    /// Clients are spread over so many parts, each of which has one backend.
    private static final int PARTS = 256;

    private static final String VERDICT = " : verdict";
    private static final String REJECT = "reject with icmpx port-unreachable";
    private static final String LEADS = "{ip} daddr . meta l4proto . th dport vmap @services{}";
    private static final String NODE_PORTS =
            "{ip} daddr != {loopback} fib daddr type local meta l4proto . th dport vmap @node-ports{}";
    private static final String REFUSED_NODE_PORTS =
            "ct state new {ip} daddr != {loopback} meta l4proto . th dport @refused-node-ports{} ";

    private final String table;
    private final Ranges pods;
    private final Ranges services;
    private final String door;

    /// @param table a name that no other table has, for example `glovebox-1a2b3c4d-services`
    /// @param pods ranges of the pods' addresses
    /// @param services ranges of the Services' addresses, of families that pods have: what nobody
    ///   has there is refused to pods
    /// @param door an address of the machine, of a family that pods have, that is for pods and the
    ///   machine itself, at which something of ours listens
    public ServiceRules(String table, Ranges pods, Ranges services, String door) {
        if (!table.matches("[a-z][a-z0-9-]{0,62}")) {
            throw new IllegalArgumentException("not a name for a table: " + table);
        }
        if (!services.families().stream().allMatch(pods::has)) {
            throw new IllegalArgumentException(
                    "Services of a family that pods have not: " + services + ", " + pods);
        }
        Family.check(door);
        if (!pods.has(Family.of(door))) {
            throw new IllegalArgumentException("pods do not reach " + door + ": " + pods);
        }
        this.table = table;
        this.pods = pods;
        this.services = services;
        this.door = door;
    }

    /// The table's name, with its family.
    public String table() {
        return "inet " + table;
    }

    /// A script for `nft -f -` after which exactly these Services lead somewhere.
    public String replaceWith(ServiceTable services) {
        return remove() + text(services.ports());
    }

    /// A script that takes the table away, whether or not it is there.
    public String remove() {
        return "add table inet %1$s\ndelete table inet %1$s\n".formatted(table);
    }

    private String text(List<ServiceTable.Port> ports) {
        return """
        table inet %s {
        %s%s    chain prerouting {
                type nat hook prerouting priority dstnat; policy accept;
        %s    }
            chain local-nat {
                type nat hook output priority -100; policy accept;
        %s    }
            chain postrouting {
                type nat hook postrouting priority srcnat; policy accept;
        %s    }
            chain forward {
                type filter hook forward priority -5; policy accept;
        %s    }
            chain input {
                type filter hook input priority -5; policy accept;
                iifname != "lo" %s saddr != %s %s daddr %s drop
        %s    }
            chain output {
                type filter hook output priority -5; policy accept;
        %s    }
        }
        """
                .formatted(
                        table,
                        each(words -> sets(words, of(words.family(), ports))),
                        chains(ports),
                        each(words ->
                                words.in("{ip} saddr {pods} " + LEADS) + words.in(NODE_PORTS)),
                        each(words -> words.in(LEADS) + words.in(NODE_PORTS)),
                        each(words -> words.in("{ip} saddr . {ip} daddr @itself{} masquerade")),
                        each(words ->
                                words.in("{ip} saddr {pods} {ip} daddr {services} " + REJECT)),
                        Family.of(door).header(),
                        ownPods(Family.of(door)),
                        Family.of(door).header(),
                        door,
                        each(words -> words.in(REFUSED_NODE_PORTS + REJECT)),
                        each(words ->
                                words.in(
                                        "{ip} daddr . meta l4proto . th dport @refused{} "
                                                + REJECT)));
    }

    /// What is said of each family that Services have addresses of.
    private String each(Function<Words, String> said) {
        return services.all().stream().map(range -> said.apply(words(range))).collect(joining());
    }

    private Words words(Cidr services) {
        return new Words(ownPods(services.family()), services);
    }

    /// A rule with its family's words put in: `{ip}`, the ranges, the loopback, and `{}` at the end
    /// of the names of sets.
    private record Words(Cidr pods, Cidr services) {
        Family family() {
            return services.family();
        }

        /// What the names of a family's sets end in.
        String end() {
            return family() == Family.IPV4 ? "" : "6";
        }

        String in(String rule) {
            return "        "
                    + rule.replace("{ip}", family().header())
                            .replace("{pods}", pods.text())
                            .replace("{services}", services.text())
                            .replace("{loopback}", family() == Family.IPV4 ? "127.0.0.0/8" : "::1")
                            .replace("{}", end())
                    + "\n";
        }
    }

    private static List<ServiceTable.Port> of(Family family, List<ServiceTable.Port> ports) {
        return ports.stream().filter(port -> port.family() == family).toList();
    }

    private static String sets(Words words, List<ServiceTable.Port> ports) {
        Predicate<ServiceTable.Port> served = port -> !port.choices().isEmpty();
        String address = words.family().type() + " . inet_proto . inet_service";
        String node = "inet_proto . inet_service";
        String end = words.end();
        return elements("map services" + end, address + VERDICT, ports, served, ServiceRules::goes)
                + elements("set refused" + end, address, ports, served.negate(), ServiceRules::at)
                + elements(
                        "map node-ports" + end,
                        node + VERDICT,
                        ports,
                        served.and(port -> port.nodePort() > 0),
                        port -> node(port) + " : goto " + port.name())
                + elements(
                        "set refused-node-ports" + end,
                        node,
                        ports,
                        served.negate().and(port -> port.nodePort() > 0),
                        ServiceRules::node)
                + itself(words, ports);
    }

    private static String elements(
            String what,
            String type,
            List<ServiceTable.Port> ports,
            Predicate<ServiceTable.Port> which,
            Function<ServiceTable.Port, String> written) {
        return set(what, type, ports.stream().filter(which).map(written).collect(joining(", ")));
    }

    private static String set(String what, String type, String elements) {
        String content = elements.isEmpty() ? "" : " elements = { " + elements + " };";
        return "    %s { type %s;%s }\n".formatted(what, type, content);
    }

    private static String at(ServiceTable.Port port) {
        return "%s . %s . %d".formatted(port.address(), port.protocol().word(), port.port());
    }

    private static String goes(ServiceTable.Port port) {
        return at(port) + " : goto " + port.name();
    }

    private static String node(ServiceTable.Port port) {
        return "%s . %d".formatted(port.protocol().word(), port.nodePort());
    }

    private static String itself(Words words, List<ServiceTable.Port> ports) {
        TreeSet<String> addresses = new TreeSet<>();
        ports.forEach(port ->
                port.choices()
                        .forEach(choice ->
                                choice.backends().forEach(each -> addresses.add(each.address()))));
        return set(
                "set itself" + words.end(),
                words.family().type() + " . " + words.family().type(),
                addresses.stream().map(each -> each + " . " + each).collect(joining(", ")));
    }

    private Cidr ownPods(Family family) {
        return pods.range(family).orElseThrow();
    }

    private String chains(List<ServiceTable.Port> ports) {
        StringBuilder text = new StringBuilder();
        for (ServiceTable.Port port : ports) {
            if (!port.choices().isEmpty()) {
                text.append("    chain ").append(port.name()).append(" {\n");
                port.choices().forEach(choice -> text.append(rule(port, choice)));
                text.append("    }\n");
            }
        }
        return text.toString();
    }

    private String rule(ServiceTable.Port port, ServiceTable.Choice choice) {
        String header = port.family().header();
        String who =
                switch (choice.who()) {
                    case EVERYBODY -> "";
                    case NO_POD -> header + " saddr != " + ownPods(port.family()) + " ";
                    case LISTED ->
                            header
                                    + " saddr { "
                                    + String.join(", ", new TreeSet<>(choice.clients()))
                                    + " } ";
                };
        return "        meta l4proto %s %sdnat %s to %s\n"
                .formatted(port.protocol().word(), who, header, target(port, choice.backends()));
    }

    private static String target(ServiceTable.Port port, List<ServiceTable.Backend> backends) {
        List<ServiceTable.Backend> sorted =
                backends.stream()
                        .distinct()
                        .sorted(
                                Comparator.comparing(ServiceTable.Backend::address)
                                        .thenComparingInt(ServiceTable.Backend::port))
                        .toList();
        if (sorted.size() == 1) {
            String address = sorted.getFirst().address();
            return (port.family() == Family.IPV4 ? address : "[" + address + "]")
                    + ":"
                    + sorted.getFirst().port();
        }
        return switch (port.spread()) {
            case ANY -> "numgen random mod " + sorted.size() + " " + map(sorted);
            case BY_CLIENT ->
                    "jhash %s saddr mod %d seed 0x610e8b0c %s"
                            .formatted(port.family().header(), PARTS, map(parts(sorted)));
        };
    }

    /// The backend of each part: the one whose hash with the part's number is the highest, so that
    /// a backend that goes takes its own clients with it and nobody else's, and one that comes
    /// takes its share.
    private static List<ServiceTable.Backend> parts(List<ServiceTable.Backend> backends) {
        List<ServiceTable.Backend> parts = new ArrayList<>();
        for (int part = 0; part < PARTS; part++) {
            int number = part;
            parts.add(
                    backends.stream()
                            .max(Comparator.comparingLong(each -> hash(each, number)))
                            .orElseThrow());
        }
        return parts;
    }

    /// Spread over all bits by the finalizer of SplitMix64 (Steele, Lea, Flood 2014). Of the
    /// numbers alone, so that it is the same after an upgrade, and no two backends share one.
    private static long hash(ServiceTable.Backend backend, int part) {
        BigInteger address = Cidr.number(backend.address());
        long key = address.longValue() << Short.SIZE | backend.port();
        long z = (key * 0x9E3779B97F4A7C15L) ^ (part + 1L) * 0xD1B54A32D192ED03L;
        if (Family.of(backend.address()) == Family.IPV6) {
            z = mixed(z ^ address.shiftRight(Long.SIZE - Short.SIZE).longValue());
        }
        return mixed(z);
    }

    private static long mixed(long from) {
        long z = from;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    private static String map(List<ServiceTable.Backend> backends) {
        List<String> elements = new ArrayList<>();
        int from = 0;
        for (int at = 1; at <= backends.size(); at++) {
            if (at == backends.size() || !backends.get(at).equals(backends.get(from))) {
                ServiceTable.Backend backend = backends.get(from);
                elements.add(
                        "%s : %s . %d"
                                .formatted(
                                        at - from == 1 ? "" + from : from + "-" + (at - 1),
                                        backend.address(),
                                        backend.port()));
                from = at;
            }
        }
        return "map { " + String.join(", ", elements) + " }";
    }
}

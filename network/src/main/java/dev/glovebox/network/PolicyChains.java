package dev.glovebox.network;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Chains of the pods that policies isolate, and the maps by which packets come to them: one chain
/// for what a pod sends, one for what it is sent. What a chain lets through returns, as the other
/// pod's policies may have a say. Answers always come through.
final class PolicyChains {
    private static final String EGRESS = "egress";
    private static final String INGRESS = "ingress";

    private PolicyChains() {}

    static String of(Collection<PodLink> links, Map<String, PodRules> policies) {
        StringBuilder text = new StringBuilder();
        StringBuilder egress = new StringBuilder();
        StringBuilder ingress = new StringBuilder();
        for (PodLink link : links) {
            PodRules rules = policies.getOrDefault(link.uid(), PodRules.OPEN);
            if (rules.egress().isolated()) {
                text.append(chain(EGRESS, link, "daddr", rules.egress().allowed()));
                egress.append(element(EGRESS, link));
            }
            if (rules.ingress().isolated()) {
                text.append(chain(INGRESS, link, "saddr", rules.ingress().allowed()));
                ingress.append(element(INGRESS, link));
            }
        }
        return text + map(EGRESS, egress) + map(INGRESS, ingress);
    }

    /// Commands that add the chains of one more pod to a table that has the maps.
    static String added(String table, PodLink link, PodRules rules) {
        return added(table, EGRESS, link, "daddr", rules.egress())
                + added(table, INGRESS, link, "saddr", rules.ingress());
    }

    private static String added(
            String table, String direction, PodLink link, String end, PodRules.Direction rules) {
        if (!rules.isolated()) {
            return "";
        }
        String chain = "inet " + table + " " + name(direction, link);
        return Stream.of(
                        Stream.of("create chain " + chain),
                        Stream.of("add rule " + chain + " ct state established,related return"),
                        conditions(end, rules.allowed())
                                .map(condition -> "add rule " + chain + " " + condition + "return"),
                        Stream.of("add rule " + chain + " drop"),
                        Stream.of(
                                "create element inet %s %s { \"%s\" : jump %s }"
                                        .formatted(
                                                table,
                                                direction,
                                                link.link(),
                                                name(direction, link))))
                .flatMap(lines -> lines)
                .map(line -> line + "\n")
                .collect(Collectors.joining());
    }

    private static Stream<String> conditions(String end, List<Allowance> allowed) {
        return allowed.stream().flatMap(each -> each.conditions(end).stream()).distinct();
    }

    private static String chain(
            String direction, PodLink link, String end, List<Allowance> allowed) {
        String rules =
                conditions(end, allowed)
                        .map(condition -> "        " + condition + "return\n")
                        .collect(Collectors.joining());
        return """
            chain %s {
                ct state established,related return
        %s        drop
            }
        """
                .formatted(name(direction, link), rules);
    }

    private static String element(String direction, PodLink link) {
        return "\"%s\" : jump %s, ".formatted(link.link(), name(direction, link));
    }

    private static String name(String direction, PodLink link) {
        return direction + "-" + link.link();
    }

    private static String map(String name, CharSequence elements) {
        String content = elements.isEmpty() ? "" : " elements = { " + elements + "};";
        return "    map " + name + " { type ifname : verdict;" + content + " }\n";
    }
}

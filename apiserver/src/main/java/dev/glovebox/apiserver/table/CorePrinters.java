package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.model.Authority;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// Rows of configuration, services and what limits pods.
final class CorePrinters {
    private CorePrinters() {}

    static Map<String, Printer> byResource() {
        return Map.ofEntries(
                Map.entry(
                        "configmaps",
                        (object, row) ->
                                row.name(object)
                                        .number(
                                                object.path("data").size()
                                                        + object.path("binaryData").size())
                                        .age(object)),
                Map.entry(
                        "secrets",
                        (object, row) ->
                                row.name(object)
                                        .text(object.path("type").asText())
                                        .number(object.path("data").size())
                                        .age(object)),
                Map.entry(
                        "serviceaccounts",
                        (object, row) ->
                                row.name(object).number(object.path("secrets").size()).age(object)),
                Map.entry("services", CorePrinters::service),
                Map.entry(
                        "endpoints",
                        (object, row) -> row.name(object).text(addresses(object)).age(object)),
                Map.entry("endpointslices.discovery.k8s.io", CorePrinters::slice),
                Map.entry("resourcequotas", CorePrinters::quota),
                Map.entry(
                        "leases.coordination.k8s.io",
                        (object, row) ->
                                row.name(object)
                                        .text(object.path("spec").path("holderIdentity").asText())
                                        .age(object)),
                Map.entry(
                        "networkpolicies.networking.k8s.io",
                        (object, row) ->
                                row.name(object)
                                        .text(
                                                SelectorText.ofSelector(
                                                        object.path("spec").path("podSelector")))
                                        .age(object)),
                Map.entry("poddisruptionbudgets.policy", CorePrinters::budget),
                Map.entry(
                        "priorityclasses.scheduling.k8s.io",
                        (object, row) ->
                                row.name(object)
                                        .number(object.path("value").asLong())
                                        .truth(object.path("globalDefault"))
                                        .age(object)
                                        .text(object.path("preemptionPolicy").asText())));
    }

    private static void service(JsonNode service, Row row) {
        JsonNode spec = service.path("spec");
        row.name(service)
                .text(spec.path("type").asText())
                .text(spec.path("clusterIP").asText(), Row.NONE)
                .text(external(service))
                .text(
                        String.join(
                                ",", Lists.of(spec.path("ports")).map(CorePrinters::port).toList()),
                        Row.NONE)
                .age(service)
                .text(SelectorText.ofLabels(spec.path("selector")));
    }

    private static String external(JsonNode service) {
        JsonNode spec = service.path("spec");
        String addresses = Lists.joined(spec.path("externalIPs"));
        return switch (spec.path("type").asText()) {
            case "ClusterIP", "NodePort" -> addresses.isEmpty() ? Row.NONE : addresses;
            case "LoadBalancer" -> {
                String balancers =
                        String.join(
                                ",",
                                Lists.of(service.at("/status/loadBalancer/ingress"))
                                        .map(CorePrinters::ingress)
                                        .toList());
                String all =
                        String.join(
                                ",",
                                Stream.of(balancers, addresses)
                                        .filter(each -> !each.isEmpty())
                                        .toList());
                yield all.isEmpty() ? "<pending>" : all;
            }
            case "ExternalName" -> spec.path("externalName").asText();
            default -> "<unknown>";
        };
    }

    private static String ingress(JsonNode ingress) {
        String ip = ingress.path("ip").asText();
        return ip.isEmpty() ? ingress.path("hostname").asText() : ip;
    }

    private static String port(JsonNode port) {
        String node = port.has("nodePort") ? ":" + port.path("nodePort").asText() : "";
        return port.path("port").asText() + node + "/" + port.path("protocol").asText();
    }

    private static String addresses(JsonNode endpoints) {
        List<String> all =
                Lists.of(endpoints.path("subsets"))
                        .flatMap(subset ->
                                Lists.of(subset.path("addresses"))
                                        .flatMap(address -> sockets(subset, address)))
                        .toList();
        return Lists.few(all, Row.NONE);
    }

    private static Stream<String> sockets(JsonNode subset, JsonNode address) {
        String ip = address.path("ip").asText();
        if (subset.path("ports").isEmpty()) {
            return Stream.of(ip);
        }
        String host = Authority.host(ip);
        return Lists.of(subset.path("ports")).map(port -> host + ":" + port.path("port").asText());
    }

    private static void slice(JsonNode slice, Row row) {
        List<String> ports =
                Lists.of(slice.path("ports"))
                        .map(port ->
                                port.has("port")
                                        ? port.path("port").asText()
                                        : port.path("name").asText("*"))
                        .toList();
        List<String> addresses =
                Lists.of(slice.path("endpoints"))
                        .flatMap(endpoint -> Lists.of(endpoint.path("addresses")))
                        .map(JsonNode::asText)
                        .toList();
        row.name(slice)
                .text(slice.path("addressType").asText())
                .text(Lists.few(ports, Row.UNSET))
                .text(Lists.few(addresses, Row.UNSET))
                .age(slice);
    }

    private static void quota(JsonNode quota, Row row) {
        JsonNode status = quota.path("status");
        TreeMap<String, String> requests = new TreeMap<>();
        TreeMap<String, String> limits = new TreeMap<>();
        for (var hard : status.path("hard").properties()) {
            String name = hard.getKey();
            String text =
                    "%s: %s/%s"
                            .formatted(
                                    name,
                                    status.path("used").path(name).asText("0"),
                                    hard.getValue().asText());
            (name.startsWith("limits") ? limits : requests).put(name, text);
        }
        row.name(quota)
                .text(String.join(", ", requests.values()))
                .text(String.join(", ", limits.values()))
                .age(quota);
    }

    private static void budget(JsonNode budget, Row row) {
        row.name(budget)
                .text(budget.path("spec").path("minAvailable").asText(), "N/A")
                .text(budget.path("spec").path("maxUnavailable").asText(), "N/A")
                .number(budget.path("status").path("disruptionsAllowed").asLong())
                .age(budget);
    }
}

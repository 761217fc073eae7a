package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.stream.Collectors;

/// Rows of who may do what, and of who is asked before.
final class AccessPrinters {
    private AccessPrinters() {}

    static Map<String, Printer> byResource() {
        Printer webhooks =
                (object, row) ->
                        row.name(object).number(object.path("webhooks").size()).age(object);
        return Map.of(
                "rolebindings.rbac.authorization.k8s.io",
                AccessPrinters::binding,
                "clusterrolebindings.rbac.authorization.k8s.io",
                AccessPrinters::binding,
                "mutatingwebhookconfigurations.admissionregistration.k8s.io",
                webhooks,
                "validatingwebhookconfigurations.admissionregistration.k8s.io",
                webhooks);
    }

    private static void binding(JsonNode binding, Row row) {
        JsonNode role = binding.path("roleRef");
        row.name(binding)
                .text(role.path("kind").asText() + "/" + role.path("name").asText())
                .age(binding)
                .text(subjects(binding, "User"))
                .text(subjects(binding, "Group"))
                .text(subjects(binding, "ServiceAccount"));
    }

    private static String subjects(JsonNode binding, String kind) {
        return Lists.of(binding.path("subjects"))
                .filter(each -> each.path("kind").asText().equals(kind))
                .map(each ->
                        kind.equals("ServiceAccount")
                                ? each.path("namespace").asText() + "/" + each.path("name").asText()
                                : each.path("name").asText())
                .collect(Collectors.joining(", "));
    }
}

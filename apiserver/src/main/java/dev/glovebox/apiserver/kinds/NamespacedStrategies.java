package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.rules.ConfigRules;
import dev.glovebox.apiserver.rules.LimitRangeRules;
import dev.glovebox.apiserver.rules.QuotaRules;
import dev.glovebox.apiserver.rules.SliceRules;

/// What no schema says about configuration, accounts and bounds of a namespace, and about slices of
/// endpoints.
final class NamespacedStrategies {
    static final Strategy CONFIG_MAP =
            RuledStrategy.of(ConfigRules::configMap).changes(ConfigRules::configMapUpdate);

    static final Strategy SERVICE_ACCOUNT =
            RuledStrategy.of((account, errors) -> {}).answeringWithObject();

    static final Strategy QUOTA =
            RuledStrategy.of(QuotaRules::check)
                    .changes(QuotaRules::checkUpdate)
                    .statusRules(QuotaRules::checkStatus)
                    .answeringWithObject();

    static final Strategy LIMIT_RANGE =
            RuledStrategy.of(LimitRangeRules::check).defaults(NamespacedStrategies::limitRange);

    static final Strategy SLICE =
            RuledStrategy.of(SliceRules::check)
                    .newRules(SliceRules::checkEndpoints)
                    .changes(SliceRules::checkUpdate)
                    .defaults(NamespacedStrategies::slice)
                    .counting(1, "endpoints", "ports", "addressType", "metadata.labels");

    private NamespacedStrategies() {}

    /// What a container may have at most it has if nobody says otherwise, and asks for that, or for
    /// the least.
    private static void limitRange(ObjectNode range) {
        for (ObjectNode limit : Trees.objects(range.path("spec").path("limits"))) {
            if (!limit.path("type").asText().equals("Container")) {
                continue;
            }
            ObjectNode ceiling = Trees.object(limit, "default");
            ObjectNode request = Trees.object(limit, "defaultRequest");
            copyAbsent(limit, "max", ceiling);
            copyAbsent(limit, "default", request);
            copyAbsent(limit, "min", request);
            for (String field : new String[] {"default", "defaultRequest"}) {
                if (limit.path(field).isEmpty()) {
                    limit.remove(field);
                }
            }
        }
    }

    private static void copyAbsent(ObjectNode limit, String field, ObjectNode to) {
        for (var amount : limit.path(field).properties()) {
            if (!to.has(amount.getKey())) {
                to.set(amount.getKey(), amount.getValue().deepCopy());
            }
        }
    }

    private static void slice(ObjectNode slice) {
        for (ObjectNode port : Trees.objects(slice.path("ports"))) {
            Trees.orText(port, "name", "");
            Trees.orText(port, "protocol", "TCP");
        }
        // Version 1 of the API has other fields for this.
        Trees.objects(slice.path("endpoints"))
                .forEach(endpoint -> endpoint.remove("deprecatedTopology"));
    }
}

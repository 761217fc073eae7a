package dev.glovebox.apiserver.amounts;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.ArrayList;
import java.util.List;

/// The quality of service that a pod's resources amount to.
public final class QosClass {
    private static final List<String> COUNTED = List.of("cpu", "memory");

    private QosClass() {}

    /// `Guaranteed`, `Burstable` or `BestEffort`: what the pod says as a whole alone, where it says
    /// anything, even nothing.
    public static String of(JsonNode spec) {
        boolean any = false;
        boolean guaranteed = true;
        for (JsonNode resources : judged(spec)) {
            for (String name : COUNTED) {
                boolean requested = positive(resources.path("requests").path(name));
                boolean limited = positive(resources.path("limits").path(name));
                any |= requested || limited;
                guaranteed &= limited && (!requested || same(resources, name));
            }
        }
        if (!any) {
            return "BestEffort";
        }
        return guaranteed ? "Guaranteed" : "Burstable";
    }

    private static List<JsonNode> judged(JsonNode spec) {
        if (spec.path("resources").isObject()) {
            return List.of(spec.path("resources"));
        }
        List<JsonNode> all = new ArrayList<>();
        for (String list : List.of("containers", "initContainers")) {
            spec.path(list).forEach(container -> all.add(container.path("resources")));
        }
        return all;
    }

    private static boolean positive(JsonNode amount) {
        return amount.isTextual() && Quantity.parse(amount.asText()).sign() > 0;
    }

    private static boolean same(JsonNode resources, String name) {
        return Quantity.parse(resources.path("requests").path(name).asText())
                .sameAs(Quantity.parse(resources.path("limits").path(name).asText()));
    }
}

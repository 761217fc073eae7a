package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.MetricsKinds;
import dev.glovebox.apiserver.metrics.Measurements;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.util.List;
import java.util.Optional;

/// Answers reads of what is measured at the moment of asking.
final class MeasuredReads {
    private final Measurements measurements;

    MeasuredReads(Measurements measurements) {
        this.measurements = measurements;
    }

    /// Whether objects of that kind are measured instead of stored.
    boolean serve(Kind kind) {
        return kind.group().equals(MetricsKinds.GROUP);
    }

    /// An object or a list. Nobody watches measurements.
    byte[] answer(Route route, String verb, Parameters parameters, Rendering rendering) {
        return switch (verb) {
            case "get" -> rendering.bytes(rendering.object(get(route)));
            case "list" -> {
                ListOptions options = ListOptions.of(parameters, route.kind(), false);
                yield rendering.bytes(
                        rendering.list(
                                JsonNodeFactory.instance.objectNode(),
                                route.apiVersion(),
                                list(route, options)));
            }
            default -> throw Refusals.methodNotAllowed();
        };
    }

    private ObjectNode get(Route route) {
        Optional<ObjectNode> found =
                ofPods(route)
                        ? measurements.pod(route.namespace(), route.name())
                        : measurements.node(route.name());
        return found.orElseThrow(() -> notFound(route));
    }

    private List<ObjectNode> list(Route route, ListOptions options) {
        List<ObjectNode> all =
                ofPods(route) ? measurements.pods(route.namespace()) : measurements.nodes();
        return options.selector()
                .map(selector -> all.stream().filter(selector::matches).toList())
                .orElse(all);
    }

    private static boolean ofPods(Route route) {
        return route.kind().names().plural().equals("pods");
    }

    /// In metrics-server's words, which names the pod with its namespace.
    private static ApiException notFound(Route route) {
        String name = ofPods(route) ? route.namespace() + "/" + route.name() : route.name();
        String resource = ofPods(route) ? "podmetrics" : "nodemetrics";
        return new ApiException(
                StatusReason.NOT_FOUND,
                "%s.%s \"%s\" not found".formatted(resource, MetricsKinds.GROUP, name),
                new ApiException.Details(name, MetricsKinds.GROUP, resource, List.of(), 0));
    }
}

package dev.glovebox.apiserver.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.glovebox.apiserver.schema.Quantity;
import java.util.List;
import java.util.function.Function;

/// What nodes and pods use: measured, never stored. Source: `k8s.io/metrics`, v1beta1; columns:
/// metrics-server's.
public final class MetricsKinds {
    /// The group of both.
    public static final String GROUP = "metrics.k8s.io";

    static final List<Declaration> ALL =
            List.of(declaration("nodes", "NodeMetrics"), declaration("pods", "PodMetrics"));

    private MetricsKinds() {}

    private static Declaration declaration(String plural, String kind) {
        return new Declaration(
                GROUP,
                List.of("v1beta1"),
                plural,
                "io.k8s.metrics.pkg.apis.metrics.v1beta1." + kind,
                new Measured());
    }

    private record Measured() implements Strategy {
        @Override
        public boolean stored() {
            return false;
        }

        @Override
        public List<PrinterColumn> columns() {
            return List.of(
                    column("cpu", "quantity", object -> sum(object, "cpu")),
                    column("memory", "quantity", object -> sum(object, "memory")),
                    column("Window", "duration", object -> object.path("window").asText()));
        }

        private static String sum(JsonNode object, String resource) {
            if (object.has("usage")) {
                return object.path("usage").path(resource).asText();
            }
            Quantity sum = Quantity.ZERO;
            for (JsonNode container : object.path("containers")) {
                sum = sum.plus(Quantity.parse(container.path("usage").path(resource).asText()));
            }
            return sum.toString();
        }

        private static PrinterColumn column(
                String name, String format, Function<JsonNode, String> text) {
            return new PrinterColumn(
                    name, "string", format, "", 0, text.andThen(TextNode::valueOf));
        }
    }
}

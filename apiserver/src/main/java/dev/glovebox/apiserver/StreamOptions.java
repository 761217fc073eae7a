package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;

/// What a client wants of a connection to a pod, as the object that its parameters stand for:
/// `PodExecOptions`, `PodAttachOptions`, `PodPortForwardOptions`.
final class StreamOptions {
    private static final Map<String, String> KINDS =
            Map.of(
                    "exec", "PodExecOptions",
                    "attach", "PodAttachOptions",
                    "portforward", "PodPortForwardOptions");

    private StreamOptions() {}

    /// Whether a subresource of pods is such a connection.
    static boolean are(String subresource) {
        return KINDS.containsKey(subresource);
    }

    static ObjectNode of(String subresource, Parameters parameters) {
        ObjectNode options = JsonNodeFactory.instance.objectNode();
        options.put("kind", KINDS.get(subresource)).put("apiVersion", "v1");
        if (subresource.equals("portforward")) {
            ports(options, parameters);
            return options;
        }
        for (String stream : List.of("stdin", "stdout", "stderr", "tty")) {
            if (parameters.truth(stream)) {
                options.put(stream, true);
            }
        }
        if (parameters.has("container")) {
            options.put("container", parameters.text("container"));
        }
        List<String> command = parameters.query().getOrDefault("command", List.of());
        if (!command.isEmpty() && subresource.equals("exec")) {
            command.forEach(options.putArray("command")::add);
        }
        return options;
    }

    private static void ports(ObjectNode options, Parameters parameters) {
        ArrayNode ports = JsonNodeFactory.instance.arrayNode();
        for (String given : parameters.query().getOrDefault("ports", List.of())) {
            for (String port : given.split(",", -1)) {
                if (port.matches("[0-9]{1,5}")) {
                    ports.add(Integer.parseInt(port));
                }
            }
        }
        if (!ports.isEmpty()) {
            options.set("ports", ports);
        }
    }
}

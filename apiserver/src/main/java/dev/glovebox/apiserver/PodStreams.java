package dev.glovebox.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.rules.FieldErrors;
import dev.glovebox.apiserver.rules.Path;
import dev.glovebox.model.ApiException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Sends log, exec, attach and port-forward on to the pod's node, in the words of the kubelet's
/// API.
final class PodStreams {
    private static final List<String> LOG =
            List.of(
                    "follow",
                    "previous",
                    "sinceSeconds",
                    "sinceTime",
                    "timestamps",
                    "tailLines",
                    "limitBytes");
    private static final Map<String, String> STREAMS =
            Map.of("stdin", "input", "stdout", "output", "stderr", "error", "tty", "tty");

    private final Registry registry;
    private final Posts posts;

    PodStreams(Registry registry, Posts posts) {
        this.registry = registry;
        this.posts = posts;
    }

    Answer answer(Call call, Route route) {
        Parameters parameters = new Parameters(call.query());
        if (StreamOptions.are(route.subresource())) {
            posts.connect(
                    route,
                    StreamOptions.of(route.subresource(), parameters),
                    WriteContext.of(call));
        }
        JsonNode pod = registry.object(route.object());
        String node = pod.path("spec").path("nodeName").asText();
        if (route.subresource().equals("log")) {
            checkLog(parameters, route.name());
            String container = container(pod, route.name(), parameters);
            return node.isEmpty()
                    ? new Answer.Whole(204, "", new byte[0], List.of())
                    : new Answer.ToNode(node, logPath(route, container, parameters));
        }
        boolean forward = route.subresource().equals("portforward");
        String container = forward ? "" : container(pod, route.name(), parameters);
        if (node.isEmpty()) {
            throw Refusals.badRequest(
                    "pod %s does not have a host assigned".formatted(route.name()));
        }
        String place = encoded(route.namespace()) + "/" + encoded(route.name());
        return new Answer.ToNode(
                node,
                forward
                        ? "/portForward/" + place
                        : "/%s/%s/%s%s"
                                .formatted(
                                        route.subresource(),
                                        place,
                                        encoded(container),
                                        streams(parameters)));
    }

    private static String container(JsonNode pod, String name, Parameters parameters) {
        String asked = parameters.text("container");
        JsonNode spec = pod.path("spec");
        List<String> apps = names(spec.path("containers"));
        List<String> inits = names(spec.path("initContainers"));
        if (asked.isEmpty()) {
            if (apps.size() == 1) {
                return apps.getFirst();
            }
            String words =
                    "a container name must be specified for pod %s, choose one of: %s"
                            .formatted(name, apps.toString().replace(",", ""));
            throw Refusals.badRequest(
                    inits.isEmpty()
                            ? words
                            : words
                                    + " or one of the init containers: "
                                    + inits.toString().replace(",", ""));
        }
        boolean there =
                apps.contains(asked)
                        || inits.contains(asked)
                        || names(spec.path("ephemeralContainers")).contains(asked);
        if (!there) {
            throw Refusals.badRequest(
                    "container %s is not valid for pod %s".formatted(asked, name));
        }
        return asked;
    }

    private static List<String> names(JsonNode containers) {
        List<String> names = new ArrayList<>();
        containers.forEach(container -> names.add(container.path("name").asText()));
        return names;
    }

    private static void checkLog(Parameters parameters, String name) {
        FieldErrors errors = new FieldErrors();
        atLeast(parameters, "tailLines", 0, "must be greater than or equal to 0", errors);
        atLeast(parameters, "limitBytes", 1, "must be greater than 0", errors);
        atLeast(parameters, "sinceSeconds", 1, "must be greater than 0", errors);
        if (parameters.has("sinceSeconds") && parameters.has("sinceTime")) {
            errors.forbidden(
                    Path.ROOT, "at most one of `sinceTime` or `sinceSeconds` may be specified");
        }
        if (!errors.isEmpty()) {
            ApiException refusal = errors.refusal("", "PodLogOptions", name);
            throw refusal;
        }
    }

    private static void atLeast(
            Parameters parameters, String field, long least, String words, FieldErrors errors) {
        parameters
                .number(field)
                .ifPresent(value -> {
                    if (value < least) {
                        errors.invalid(
                                Path.of(field),
                                com.fasterxml.jackson.databind.node.LongNode.valueOf(value),
                                words);
                    }
                });
    }

    private static String logPath(Route route, String container, Parameters parameters) {
        String query =
                LOG.stream()
                        .filter(parameters::has)
                        .map(name -> name + "=" + encoded(parameters.text(name)))
                        .collect(Collectors.joining("&"));
        return "/containerLogs/%s/%s/%s"
                        .formatted(
                                encoded(route.namespace()),
                                encoded(route.name()),
                                encoded(container))
                + (query.isEmpty() ? "" : "?" + query);
    }

    private static String streams(Parameters parameters) {
        List<String> query = new ArrayList<>();
        for (String part : parameters.query().getOrDefault("command", List.of())) {
            query.add("command=" + encoded(part));
        }
        STREAMS.forEach((asked, kubelet) -> {
            if (parameters.truth(asked)) {
                query.add(kubelet + "=1");
            }
        });
        return query.isEmpty() ? "" : "?" + String.join("&", query);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}

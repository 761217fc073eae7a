package dev.glovebox.apiserver.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// A pod, or a template of one, while it is checked.
record CheckedPod(JsonNode metadata, JsonNode spec) {
    /// All its containers, those that come first in front.
    List<JsonNode> containers() {
        List<JsonNode> all = new ArrayList<>();
        for (String list : List.of("initContainers", "containers", "ephemeralContainers")) {
            spec.path(list).forEach(all::add);
        }
        return all;
    }

    /// Names of the containers of which something holds.
    List<String> named(Predicate<JsonNode> holds) {
        return containers().stream().filter(holds).map(each -> each.path("name").asText()).toList();
    }

    /// The pod's own security context.
    JsonNode context() {
        return spec.path("securityContext");
    }

    static JsonNode context(JsonNode container) {
        return container.path("securityContext");
    }

    boolean windows() {
        return spec.path("os").path("name").asText().equals("windows");
    }

    /// `containers "a", "b"`.
    static String containers(List<String> names) {
        return plural("container", "containers", names.size()) + " " + quoted(names);
    }

    /// `pod and container "a"`; empty where nobody set anything.
    static Optional<String> setters(boolean pod, List<String> names) {
        List<String> setters = new ArrayList<>();
        if (pod) {
            setters.add("pod");
        }
        if (!names.isEmpty()) {
            setters.add(containers(names));
        }
        return setters.isEmpty() ? Optional.empty() : Optional.of(String.join(" and ", setters));
    }

    static String quoted(Collection<String> texts) {
        return texts.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(", "));
    }

    static String plural(String one, String many, int count) {
        return count == 1 ? one : many;
    }
}

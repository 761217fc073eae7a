package dev.glovebox.node;

import dev.glovebox.model.Names;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The labels by which a node's agent describes its node, beside those of others, which stay. What
/// begins with `runtime.glovebox.dev/` is for the agent alone to say. Pure.
///
/// @param node its name
/// @param architecture Kubernetes' word: `amd64`
/// @param runtimes those that were seen to work, by the names of their RuntimeClasses; empty while
///   nobody has looked, so that the labels say what they said before
record NodeLabels(String node, String architecture, Optional<Set<String>> runtimes) {
    NodeLabels {
        runtimes = runtimes.map(Set::copyOf);
    }

    /// Those of a new node.
    Map<String, String> all() {
        return beside(Map.of());
    }

    /// Those of a node that has some.
    Map<String, String> beside(Map<String, String> present) {
        Map<String, String> labels = new HashMap<>(present);
        labels.put("kubernetes.io/hostname", node);
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", architecture);
        runtimes.ifPresent(ready -> {
            labels.keySet().removeIf(key -> key.startsWith(Names.RUNTIME_PREFIX));
            ready.forEach(each -> labels.put(Names.RUNTIME_PREFIX + each, Names.READY));
        });
        return labels;
    }
}

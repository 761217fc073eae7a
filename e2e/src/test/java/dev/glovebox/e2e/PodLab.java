package dev.glovebox.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.glovebox.testkit.Await;
import java.util.stream.StreamSupport;

/// One namespace's pods, as tests look at them and wait for them.
record PodLab(Kubectl kubectl, String namespace) {
    /// Makes the namespace, trusted, and what the manifests say in it.
    void make(String manifests) {
        kubectl.apply(Manifests.namespace(namespace, "trusted")).ok();
        kubectl.command("-n", namespace, "apply", "-f", "-").input(manifests).run().ok();
    }

    void remove() {
        kubectl.run("delete", "namespace", namespace, "--timeout=90s").ok();
    }

    /// kubectl in this namespace, which must succeed.
    Ran run(String... words) {
        return kubectl.command("-n", namespace).and(words).run().ok();
    }

    JsonNode pod(String name) {
        return kubectl.get("-n", namespace, "pod", name);
    }

    void awaitReady(String name) {
        kubectl.awaitReady(namespace, name);
    }

    /// Waits until a field of the pod has that value.
    void await(String name, String path, String value) {
        Await.until(() -> pod(name).at(path).asText().equals(value));
    }

    JsonNode condition(String name, String type) {
        return StreamSupport.stream(pod(name).at("/status/conditions").spliterator(), false)
                .filter(c -> c.at("/type").asText().equals(type))
                .findFirst()
                .orElse(MissingNode.getInstance());
    }

    void awaitCondition(String name, String type, String status) {
        Await.until(() -> condition(name, type).at("/status").asText().equals(status));
    }

    /// Waits for an event that says something; events are written a moment after what they tell of.
    void awaitEvent(String name, String message) {
        Await.until(() ->
                StreamSupport.stream(
                                kubectl.get(
                                                "-n",
                                                namespace,
                                                "events",
                                                "--field-selector=involvedObject.name=" + name)
                                        .at("/items")
                                        .spliterator(),
                                false)
                        .anyMatch(e -> e.at("/message").asText().contains(message)));
    }
}

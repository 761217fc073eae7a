package dev.glovebox.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One version of kubectl, speaking to one engine as its administrator.
record Kubectl(Path binary, Path kubeconfig) {
    /// kubectl 1.20.2, bookworm's.
    static Path old() {
        return new Debian("bookworm").unpacked("kubernetes-client").resolve("usr/bin/kubectl");
    }

    /// The newest that Debian has.
    static Path newest() {
        return new Debian("sid").unpacked("kubectl").resolve("usr/bin/kubectl");
    }

    Command command(String... words) {
        var line =
                new ArrayList<>(List.of(binary.toString(), "--kubeconfig", kubeconfig.toString()));
        line.addAll(List.of(words));
        return Command.of(line);
    }

    Ran run(String... words) {
        return command(words).run();
    }

    /// Applies a manifest in YAML.
    Ran apply(String manifest) {
        return command("apply", "-f", "-").input(manifest).run();
    }

    /// Reads one object, or a list.
    JsonNode get(String... words) {
        var all = new ArrayList<>(List.of("get", "-o", "json"));
        all.addAll(List.of(words));
        return json(command(all.toArray(String[]::new)).run().ok().out());
    }

    /// Waits until a pod is Ready; tells all about the pod where it does not become so.
    void awaitReady(String namespace, String pod) {
        var ran =
                run(
                        "-n",
                        namespace,
                        "wait",
                        "--for=condition=Ready",
                        "pod/" + pod,
                        "--timeout=60s");
        if (ran.exit() != 0) {
            throw new AssertionError(
                    ran
                            + "\n"
                            + run("-n", namespace, "get", "pod", pod, "-o", "yaml")
                            + "\n"
                            + run("-n", namespace, "get", "events"));
        }
    }

    /// What events tell of an object, as a table.
    String events(String namespace, String name) {
        return run("-n", namespace, "get", "events", "--field-selector=involvedObject.name=" + name)
                .ok()
                .out();
    }

    static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError("not JSON: " + text, e);
        }
    }
}

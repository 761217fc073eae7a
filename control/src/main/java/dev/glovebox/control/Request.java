package dev.glovebox.control;

import java.util.List;

/// What a command line asks of a running engine. One request a connection.
public sealed interface Request {
    /// The engine, its nodes, runtimes and pods.
    ///
    /// @param json as one JSON object on standard output, with at least `pid`; otherwise for people
    record Status(boolean json) implements Request {}

    /// Stop the engine and leave its pods running. The answer comes when it is about to end; its
    /// process goes after.
    record Down() implements Request {}

    /// Run a pod, stream its output and end with its exit code.
    record Run(RunSpec spec) implements Request {}

    /// Make what a kubelet joins with, and say where its kubeconfig lies.
    ///
    /// @param node the node's name
    record NodeKubeconfig(String node) implements Request {}

    /// Every object of the API as they are at one moment, as a file's bytes on standard output.
    record Backup() implements Request {}

    /// What isolates a pod, seen from the host.
    record Inspect(String namespace, String pod, boolean json) implements Request {}

    /// The nodes' runtimes with what was seen of each.
    ///
    /// @param json as an array of objects with at least `name`, `handler`, `version`, `lane`,
    ///   `state` and `reason`
    record Runtimes(boolean json) implements Request {}

    /// What happens at each limit under a runtime of the first node, seen now: this takes a while.
    ///
    /// @param runtime name or handler; empty: every one that works
    /// @param json as an array of objects with `handler`, `resource`, `scope`, `effect`, `seen`
    record RuntimeLimits(String runtime, boolean json) implements Request {}

    /// Run a program under gVisor, and under runc too where that was agreed to, and say how they
    /// compare; ends with the exit code of the verdict.
    record Check(CheckSpec spec) implements Request {}

    /// What runtimes take for each pod beside its containers, measured now, which takes a while,
    /// and written into their RuntimeClasses.
    ///
    /// @param runtime name or handler; empty: every one that works
    /// @param sandboxes how many are measured of each
    /// @param json as an array of objects with `handler`, `podFixed`, `figures`, `method`, `class`
    record RuntimeMeasure(String runtime, int sandboxes, boolean json) implements Request {}

    /// The node's images.
    ///
    /// @param json as an array of `{names, id, size}`
    record ImageList(boolean json) implements Request {}

    /// Take in a docker-save or OCI archive; its bytes come as standard input.
    record ImageLoad() implements Request {}

    /// Pull an image from its registry.
    record ImagePull(String name) implements Request {}

    /// Remove an image from the node.
    record ImageRemove(String name) implements Request {}

    /// Reads what [#words] wrote.
    ///
    /// @throws ControlException for a request of another version of Glovebox
    static Request of(List<String> words) {
        var fields = new Fields(words);
        return switch (fields.kind()) {
            case "status" -> new Status(fields.flag("json"));
            case "down" -> new Down();
            case "run" -> new Run(RunSpec.of(fields));
            case "node-kubeconfig" -> new NodeKubeconfig(fields.one("node"));
            case "backup" -> new Backup();
            case "inspect" ->
                    new Inspect(fields.one("namespace"), fields.one("pod"), fields.flag("json"));
            case "runtimes" -> new Runtimes(fields.flag("json"));
            case "runtime-limits" -> new RuntimeLimits(fields.one("runtime"), fields.flag("json"));
            case "check" -> new Check(CheckSpec.of(fields));
            case "runtime-measure" ->
                    new RuntimeMeasure(
                            fields.one("runtime"),
                            Integer.parseInt(fields.one("sandboxes")),
                            fields.flag("json"));
            case "image-list" -> new ImageList(fields.flag("json"));
            case "image-load" -> new ImageLoad();
            case "image-pull" -> new ImagePull(fields.one("name"));
            case "image-remove" -> new ImageRemove(fields.one("name"));
            default ->
                    throw new ControlException(
                            "unknown request \""
                                    + fields.kind()
                                    + "\"; is the engine of another version? restart it");
        };
    }

    /// The request as words: its kind, then `field=value` each.
    default List<String> words() {
        return switch (this) {
            case Status(var json) -> List.of("status", "json=" + json);
            case Down() -> List.of("down");
            case Run(var spec) -> spec.words();
            case NodeKubeconfig(var node) -> List.of("node-kubeconfig", "node=" + node);
            case Backup() -> List.of("backup");
            case Inspect(var namespace, var pod, var json) ->
                    List.of("inspect", "namespace=" + namespace, "pod=" + pod, "json=" + json);
            case Runtimes(var json) -> List.of("runtimes", "json=" + json);
            case RuntimeLimits(var runtime, var json) ->
                    List.of("runtime-limits", "runtime=" + runtime, "json=" + json);
            case Check(var spec) -> spec.words();
            case RuntimeMeasure(var runtime, var sandboxes, var json) ->
                    List.of(
                            "runtime-measure",
                            "runtime=" + runtime,
                            "sandboxes=" + sandboxes,
                            "json=" + json);
            case ImageList(var json) -> List.of("image-list", "json=" + json);
            case ImageLoad() -> List.of("image-load");
            case ImagePull(var name) -> List.of("image-pull", "name=" + name);
            case ImageRemove(var name) -> List.of("image-remove", "name=" + name);
        };
    }
}

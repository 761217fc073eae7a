package dev.glovebox.engine;

import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.node.HandlerReadiness;
import dev.glovebox.node.NodeStreams;
import dev.glovebox.runtimes.SandboxInspector;
import dev.glovebox.runtimes.SandboxRunner;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/// What requests of the command line about one node are carried out with.
///
/// @param busybox name of the built-in image
/// @param sandboxes starts sandboxes for ourselves
/// @param unbound pods that run without rules, by uid, and whether policies say something of them
record Parts(
        String nodeName,
        Cri cri,
        ImageStore images,
        NodeStreams streams,
        SandboxInspector inspector,
        ProvenHandlers handlers,
        String busybox,
        SandboxRunner sandboxes,
        Supplier<Map<String, Boolean>> unbound) {
    /// The names of nodes.
    static List<String> names(List<Parts> nodes) {
        return nodes.stream().map(Parts::nodeName).toList();
    }

    /// Why none of these nodes has a handler, in one line; empty where one has it.
    static Optional<String> notReady(List<Parts> nodes, String handler) {
        List<String> reasons = new ArrayList<>();
        for (Parts node : nodes) {
            switch (node.handlers().of(handler)) {
                case HandlerReadiness.State.Ready() -> {
                    return Optional.empty();
                }
                case HandlerReadiness.State.NotReady(String why) -> reasons.add(why);
            }
        }
        return Optional.of(Troubles.line(String.join("; ", reasons.stream().distinct().toList())));
    }

    /// The node of a name among these.
    static Optional<Parts> called(String name, List<Parts> nodes) {
        return nodes.stream().filter(node -> node.nodeName().equals(name)).findFirst();
    }
}

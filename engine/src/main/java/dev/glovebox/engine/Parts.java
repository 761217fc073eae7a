package dev.glovebox.engine;

import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.node.NodeStreams;
import dev.glovebox.runtimes.SandboxInspector;
import java.util.List;
import java.util.Optional;

/// What requests of the command line about one node are carried out with.
///
/// @param busybox name of the built-in image
record Parts(
        String nodeName,
        Cri cri,
        ImageStore images,
        NodeStreams streams,
        SandboxInspector inspector,
        ProvenHandlers handlers,
        String busybox) {
    /// The node of a name among these.
    static Optional<Parts> called(String name, List<Parts> nodes) {
        return nodes.stream().filter(node -> node.nodeName().equals(name)).findFirst();
    }
}

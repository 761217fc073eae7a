package dev.glovebox.engine;

import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.node.NodeStreams;
import dev.glovebox.runtimes.SandboxInspector;

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
        String busybox) {}

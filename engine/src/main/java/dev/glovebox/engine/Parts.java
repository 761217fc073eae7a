package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.containerd.Cri;
import dev.glovebox.containerd.image.ImageStore;
import dev.glovebox.node.NodeStreams;
import dev.glovebox.runtimes.SandboxInspector;
import java.net.URI;

/// What requests of the command line are carried out with.
///
/// @param api where the Kubernetes API listens
/// @param cluster the API as the administrator sees it
/// @param busybox name of the built-in image
record Parts(
        String nodeName,
        URI api,
        Cluster cluster,
        Cri cri,
        ImageStore images,
        NodeStreams streams,
        SandboxInspector inspector,
        ProvenHandlers handlers,
        String busybox) {}

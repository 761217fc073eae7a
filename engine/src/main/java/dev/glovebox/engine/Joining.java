package dev.glovebox.engine;

import dev.glovebox.apiserver.pki.ClusterPki;
import java.net.URI;
import java.nio.file.Path;
import java.util.regex.Pattern;

/// Gives kubelets what they join with.
///
/// @param pki issues it
/// @param directory gets a directory for each node
/// @param server how a kubelet reaches the API
record Joining(ClusterPki pki, Path directory, URI server) {
    /// RFC 1123, as Kubernetes checks the names of nodes.
    private static final Pattern NODE =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");

    private static final int LONGEST = 253;

    /// Makes a kubelet's files anew.
    ///
    /// @return its kubeconfig
    /// @throws EngineException for what is no name of a node
    Path issue(String node) {
        if (node.length() > LONGEST || !NODE.matcher(node).matches()) {
            throw new EngineException(
                    "--node wants a DNS name in lower case, at most 253 characters, not \"%s\""
                            .formatted(Printable.of(node)));
        }
        return pki.writeNodeFiles(directory.resolve(node), node, server);
    }
}

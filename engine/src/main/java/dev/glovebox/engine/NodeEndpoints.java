package dev.glovebox.engine;

import dev.glovebox.apiserver.http.NodeDialer;
import dev.glovebox.apiserver.http.NodeEndpoint;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.NodeAddress;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// The way to every node: to the engine's own, and to kubelets that joined, where their objects say
/// that they listen.
///
/// @param own knows the node of this engine, if it has one
/// @param cluster has the nodes' objects
/// @param tls for kubelets
record NodeEndpoints(NodeDialer own, Cluster cluster, SSLContext tls) implements NodeDialer {
    @Override
    public Optional<NodeEndpoint> endpointOf(String node) {
        return own.endpointOf(node)
                .or(() ->
                        cluster.get(Resource.NODES, ObjectKey.of(node))
                                .flatMap(NodeEndpoints::address)
                                .map(address -> new NodeEndpoint.Remote(address, tls)));
    }

    /// The internal address of a node and the port of its kubelet; empty while it has told neither.
    /// No name is looked up.
    private static Optional<InetSocketAddress> address(Node node) {
        return Optional.ofNullable(node.getStatus())
                .filter(status -> status.getDaemonEndpoints() != null)
                .filter(status -> status.getDaemonEndpoints().getKubeletEndpoint() != null)
                .flatMap(status ->
                        status.getAddresses().stream()
                                .filter(each -> each.getType().equals("InternalIP"))
                                .map(NodeAddress::getAddress)
                                .findFirst()
                                .map(address ->
                                        new InetSocketAddress(
                                                InetAddress.ofLiteral(address),
                                                status.getDaemonEndpoints()
                                                        .getKubeletEndpoint()
                                                        .getPort())));
    }
}

package dev.glovebox.engine;

import dev.glovebox.http.ServerTls;
import dev.glovebox.node.spec.ClusterDns;
import io.fabric8.kubernetes.client.Config;
import java.net.InetSocketAddress;
import java.util.Optional;

/// What the agent of a node is told beside what every engine is.
///
/// @param api whose API, and who it is there
/// @param listen where others reach the kubelet's API of the node
/// @param tls what it serves with, and whose clients it believes
/// @param dns the cluster's name server; empty where pods ask the node's
record AgentSettings(
        Config api, InetSocketAddress listen, ServerTls tls, Optional<ClusterDns> dns) {}

package dev.glovebox.engine;

import dev.glovebox.cluster.http.Kubeconfig;
import dev.glovebox.http.ServerTls;
import dev.glovebox.node.spec.ClusterDns;
import java.net.InetSocketAddress;
import java.util.Optional;

/// What the agent of a node is told beside what every engine is.
///
/// @param api whose API, and who it is there
/// @param listen where others reach the kubelet's API of the node
/// @param tls what it serves with, and whose clients it believes
/// @param dns the cluster's name server; empty where pods ask the node's
record AgentSettings(
        Kubeconfig api, InetSocketAddress listen, ServerTls tls, Optional<ClusterDns> dns) {}

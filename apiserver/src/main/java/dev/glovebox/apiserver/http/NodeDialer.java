package dev.glovebox.apiserver.http;

import java.net.SocketAddress;
import java.util.Optional;

/// Knows where the kubelet API of a node listens.
@FunctionalInterface
public interface NodeDialer {
    /// A unix or TCP address of plain HTTP/1.1; empty for a node that nobody serves.
    Optional<SocketAddress> addressOf(String node);
}

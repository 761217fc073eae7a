package dev.glovebox.apiserver.http;

import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import javax.net.ssl.SSLContext;

/// Where the kubelet API of a node listens, and how it is known to be that node's.
public sealed interface NodeEndpoint {
    /// An agent of this machine, plain HTTP/1.1 behind a socket whose permissions protect it.
    record Local(UnixDomainSocketAddress address) implements NodeEndpoint {}

    /// A kubelet that joined, HTTPS. It shows a certificate of the cluster's authority for a server
    /// with the common name `system:node:NAME`, wherever it listens; anything else is not spoken
    /// to.
    ///
    /// @param address as the node's object says
    /// @param tls believes the cluster's authority alone, and shows the API server's own
    ///   certificate
    record Remote(InetSocketAddress address, SSLContext tls) implements NodeEndpoint {}
}

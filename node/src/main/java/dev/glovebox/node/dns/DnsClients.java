package dev.glovebox.node.dns;

import java.util.List;

/// Who may ask for names outside the cluster.
@FunctionalInterface
public interface DnsClients {
    /// Those of the machine's resolvers that a client may reach itself: it is told by them alone,
    /// so that no pod says by DNS what its policies do not let it say. Empty where it may reach
    /// none.
    ///
    /// @param address the client's
    /// @param resolvers addresses of the machine's resolvers
    List<String> resolvers(String address, List<String> resolvers);
}

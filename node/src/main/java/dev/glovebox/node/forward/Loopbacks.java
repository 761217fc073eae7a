package dev.glovebox.node.forward;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/// Sandboxes that have a network of their own inside, which the machine's namespaces do not show.
@FunctionalInterface
public interface Loopbacks {
    /// There are no such sandboxes.
    Loopbacks NONE = _ -> Optional.empty();

    /// The way into a sandbox; empty for one whose network is a namespace of the machine.
    ///
    /// @param sandbox the runtime's id
    Optional<Loopback> of(String sandbox);

    /// The loopback inside a sandbox.
    @FunctionalInterface
    interface Loopback {
        /// Connects to a port. Who ends his half of the connection ends all of it.
        ///
        /// @throws IOException when nobody listens there
        SocketChannel dial(int port) throws IOException;
    }
}

package dev.glovebox.node.probe;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/// What is done with a container to see how it is, or because its life reached a point. Ports and
/// addresses are resolved.
public sealed interface Action {
    /// A command in the container; 0 is well.
    record Exec(List<String> command) implements Action {
        /// Copies.
        public Exec {
            command = List.copyOf(command);
        }
    }

    /// A GET; 200 to 399 is well.
    record Http(URI uri, List<Header> headers) implements Action {
        /// Copies.
        public Http {
            headers = List.copyOf(headers);
        }
    }

    /// One header of a request.
    record Header(String name, String value) {}

    /// A connection that is taken is well.
    record Tcp(String host, int port) implements Action {}

    /// gRPC's health protocol; SERVING is well.
    ///
    /// @param service empty for the server as a whole
    record Grpc(String host, int port, String service) implements Action {}

    /// Nothing for that long, which is always well.
    record Sleep(Duration time) implements Action {}

    /// Nothing that could be done.
    ///
    /// @param cause what is wrong with it
    record Invalid(String cause) implements Action {}
}

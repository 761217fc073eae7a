package dev.glovebox.network;

import java.util.List;

/// Where connections to Services go on one machine.
///
/// @param ports of all Services, no address and port twice
public record ServiceTable(List<Port> ports) {
    /// No Services.
    public static final ServiceTable NONE = new ServiceTable(List.of());

    private static final int HIGHEST = 65535;

    /// Copies the list.
    public ServiceTable {
        ports = List.copyOf(ports);
    }

    /// One port of a Service.
    ///
    /// @param address the Service's cluster IP, IPv4
    /// @param protocol TCP or UDP
    /// @param port at that address
    /// @param nodePort port of every address of the machine but its loopback that leads there too;
    ///   0 for none
    /// @param spread how clients come to backends
    /// @param choices in their order: the first whose clients a client is one of is his; where
    ///   there is none for him, or none at all, he is refused
    public record Port(
            String address,
            HostPort.Protocol protocol,
            int port,
            int nodePort,
            Spread spread,
            List<Choice> choices) {
        /// Refuses what is not a plain address or port: these words go into nft's language.
        public Port {
            Ipv4.check(address);
            choices = choices.stream().filter(each -> !each.backends().isEmpty()).toList();
            if (port < 1 || port > HIGHEST || nodePort < 0 || nodePort > HIGHEST) {
                throw new IllegalArgumentException("not a port: " + port + ", " + nodePort);
            }
        }

        /// A name that no other port has.
        String name() {
            return "%s-%s-%d".formatted(protocol.word(), address, port);
        }
    }

    /// How connections are spread over backends.
    public enum Spread {
        /// At random.
        ANY,
        /// All of one client's to the same one, as long as it is there.
        BY_CLIENT
    }

    /// Backends of some clients.
    ///
    /// @param who the clients
    /// @param clients their addresses, where they are listed
    /// @param backends where they may come to
    public record Choice(Who who, List<String> clients, List<Backend> backends) {
        /// Refuses what is not a plain address.
        public Choice {
            clients = List.copyOf(clients);
            backends = List.copyOf(backends);
            clients.forEach(Ipv4::check);
        }

        /// For everybody.
        public static Choice everybody(List<Backend> backends) {
            return new Choice(Who.EVERYBODY, List.of(), backends);
        }
    }

    /// Whom a choice is for.
    public enum Who {
        /// Everybody.
        EVERYBODY,
        /// Whoever is no pod of this machine.
        NO_POD,
        /// Those who are listed.
        LISTED
    }

    /// An address behind a Service.
    ///
    /// @param address IPv4
    /// @param port from 1 on
    public record Backend(String address, int port) {
        /// Refuses what is not a plain address or port.
        public Backend {
            Ipv4.check(address);
            if (port < 1 || port > HIGHEST) {
                throw new IllegalArgumentException("not a port: " + port);
            }
        }
    }
}

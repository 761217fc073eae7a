package dev.glovebox.network;

import java.util.List;
import java.util.stream.Stream;

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
    /// @param address a cluster IP of the Service, of either family; its clients and backends have
    ///   addresses of the same
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
            Family.check(address);
            choices = choices.stream().filter(Choice::leads).toList();
            if (port < 1 || port > HIGHEST || nodePort < 0 || nodePort > HIGHEST) {
                throw new IllegalArgumentException("not a port: " + port + ", " + nodePort);
            }
            Family family = Family.of(address);
            boolean mixed =
                    choices.stream()
                            .flatMap(each ->
                                    Stream.concat(
                                            each.clients().stream(),
                                            each.backends().stream().map(Backend::address)))
                            .anyMatch(each -> Family.of(each) != family);
            if (mixed) {
                throw new IllegalArgumentException("not all of one family: " + address);
            }
        }

        /// Which version of the Internet Protocol it is reached by.
        Family family() {
            return Family.of(address);
        }

        /// A name that no other port has; nft takes no colons in one.
        String name() {
            return "%s-%s-%d".formatted(protocol.word(), address.replace(':', '_'), port);
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
            clients.forEach(Family::check);
        }

        /// Whether it leads anybody anywhere; nft has no empty list of addresses.
        boolean leads() {
            return !backends.isEmpty() && (who != Who.LISTED || !clients.isEmpty());
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
    /// @param address of either family
    /// @param port from 1 on
    public record Backend(String address, int port) {
        /// Refuses what is not a plain address or port.
        public Backend {
            Family.check(address);
            if (port < 1 || port > HIGHEST) {
                throw new IllegalArgumentException("not a port: " + port);
            }
        }
    }
}

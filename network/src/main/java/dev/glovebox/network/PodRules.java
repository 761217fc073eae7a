package dev.glovebox.network;

import java.util.List;

/// What NetworkPolicies let through to a pod and from it. The host itself always reaches its pods.
///
/// @param ingress what may come
/// @param egress what may go
/// @param api whether the pod may talk to the cluster's API, as far as its egress lets it
public record PodRules(Direction ingress, Direction egress, boolean api) {
    /// Of a pod that no policy selects, and that does not talk to the API.
    public static final PodRules OPEN = new PodRules(Direction.OPEN, Direction.OPEN);

    /// Of a pod of which nothing is known.
    public static final PodRules CLOSED = new PodRules(Direction.CLOSED, Direction.CLOSED);

    /// Of a pod that does not talk to the API.
    public PodRules(Direction ingress, Direction egress) {
        this(ingress, egress, false);
    }

    /// Whether the pod may connect there.
    ///
    /// @param address IPv4 or IPv6
    public boolean lets(String address, HostPort.Protocol protocol, int port) {
        return !egress.isolated()
                || egress.allowed().stream().anyMatch(each -> each.allows(address, protocol, port));
    }

    /// What is let through one way.
    ///
    /// @param isolated whether only that is let through
    /// @param allowed one of them is enough
    public record Direction(boolean isolated, List<Allowance> allowed) {
        static final Direction OPEN = new Direction(false, List.of());
        static final Direction CLOSED = new Direction(true, List.of());

        /// Copies the list.
        public Direction {
            allowed = List.copyOf(allowed);
        }
    }
}

package dev.glovebox.network;

import java.util.List;

/// What NetworkPolicies let through to a pod and from it. The host itself always reaches its pods.
///
/// @param ingress what may come
/// @param egress what may go
public record PodRules(Direction ingress, Direction egress) {
    /// Of a pod that no policy selects.
    public static final PodRules OPEN = new PodRules(Direction.OPEN, Direction.OPEN);

    /// Of a pod of which nothing is known.
    public static final PodRules CLOSED = new PodRules(Direction.CLOSED, Direction.CLOSED);

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

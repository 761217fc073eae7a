package dev.glovebox.node;

import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.SandboxNetworks;

/// The network of a node's pods.
///
/// @param firewall started already, so that pods found running were never open
/// @param sandboxes what CNI made for their sandboxes
/// @param binding which pods the firewall binds
public record NodeNetwork(PodFirewall firewall, SandboxNetworks sandboxes, Binding binding) {
    /// Which pods of a network its firewall binds.
    public enum Binding {
        /// All of them: each has a link of its own to the host. A pod that has none does not start.
        EVERY_POD,
        /// Those that have such a link, as it is seen of each. Of others only those start that
        /// nothing is to bind.
        WHERE_SEEN
    }

    /// Our own network, which binds all.
    public NodeNetwork(PodFirewall firewall, SandboxNetworks sandboxes) {
        this(firewall, sandboxes, Binding.EVERY_POD);
    }
}

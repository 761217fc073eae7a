package dev.glovebox.node;

import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.SandboxNetworks;

/// The network of a node's pods.
///
/// @param firewall started already, so that pods found running were never open
/// @param sandboxes what CNI made for their sandboxes
public record NodeNetwork(PodFirewall firewall, SandboxNetworks sandboxes) {}

package dev.glovebox.node;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.network.HostLinks;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.oom.OomKills;
import dev.glovebox.node.users.PodUserRanges;
import dev.glovebox.node.volume.PodVolumes;
import java.time.Clock;

/// What a node agent works with.
record NodeParts(
        Cluster cluster,
        ContainerRuntime runtime,
        PodGate gate,
        NodeNetwork network,
        HostLinks links,
        PodCgroups cgroups,
        OomKills oomKills,
        PodVolumes volumes,
        PodUserRanges users,
        Clock clock) {
    PodFirewall firewall() {
        return network.firewall();
    }
}

package dev.glovebox.node;

import dev.glovebox.containerd.Cri;
import dev.glovebox.network.CniCache;
import dev.glovebox.network.FirewallRules;
import dev.glovebox.network.Forwarding;
import dev.glovebox.network.Nft;
import dev.glovebox.node.cgroup.CgroupMounts;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.volume.Mounts;
import dev.glovebox.node.volume.PodDirectories;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes everything that a node agent made on its machine: pods with their network, volumes,
/// mounts and cgroups, the packet filter, the network's cache entries, the routing switch. Each
/// part can be there or not; what is not ours is not touched. To be run when no agent runs.
public final class NodePurge {
    private static final Logger LOG = LoggerFactory.getLogger(NodePurge.class);
    private static final Duration GRACE = Duration.ofSeconds(2);

    private final NodeSettings settings;
    private final String network;
    private final FirewallRules rules;
    private final Nft nft;
    private final Forwarding forwarding;
    private final CniCache cache;
    private final Mounts mounts = new Mounts();
    private final PodCgroups cgroups;

    /// A purge of the node of these settings.
    ///
    /// @param network name of the CNI network and of the nft tables
    public NodePurge(
            NodeSettings settings,
            String network,
            FirewallRules rules,
            Nft nft,
            Forwarding forwarding) {
        this.settings = settings;
        this.network = network;
        this.rules = rules;
        this.nft = nft;
        this.forwarding = forwarding;
        this.cache = new CniCache();
        this.cgroups = new PodCgroups(CgroupMounts.ofThisMachine(), settings.name());
    }

    /// Ends and removes every pod of the node; containerd runs. Answers with their names.
    ///
    /// @throws RuntimeRefusal when the runtime does not let one go
    public List<String> removePods(Cri cri) {
        ContainerRuntime runtime = new CriRuntime(cri, settings.name());
        List<String> removed = new ArrayList<>();
        for (ContainerRuntime.RuntimePod pod : runtime.pods()) {
            PodView view = runtime.look(pod.uid());
            view.running().forEach(container -> stop(runtime, container));
            for (SandboxView sandbox : view.sandboxes()) {
                runtime.stopSandbox(sandbox.id());
                runtime.removeSandbox(sandbox.id());
            }
            removed.add(pod.namespace() + "/" + pod.name());
        }
        return removed;
    }

    /// One that cannot be stopped, because it ends at this moment for example, is killed with its
    /// sandbox, which says whether that could be done.
    private static void stop(ContainerRuntime runtime, ContainerView container) {
        try {
            runtime.stop(container.id(), GRACE);
        } catch (RuntimeRefusal e) {
            LOG.atWarn()
                    .addKeyValue("container", container.id())
                    .addKeyValue("cause", e.getMessage())
                    .log("a container is killed with its sandbox");
        }
    }

    /// What of the node is still on the machine, one line each; empty when nothing is.
    public List<String> left() {
        List<String> left = new ArrayList<>();
        mounts.under(podsDirectory()).forEach(at -> left.add("mount " + at));
        cgroups.pods().values().forEach(cgroup -> left.add("cgroup " + cgroup.value()));
        nft.tables().stream()
                .filter(table -> table.endsWith(" " + network))
                .forEach(table -> left.add("nft table " + table));
        cache.entries(network).forEach(entry -> left.add("file " + entry));
        return left;
    }

    /// Removes what is left once the pods are gone, except for cgroups.
    public void removeRest() {
        mounts.removeUnder(podsDirectory());
        PodDirectories directories = new PodDirectories(podsDirectory(), mounts);
        directories.uids().forEach(directories::remove);
        PodDirectories.removeTree(settings.logDirectory());
        nft.apply(rules.remove());
        cache.purge(network);
        forwarding.restore();
    }

    /// Removes the node's cgroups, which are known by its name alone: to be called by whoever has
    /// that name on this machine.
    public void removeCgroups() {
        cgroups.purge();
    }

    private Path podsDirectory() {
        return settings.podsDirectory();
    }
}

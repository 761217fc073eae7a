package dev.glovebox.node;

import static dev.glovebox.node.PodPlaces.uid;

import dev.glovebox.network.Family;
import dev.glovebox.network.HostLinks;
import dev.glovebox.network.HostPort;
import dev.glovebox.network.NetworkException;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.PodLink;
import dev.glovebox.network.Reach;
import dev.glovebox.network.SandboxNetworks;
import dev.glovebox.network.UnbindableException;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.pod.SandboxView;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;

/// Lets pods into the network: behind rules where their packets can be told from others', which
/// they can by the host's end of a link of their own, and not at all where rules would be needed
/// and cannot hold.
final class NetworkAccess {
    private final PodFirewall firewall;
    private final SandboxNetworks sandboxes;
    private final NodeNetwork.Binding binding;
    private final HostLinks links;
    private final PodGate gate;

    NetworkAccess(NodeParts parts) {
        this.firewall = parts.firewall();
        this.sandboxes = parts.network().sandboxes();
        this.binding = parts.network().binding();
        this.links = parts.links();
        this.gate = parts.gate();
    }

    /// Puts a pod's rules in place.
    ///
    /// @throws NetworkException where they cannot hold: nothing of the pod may run then
    void admit(Pod pod, SandboxView sandbox) {
        if (sandbox.addresses().isEmpty()) {
            throw new NetworkException("the pod's sandbox has no address");
        }
        switch (binding) {
            case EVERY_POD -> bind(pod, sandbox, link(sandbox));
            case WHERE_SEEN ->
                    ownLink(sandbox)
                            .ifPresentOrElse(
                                    link -> bind(pod, sandbox, link), () -> leave(pod, sandbox));
        }
    }

    private void bind(Pod pod, SandboxView sandbox, String link) {
        List<HostPort> ports = hostPorts(pod);
        for (HostPort port : ports) {
            if (sandbox.addresses().stream().noneMatch(port::leadsTo)) {
                throw new NetworkException(
                        "port %d of the host's address %s cannot lead to the pod, which has no address of that family; take its hostIP away"
                                .formatted(port.hostPort(), port.hostAddress()));
            }
        }
        firewall.admit(
                new PodLink(uid(pod), link, sandbox.addresses(), PodPlaces.reach(pod), ports));
    }

    private String link(SandboxView sandbox) {
        List<String> all =
                sandbox.addresses().stream()
                        .map(address ->
                                links.towards(address)
                                        .orElseThrow(() ->
                                                new NetworkException(
                                                        "no link leads to the pod's address "
                                                                + address)))
                        .distinct()
                        .toList();
        if (all.size() > 1) {
            throw new NetworkException("several links lead to the pod: " + String.join(", ", all));
        }
        return all.getFirst();
    }

    /// The one link to all of its addresses, if CNI made it for this sandbox, the sandbox has no
    /// other way out, and the host routes what comes over it.
    private Optional<String> ownLink(SandboxView sandbox) {
        List<String> all =
                sandbox.addresses().stream()
                        .map(address -> links.towards(address).orElse(""))
                        .distinct()
                        .toList();
        return all.size() == 1
                ? Optional.of(all.getFirst())
                        .filter(link -> sandboxes.ways(sandbox.id()).isOnly(link))
                        .filter(links::isRouted)
                : Optional.empty();
    }

    /// A pod that nobody could bind, if nobody needs to.
    private void leave(Pod pod, SandboxView sandbox) {
        String unbound =
                "the pod has no link of its own that the host routes, so that rules would not bind"
                        + " it in the network of --cni-config";
        if (!gate.trusts(pod)) {
            throw new UnbindableException(
                    unbound
                            + ", and its namespace is not trusted; use a network of point-to-point"
                            + " links (ptp), or the one that the node has by itself");
        }
        if (PodPlaces.reach(pod) != Reach.CLUSTER) {
            throw new UnbindableException(
                    unbound + ", and it is to be kept from others; take its annotation away");
        }
        if (!hostPorts(pod).isEmpty()) {
            throw new UnbindableException(
                    unbound + ", nor lead ports of the host to it; take its hostPort away");
        }
        firewall.admitUnbound(uid(pod), sandbox.addresses());
    }

    private static List<HostPort> hostPorts(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .flatMap(c -> PodFacts.orEmpty(c.getPorts()).stream())
                .filter(p -> p.getHostPort() != null && p.getHostPort() > 0)
                .map(p ->
                        new HostPort(
                                HostPort.Protocol.valueOf(
                                        Optional.ofNullable(p.getProtocol()).orElse("TCP")),
                                Optional.ofNullable(p.getHostIP())
                                        .map(ip -> Family.spelled(ip).orElse(ip))
                                        .orElse(""),
                                p.getHostPort(),
                                p.getContainerPort()))
                .toList();
    }
}

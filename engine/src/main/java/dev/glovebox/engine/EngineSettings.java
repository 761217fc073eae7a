package dev.glovebox.engine;

import dev.glovebox.apiserver.audit.AuditLevel;
import dev.glovebox.apiserver.podsecurity.AdmissionConfiguration;
import dev.glovebox.apiserver.podsecurity.PodSecurityConfiguration;
import dev.glovebox.network.Cidr;
import dev.glovebox.network.Ipv6Support;
import dev.glovebox.network.Ranges;
import dev.glovebox.policy.TrustLevel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/// What one engine is told.
///
/// @param defaultTrust of namespaces that do not say
/// @param listen where the Kubernetes API listens, as `ADDRESS:PORT`; port 0 takes a free one
/// @param nodeName of its first node, a name of DNS of at most 63 characters
/// @param pods the ranges of the pods' addresses
/// @param extent whether it has nodes
/// @param nodes which, where it has any
/// @param audit how much of each request is recorded
/// @param admission file with the configuration of admission, absolute; empty for none
record EngineSettings(
        TrustLevel defaultTrust,
        String listen,
        String nodeName,
        Ranges pods,
        Extent extent,
        LocalNodes nodes,
        AuditLevel audit,
        Optional<Path> admission) {
    private static final String ADMISSION = "--admission-control-config-file";
    private static final Pattern NODE_NAME =
            Pattern.compile("[a-z0-9]+(?:-+[a-z0-9]+)*(?:\\.[a-z0-9]+(?:-+[a-z0-9]+)*)*");

    /// The longest name of a node that is also the value of a label.
    private static final int LONGEST_NAME = 63;

    /// Of the ranges that nodes get, by default and at least where there are several.
    private static final int NODE_PREFIX = 24;

    private static final int SMALLEST_PREFIX = 28;
    private static final int NODE_PREFIX6 = 64;
    private static final int SMALLEST_PREFIX6 = 120;

    /// What holds where nobody says otherwise.
    static final EngineSettings DEFAULT =
            new EngineSettings(
                    TrustLevel.UNTRUSTED,
                    "127.0.0.1:6443",
                    "master",
                    Ranges.parse("10.244.0.0/16"));

    /// Refuses what is no address, no port or no name of DNS, in a sentence for a person.
    EngineSettings {
        Objects.requireNonNull(defaultTrust, "defaultTrust");
        Objects.requireNonNull(pods, "pods");
        Objects.requireNonNull(extent, "extent");
        Objects.requireNonNull(nodes, "nodes");
        Objects.requireNonNull(audit, "audit");
        Objects.requireNonNull(admission, "admission");
        requireName(nodeName);
        var _ = address(listen);
    }

    private static void requireName(String node) {
        if (node.length() > LONGEST_NAME || !NODE_NAME.matcher(node).matches()) {
            throw new EngineException(
                    "--node-name wants lower-case letters, digits, hyphens and single dots, at most 63, not \""
                            + node
                            + "\"");
        }
    }

    /// An engine with a node that records nothing.
    EngineSettings(TrustLevel defaultTrust, String listen, String nodeName, Ranges pods) {
        this(
                defaultTrust,
                listen,
                nodeName,
                pods,
                Extent.WHOLE,
                LocalNodes.ONE,
                AuditLevel.NONE,
                Optional.empty());
    }

    /// Where the API listens.
    InetSocketAddress listenAddress() {
        return address(listen);
    }

    EngineSettings withDefaultTrust(TrustLevel level) {
        return new EngineSettings(level, listen, nodeName, pods, extent, nodes, audit, admission);
    }

    EngineSettings withListen(String address) {
        return new EngineSettings(
                defaultTrust, address, nodeName, pods, extent, nodes, audit, admission);
    }

    EngineSettings withNodeName(String name) {
        return new EngineSettings(
                defaultTrust, listen, name, pods, extent, nodes, audit, admission);
    }

    EngineSettings withPods(Ranges range) {
        return new EngineSettings(
                defaultTrust, listen, nodeName, range, extent, nodes, audit, admission);
    }

    EngineSettings withExtent(Extent other) {
        return new EngineSettings(
                defaultTrust, listen, nodeName, pods, other, nodes, audit, admission);
    }

    EngineSettings withNodes(LocalNodes other) {
        return new EngineSettings(
                defaultTrust, listen, nodeName, pods, extent, other, audit, admission);
    }

    EngineSettings withAudit(AuditLevel level) {
        return new EngineSettings(
                defaultTrust, listen, nodeName, pods, extent, nodes, level, admission);
    }

    EngineSettings withAdmission(Path file) {
        return new EngineSettings(
                defaultTrust, listen, nodeName, pods, extent, nodes, audit, Optional.of(file));
    }

    /// @throws EngineException where its pods are to have IPv6 and the kernel gives them none
    void requireKernel(Ipv6Support ipv6) {
        ipv6.absence(pods)
                .ifPresent(why -> {
                    throw new EngineException("--pod-cidr " + pods + ": " + why);
                });
    }

    /// @throws EngineException where the network that a user named for the pods cannot be used
    void requireNetwork(Places places) throws IOException {
        if (nodes.cni().isPresent()) {
            MachinePrograms machine = MachinePrograms.ofThisMachine(places);
            var _ = nodes.cni().get().network(machine::cniPlugins);
        }
    }

    /// The nodes that it has, the first one first; none for a control plane alone.
    ///
    /// @throws EngineException where what is said about them does not fit together
    List<OwnNode> ownNodes() {
        return extent == Extent.WHOLE ? everyNode() : List.of();
    }

    /// The same whether or not they are to run: those of an engine that is to be removed.
    List<OwnNode> everyNode() {
        nodes.requireKnown(nodeName);
        List<String> names = nodes.names(nodeName);
        names.forEach(EngineSettings::requireName);
        return IntStream.range(0, names.size())
                .mapToObj(i -> new OwnNode(names.get(i), range(i), nodes.handlers(names.get(i))))
                .toList();
    }

    /// A node's share of the pods' addresses: a /24 and a /64, as Kubernetes gives it by default,
    /// or as much as there is.
    private Ranges range(int node) {
        return new Ranges(range(pods.first(), node), pods.second().map(each -> range(each, node)));
    }

    private Cidr range(Cidr all, int node) {
        return switch (all.family()) {
            case IPV4 -> range(all, node, NODE_PREFIX, SMALLEST_PREFIX);
            case IPV6 -> range(all, node, NODE_PREFIX6, SMALLEST_PREFIX6);
        };
    }

    private Cidr range(Cidr all, int node, int usual, int smallest) {
        int prefix = Math.max(usual, all.prefix() + bits(nodes.count()));
        if (prefix > (nodes.count() > 1 ? smallest : all.family().bits())) {
            throw new EngineException(
                    "--pod-cidr %s is too small for %d nodes, each of which needs a /%d"
                            .formatted(all, nodes.count(), smallest));
        }
        return all.part(prefix, node);
    }

    /// Bits that tell so many apart.
    private static int bits(int count) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(count - 1);
    }

    /// What the file about admission says; what holds without one where there is none.
    ///
    /// @throws EngineException where it cannot be read or understood: nobody is to run with fewer
    ///   rules than were written down
    PodSecurityConfiguration podSecurity() {
        if (admission.isEmpty()) {
            return PodSecurityConfiguration.STANDARD;
        }
        Path file = admission.get();
        try {
            return AdmissionConfiguration.parse(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new EngineException("%s: %s cannot be read".formatted(ADMISSION, file), e);
        } catch (IllegalArgumentException e) {
            throw new EngineException("%s: %s: %s".formatted(ADMISSION, file, e.getMessage()), e);
        }
    }

    /// Addresses only, and without a scope: a name would be asked of a resolver, which nobody
    /// expects here, and an interface may be gone at the next start.
    private static InetSocketAddress address(String text) {
        int colon = text.lastIndexOf(':');
        String host = colon < 0 ? "" : text.substring(0, colon);
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            if (host.contains("%")) {
                throw badListen(text);
            }
            return new InetSocketAddress(InetAddress.ofLiteral(host), port);
        } catch (IllegalArgumentException e) {
            throw badListen(text);
        }
    }

    private static EngineException badListen(String text) {
        return new EngineException(
                "--listen wants an address and a port like 127.0.0.1:6443, not \"" + text + "\"");
    }
}

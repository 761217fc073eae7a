package dev.glovebox.engine;

import dev.glovebox.apiserver.audit.AuditLevel;
import dev.glovebox.network.Cidr;
import dev.glovebox.policy.TrustLevel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import java.util.regex.Pattern;

/// What one engine is told.
///
/// @param defaultTrust of namespaces that do not say
/// @param listen where the Kubernetes API listens, as `ADDRESS:PORT`; port 0 takes a free one
/// @param nodeName of the node, a DNS label
/// @param pods the range of the pods' addresses
/// @param extent whether it has a node
/// @param audit how much of each request is recorded
record EngineSettings(
        TrustLevel defaultTrust,
        String listen,
        String nodeName,
        Cidr pods,
        Extent extent,
        AuditLevel audit) {
    private static final Pattern NODE_NAME = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    /// What holds where nobody says otherwise.
    static final EngineSettings DEFAULT =
            new EngineSettings(
                    TrustLevel.UNTRUSTED, "127.0.0.1:6443", "master", new Cidr("10.244.0.0/16"));

    /// Refuses what is no address, no port or no DNS label, in a sentence for a person.
    EngineSettings {
        Objects.requireNonNull(defaultTrust, "defaultTrust");
        Objects.requireNonNull(pods, "pods");
        Objects.requireNonNull(extent, "extent");
        Objects.requireNonNull(audit, "audit");
        if (!NODE_NAME.matcher(nodeName).matches()) {
            throw new EngineException(
                    "--node-name wants lower-case letters, digits and hyphens, at most 63, not \""
                            + nodeName
                            + "\"");
        }
        var _ = address(listen);
    }

    /// An engine with a node that records nothing.
    EngineSettings(TrustLevel defaultTrust, String listen, String nodeName, Cidr pods) {
        this(defaultTrust, listen, nodeName, pods, Extent.WHOLE, AuditLevel.NONE);
    }

    /// Where the API listens.
    InetSocketAddress listenAddress() {
        return address(listen);
    }

    EngineSettings withDefaultTrust(TrustLevel level) {
        return new EngineSettings(level, listen, nodeName, pods, extent, audit);
    }

    EngineSettings withListen(String address) {
        return new EngineSettings(defaultTrust, address, nodeName, pods, extent, audit);
    }

    EngineSettings withNodeName(String name) {
        return new EngineSettings(defaultTrust, listen, name, pods, extent, audit);
    }

    EngineSettings withPods(Cidr range) {
        return new EngineSettings(defaultTrust, listen, nodeName, range, extent, audit);
    }

    EngineSettings withExtent(Extent other) {
        return new EngineSettings(defaultTrust, listen, nodeName, pods, other, audit);
    }

    EngineSettings withAudit(AuditLevel level) {
        return new EngineSettings(defaultTrust, listen, nodeName, pods, extent, level);
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

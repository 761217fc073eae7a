package dev.glovebox.engine;

import dev.glovebox.apiserver.audit.AuditLevel;
import dev.glovebox.network.Ranges;
import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What `serve` was told by flags; each is empty where it was not given. Pure.
///
/// @param data the data directory, for messages
record ServeFlags(
        Path data,
        String defaultTrust,
        String listen,
        String nodeName,
        String podCidr,
        NodeFlags nodes,
        String audit,
        String admission) {
    /// What is said now holds, else what was said before. The node's name and its pods' addresses
    /// stay what they were: pods may be running under them.
    ///
    /// @param kept of the last start; empty where there was none
    /// @throws EngineException where a flag cannot be understood, or would change what stays
    EngineSettings over(Optional<EngineSettings> kept) {
        EngineSettings settings = kept.orElse(EngineSettings.DEFAULT);
        if (!defaultTrust.isEmpty()) {
            settings = settings.withDefaultTrust(trust());
        }
        if (!listen.isEmpty()) {
            settings = settings.withListen(listen);
        }
        if (!nodeName.isEmpty()) {
            requireSame("--node-name", kept.map(EngineSettings::nodeName), nodeName);
            settings = settings.withNodeName(nodeName);
        }
        if (!podCidr.isEmpty()) {
            requireSame("--pod-cidr", kept.map(each -> each.pods().text()), pods().text());
            settings = settings.withPods(pods());
        }
        if (!audit.isEmpty()) {
            settings = settings.withAudit(auditLevel());
        }
        if (!admission.isEmpty()) {
            settings = settings.withAdmission(Path.of(admission).toAbsolutePath().normalize());
        }
        settings = nodes.over(settings, data);
        requireSameNetwork(kept, settings);
        // What does not fit together is not kept.
        List<OwnNode> own = settings.everyNode();
        kept.map(EngineSettings::everyNode).ifPresent(before -> requireSameRanges(before, own));
        return settings;
    }

    /// Pods may be in the network that there is; what its file says may change.
    private void requireSameNetwork(Optional<EngineSettings> kept, EngineSettings settings) {
        kept.ifPresent(before ->
                requireSame("--cni-config", Optional.of(networkOf(before)), networkOf(settings)));
    }

    private static String networkOf(EngineSettings settings) {
        return settings.nodes().cni().map(CniSettings::text).orElse("the engine's own network");
    }

    /// A node that is there keeps its range when others come.
    private void requireSameRanges(List<OwnNode> before, List<OwnNode> now) {
        for (int i = 0; i < before.size(); i++) {
            if (!before.get(i).pods().equals(now.get(i).pods())) {
                throw new EngineException(
                        "--nodes cannot become %d: the pods of %s have all addresses of %s; remove that engine first: sudo ./glovebox down --purge --data-dir %s"
                                .formatted(
                                        now.size(),
                                        before.get(i).name(),
                                        before.get(i).pods(),
                                        data));
            }
        }
    }

    private TrustLevel trust() {
        return TrustLevel.parse(defaultTrust)
                .orElseThrow(() ->
                        new EngineException(
                                "--default-trust wants trusted or untrusted, not \""
                                        + defaultTrust
                                        + "\""));
    }

    private AuditLevel auditLevel() {
        return AuditLevel.parse(audit)
                .orElseThrow(() ->
                        new EngineException(
                                "--audit-level wants None, Metadata or Request, not \""
                                        + audit
                                        + "\""));
    }

    private Ranges pods() {
        try {
            return Ranges.parse(podCidr);
        } catch (IllegalArgumentException e) {
            throw new EngineException(
                    "--pod-cidr wants a range like 10.244.0.0/16 or fd00:10:244::/56, or one of each family with a comma between them, the usual first, not \""
                            + podCidr
                            + "\"",
                    e);
        }
    }

    private void requireSame(String option, Optional<String> before, String now) {
        if (before.isPresent() && !before.get().equals(now)) {
            throw new EngineException(
                    "%s is %s in the data directory %s and cannot become %s; remove that engine first: sudo ./glovebox down --purge --data-dir %s"
                            .formatted(option, before.get(), data, now, data));
        }
    }
}

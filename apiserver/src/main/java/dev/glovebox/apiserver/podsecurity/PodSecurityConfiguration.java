package dev.glovebox.apiserver.podsecurity;

import java.util.Objects;

/// What holds of the Pod Security Standards where namespaces do not say otherwise. Source:
/// `pod-security.admission.config.k8s.io/v1`.
///
/// @param defaults of namespaces without labels
/// @param exemptions from all labels
public record PodSecurityConfiguration(NamespacePolicy defaults, Exemptions exemptions) {
    /// What holds where nothing was configured: everything is allowed that no label forbids.
    public static final PodSecurityConfiguration STANDARD =
            new PodSecurityConfiguration(NamespacePolicy.PRIVILEGED, Exemptions.NONE);

    /// Refuses null parts.
    public PodSecurityConfiguration {
        Objects.requireNonNull(defaults, "defaults");
        Objects.requireNonNull(exemptions, "exemptions");
    }
}

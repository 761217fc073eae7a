package dev.glovebox.policy;

import dev.glovebox.model.Names;
import java.util.Map;
import java.util.Objects;

/// What a namespace says about its pods.
///
/// @param namespace its name
/// @param level the level that holds
/// @param origin where the level comes from, as the end of a sentence
public record NamespaceTrust(String namespace, TrustLevel level, String origin) {
    private static final String SYSTEM_NAMESPACE = "kube-system";

    /// Refuses null parts.
    public NamespaceTrust {
        Objects.requireNonNull(namespace, "namespace");
        Objects.requireNonNull(level, "level");
        Objects.requireNonNull(origin, "origin");
    }

    /// The trust of a namespace: its label [Names#TRUST_LABEL]; without one `kube-system` is
    /// trusted and all others are as far as `engineDefault` says. A label that cannot be understood
    /// means untrusted.
    public static NamespaceTrust of(
            String namespace, Map<String, String> labels, TrustLevel engineDefault) {
        if (labels.containsKey(Names.TRUST_LABEL)) {
            return labelled(namespace, String.valueOf(labels.get(Names.TRUST_LABEL)));
        }
        if (namespace.equals(SYSTEM_NAMESPACE)) {
            return new NamespaceTrust(namespace, TrustLevel.TRUSTED, "as the system's own");
        }
        return new NamespaceTrust(namespace, engineDefault, "by default");
    }

    private static NamespaceTrust labelled(String namespace, String word) {
        return TrustLevel.parse(word)
                .map(level -> new NamespaceTrust(namespace, level, "by its label"))
                .orElseGet(() ->
                        new NamespaceTrust(
                                namespace,
                                TrustLevel.UNTRUSTED,
                                "because its label %s=%s is not a known level"
                                        .formatted(Names.TRUST_LABEL, word)));
    }

    /// One clause for messages, for example `namespace "default" is untrusted (by default)`.
    String clause() {
        return "namespace \"%s\" is %s (%s)".formatted(namespace, level.word(), origin);
    }

    /// What an administrator types to trust this namespace.
    String cure() {
        return "kubectl label --overwrite namespace %s %s=%s"
                .formatted(namespace, Names.TRUST_LABEL, TrustLevel.TRUSTED.word());
    }
}

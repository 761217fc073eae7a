package dev.glovebox.node.pod;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Probe;
import java.util.Optional;

/// What a container is asked for.
public enum ProbeKind {
    /// Whether it has begun: until then the others are not asked.
    STARTUP("Startup"),
    /// Whether it must be started anew.
    LIVENESS("Liveness"),
    /// Whether it takes work.
    READINESS("Readiness");

    private final String word;

    ProbeKind(String word) {
        this.word = word;
    }

    /// Kubernetes' word for it, at the beginning of a sentence.
    public String word() {
        return word;
    }

    /// The container's probe of this kind; empty where it has none.
    public Optional<Probe> of(Container container) {
        return Optional.ofNullable(
                switch (this) {
                    case STARTUP -> container.getStartupProbe();
                    case LIVENESS -> container.getLivenessProbe();
                    case READINESS -> container.getReadinessProbe();
                });
    }
}

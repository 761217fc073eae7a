package dev.glovebox.engine;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.control.Refusal;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.Names;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Namespace;
import java.util.Map;
import java.util.Optional;

/// The namespace of a run, made where it is not there. One that says another trust than the run
/// wants is not used: a pod that nobody trusts would share the host's kernel unnoticed.
final class RunNamespace {
    private RunNamespace() {}

    /// Makes sure of it.
    ///
    /// @param wanted with its trust
    /// @throws Refusal where somebody has made or labelled it otherwise
    static void ensure(Cluster cluster, Namespace wanted) throws Refusal {
        Namespace there = find(cluster, wanted).orElseGet(() -> make(cluster, wanted));
        if (!trust(there).equals(trust(wanted))) {
            throw new Refusal(
                    RunOutcome.NOT_RUN,
                    "namespace %s does not say %s=%s; say so again: kubectl label --overwrite namespace %s %s=%s"
                            .formatted(
                                    name(wanted),
                                    Names.TRUST_LABEL,
                                    trust(wanted),
                                    name(wanted),
                                    Names.TRUST_LABEL,
                                    trust(wanted)));
        }
    }

    private static Namespace make(Cluster cluster, Namespace wanted) {
        try {
            return cluster.create(Resource.NAMESPACES, wanted);
        } catch (ApiException e) {
            if (e.reason() != StatusReason.ALREADY_EXISTS) {
                throw e;
            }
            return find(cluster, wanted).orElseThrow(() -> e);
        }
    }

    private static Optional<Namespace> find(Cluster cluster, Namespace wanted) {
        return cluster.get(Resource.NAMESPACES, ObjectKey.of(name(wanted)));
    }

    private static String name(Namespace namespace) {
        return namespace.getMetadata().getName();
    }

    private static String trust(Namespace namespace) {
        Map<String, String> labels = namespace.getMetadata().getLabels();
        return labels == null ? "" : labels.getOrDefault(Names.TRUST_LABEL, "");
    }
}

package dev.glovebox.controllers.deployments;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// What annotations of Deployments and their ReplicaSets remember. Source:
/// kube-controller-manager's `deployment_util.go`.
final class Revisions {
    /// Which revision a template is, counted from 1.
    static final String REVISION = "deployment.kubernetes.io/revision";

    /// Which revisions a template was before, joined by commas.
    static final String HISTORY = "deployment.kubernetes.io/revision-history";

    /// How many pods the Deployment wanted when it last scaled a ReplicaSet.
    static final String DESIRED = "deployment.kubernetes.io/desired-replicas";

    /// How many pods the Deployment might have had at most then.
    static final String MAX = "deployment.kubernetes.io/max-replicas";

    private static final Set<String> OWN =
            Set.of(
                    "kubectl.kubernetes.io/last-applied-configuration",
                    REVISION,
                    HISTORY,
                    DESIRED,
                    MAX,
                    "deprecated.deployment.rollback.to");

    private static final int LONGEST_HISTORY = 2000;

    private Revisions() {}

    static Map<String, String> annotations(HasMetadata object) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return annotations == null ? Map.of() : annotations;
    }

    /// An annotation that is a number that is not negative; empty for any other.
    static OptionalLong number(HasMetadata object, String annotation) {
        String text = annotations(object).getOrDefault(annotation, "");
        return text.matches("[0-9]{1,18}")
                ? OptionalLong.of(Long.parseLong(text))
                : OptionalLong.empty();
    }

    /// The greatest revision of some ReplicaSets; 0 for none.
    static long greatest(Collection<ReplicaSet> sets) {
        return sets.stream().mapToLong(set -> number(set, REVISION).orElse(0)).max().orElse(0);
    }

    /// The annotations of the ReplicaSet that has the Deployment's template: the Deployment's own,
    /// and the newest revision. A ReplicaSet whose revision is no number keeps what it has.
    static Map<String, String> ofNewest(HasMetadata deployment, HasMetadata set, long revision) {
        Map<String, String> all = new HashMap<>(annotations(set));
        annotations(deployment)
                .forEach((key, value) -> {
                    if (!OWN.contains(key)) {
                        all.put(key, value);
                    }
                });
        String old = all.getOrDefault(REVISION, "");
        OptionalLong before = number(set, REVISION);
        boolean unknown = before.isEmpty() && !old.isEmpty();
        if (unknown || before.orElse(0) >= revision) {
            return all;
        }
        all.put(REVISION, Long.toString(revision));
        if (before.isPresent()) {
            remember(all, old);
        }
        return all;
    }

    /// Adds a revision to the history, which forgets the oldest where it becomes too long.
    private static void remember(Map<String, String> all, String old) {
        String history = all.getOrDefault(HISTORY, "");
        List<String> revisions =
                new ArrayList<>(history.isEmpty() ? List.of() : List.of(history.split(",", -1)));
        revisions.add(old);
        while (String.join(",", revisions).length() > LONGEST_HISTORY) {
            revisions.removeFirst();
        }
        all.put(HISTORY, String.join(",", revisions));
    }
}

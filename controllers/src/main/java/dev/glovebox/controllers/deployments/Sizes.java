package dev.glovebox.controllers.deployments;

import io.fabric8.kubernetes.api.model.apps.ReplicaSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How large the ReplicaSets of a Deployment are to be, as far as that changes: a step of a rolling
/// update, of a replacement, or of a change of the wanted number. Pure. Source:
/// kube-controller-manager's `rolling.go`, `recreate.go` and `sync.go`.
final class Sizes {
    private final Rollout rollout;

    /// New sizes by uid; what is not in it stays.
    private final Map<String, Integer> sizes = new LinkedHashMap<>();

    private Sizes(Rollout rollout) {
        this.rollout = rollout;
    }

    /// How large a new ReplicaSet is at first.
    static int ofNew(Rollout rollout) {
        if (rollout.recreates()) {
            return rollout.wanted();
        }
        int room = rollout.most() - Rollout.wanted(rollout.sets());
        return Math.clamp(room, 0, rollout.wanted());
    }

    /// The next step from old templates to the new one; empty where nothing can be done now.
    static Map<String, Integer> step(Rollout rollout, ReplicaSet newest) {
        Sizes next = new Sizes(rollout);
        if (rollout.recreates()) {
            next.recreate(newest);
        } else {
            next.growNewest(newest);
            if (next.sizes.isEmpty()) {
                next.shrinkOld(newest);
            }
        }
        return next.sizes;
    }

    /// Those of old templates go before there are any of the new one.
    private void recreate(ReplicaSet newest) {
        rollout.old().forEach(set -> size(set, 0));
        if (sizes.isEmpty() && !oldPodsRun(rollout)) {
            size(newest, rollout.wanted());
        }
    }

    /// Whether pods of old templates are still there.
    static boolean oldPodsRun(Rollout rollout) {
        return Rollout.present(rollout.old()) > 0
                || rollout.old().stream()
                        .anyMatch(set -> rollout.crowded().contains(set.getMetadata().getUid()));
    }

    private void growNewest(ReplicaSet newest) {
        int size = Rollout.wanted(newest);
        if (size > rollout.wanted()) {
            size(newest, rollout.wanted());
        } else if (size < rollout.wanted()) {
            int room = Math.max(0, rollout.most() - Rollout.wanted(rollout.sets()));
            size(newest, Math.min(size + room, rollout.wanted()));
        }
    }

    /// Pods of old templates that are not available may always go, others as far as enough stay
    /// available; but none goes for which the new template's own pods have failed to come.
    private void shrinkOld(ReplicaSet newest) {
        List<ReplicaSet> old =
                rollout.old().stream().filter(set -> Rollout.wanted(set) > 0).toList();
        int missing = Rollout.wanted(newest) - Rollout.available(List.of(newest));
        int excess = Rollout.wanted(rollout.sets()) - rollout.least() - missing;
        if (old.isEmpty() || excess <= 0) {
            return;
        }
        int left = excess;
        for (ReplicaSet set : old) {
            int unhealthy = Math.min(left, Rollout.wanted(set) - Rollout.available(List.of(set)));
            if (unhealthy > 0) {
                size(set, Rollout.wanted(set) - unhealthy);
                left -= unhealthy;
            }
        }
        int spare = Rollout.available(rollout.sets()) - rollout.least();
        for (ReplicaSet set : old) {
            int now = sizes.getOrDefault(uid(set), Rollout.wanted(set));
            int gone = Math.min(now, Math.max(0, spare));
            size(set, now - gone);
            spare -= gone;
        }
    }

    /// Sizes after the wanted number has changed: each ReplicaSet keeps its share.
    static Map<String, Integer> scaled(Rollout rollout) {
        Sizes next = new Sizes(rollout);
        next.scale();
        return next.sizes;
    }

    private void scale() {
        List<ReplicaSet> active =
                rollout.sets().stream().filter(set -> Rollout.wanted(set) > 0).toList();
        if (active.size() <= 1) {
            Optional<ReplicaSet> only =
                    active.stream()
                            .findFirst()
                            .or(rollout::newest)
                            .or(() -> rollout.sets().stream().max(Rollout.BY_AGE));
            only.ifPresent(set -> size(set, rollout.wanted()));
        } else if (rollout.newest().filter(this::isSaturated).isPresent()) {
            rollout.old().forEach(set -> size(set, 0));
        } else if (!rollout.recreates()) {
            share(active);
        }
    }

    private boolean isSaturated(ReplicaSet newest) {
        return Rollout.wanted(newest) == rollout.wanted()
                && Revisions.number(newest, Revisions.DESIRED).orElse(-1) == rollout.wanted()
                && Rollout.available(List.of(newest)) == rollout.wanted();
    }

    /// The larger first; of equals, those that gain are the newer, and those that lose the older.
    private void share(List<ReplicaSet> active) {
        int allowed = rollout.wanted() > 0 ? rollout.most() : 0;
        int change = allowed - Rollout.wanted(active);
        List<ReplicaSet> sorted = new ArrayList<>(active);
        sorted.sort(
                Comparator.comparingInt((ReplicaSet set) -> -Rollout.wanted(set))
                        .thenComparing(change > 0 ? Rollout.BY_AGE.reversed() : Rollout.BY_AGE));
        Map<ReplicaSet, Integer> shares = new LinkedHashMap<>();
        int given = 0;
        for (ReplicaSet set : sorted) {
            int left = change - given;
            int share = change > 0 ? Math.min(share(set), left) : Math.max(share(set), left);
            shares.put(set, change == 0 ? 0 : share);
            given += change == 0 ? 0 : share;
        }
        shares.merge(sorted.getFirst(), change - given, Integer::sum);
        shares.forEach((set, share) -> size(set, Math.max(0, Rollout.wanted(set) + share)));
    }

    /// By how much a ReplicaSet would grow if all kept their parts of the whole.
    private int share(ReplicaSet set) {
        int size = Rollout.wanted(set);
        if (rollout.wanted() == 0) {
            return -size;
        }
        long before =
                Revisions.number(set, Revisions.MAX).stream()
                        .filter(most -> most > 0)
                        .findFirst()
                        .orElseGet(() -> Rollout.present(rollout.sets()));
        return before == 0 ? 0 : (int) Math.round((double) size * rollout.most() / before) - size;
    }

    private void size(ReplicaSet set, int size) {
        if (size != Rollout.wanted(set)) {
            sizes.put(uid(set), size);
        } else {
            sizes.remove(uid(set));
        }
    }

    private static String uid(ReplicaSet set) {
        return set.getMetadata().getUid();
    }
}

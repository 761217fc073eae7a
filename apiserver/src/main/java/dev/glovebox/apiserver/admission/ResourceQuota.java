package dev.glovebox.apiserver.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.apiserver.kinds.ObjectLookup;
import dev.glovebox.apiserver.kinds.ObjectWriter;
import dev.glovebox.apiserver.kinds.Trees;
import dev.glovebox.apiserver.quota.Evaluator;
import dev.glovebox.apiserver.quota.Evaluators;
import dev.glovebox.apiserver.quota.Quota;
import dev.glovebox.apiserver.quota.QuotaCheck;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import java.time.Clock;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Refuses what would use more than a namespace's ResourceQuotas allow, and charges them for the
/// rest before it is written: whoever comes next sees it as used already. What was charged and not
/// written after all, the quota controller takes back. Source: Kubernetes' admission plugin of this
/// name.
///
/// Concurrency: a charge is written only if nobody has changed the quota since it was read. Those
/// of one namespace take turns, so that they do not fail each other; the turn saves work and
/// decides nothing.
final class ResourceQuota implements Admission {
    private static final String PLURAL = "resourcequotas";
    private static final int TRIES = 10;

    private final ObjectLookup objects;
    private final ObjectWriter writer;
    private final Clock clock;
    private final List<ReentrantLock> turns =
            Stream.generate(ReentrantLock::new).limit(64).toList();

    ResourceQuota(ObjectLookup objects, ObjectWriter writer, Clock clock) {
        this.objects = objects;
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public void admit(AdmissionRequest request) {}

    @Override
    public void validate(AdmissionRequest request) {
        boolean inNamespace =
                !request.namespace().isEmpty() && !request.kind().resource().equals("namespaces");
        if (!inNamespace || request.operation() == Operation.DELETE) {
            return;
        }
        Optional<Evaluator> evaluator =
                Evaluators.of(request.kind().resource())
                        .filter(each ->
                                each.handles(
                                        request.subresource(), request.object(), request.old()));
        if (evaluator.isEmpty() || quotas(request).isEmpty()) {
            return;
        }
        QuotaCheck check =
                new QuotaCheck(
                        evaluator.get(),
                        request.subresource(),
                        request.object(),
                        request.old(),
                        clock.instant());
        ReentrantLock turn = turns.get(Math.floorMod(request.namespace().hashCode(), turns.size()));
        turn.lock();
        try {
            charge(request, check);
        } finally {
            turn.unlock();
        }
    }

    private List<ObjectNode> quotas(AdmissionRequest request) {
        return objects.all("", PLURAL, request.namespace());
    }

    /// Checks and charges; after a conflict only those quotas again that are not charged yet.
    private void charge(AdmissionRequest request, QuotaCheck check) {
        Set<String> charged = new HashSet<>();
        for (int tries = 1; tries <= TRIES; tries++) {
            List<ObjectNode> trees =
                    quotas(request).stream()
                            .filter(each -> !charged.contains(Quota.of(each).name()))
                            .toList();
            List<Quota> before = trees.stream().map(Quota::of).toList();
            List<Quota> after =
                    switch (check.against(before)) {
                        case QuotaCheck.Result.Fits(List<Quota> quotas) -> quotas;
                        case QuotaCheck.Result.Refused(String message) ->
                                throw request.forbidden(message);
                    };
            if (request.dryRun()) {
                return;
            }
            boolean all = true;
            for (int i = 0; i < trees.size(); i++) {
                boolean same = after.get(i).used().sameAs(before.get(i).used());
                if (same || write(trees.get(i), after.get(i))) {
                    charged.add(before.get(i).name());
                } else {
                    all = false;
                }
            }
            if (all) {
                return;
            }
        }
        throw new ApiException(
                StatusReason.CONFLICT,
                "Operation cannot be fulfilled on resourcequotas \"%s\": the object has been modified; please apply your changes to the latest version and try again"
                        .formatted(
                                quotas(request).stream()
                                        .map(each -> Quota.of(each).name())
                                        .filter(each -> !charged.contains(each))
                                        .findFirst()
                                        .orElse("")));
    }

    private boolean write(ObjectNode tree, Quota after) {
        Trees.object(tree, "status").set("used", after.used().tree());
        return writer.replace("", PLURAL, tree);
    }
}

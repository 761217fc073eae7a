package dev.glovebox.apiserver.quota;

import com.fasterxml.jackson.databind.JsonNode;
import dev.glovebox.apiserver.amounts.Amounts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Holds a write against the quotas of its namespace. Pure. Source: `CheckRequest` of admission
/// plugin ResourceQuota.
///
/// @param subresource empty for the object itself
/// @param old what is stored now; empty for a new object
public record QuotaCheck(
        Evaluator evaluator,
        String subresource,
        JsonNode object,
        Optional<? extends JsonNode> old,
        Instant now) {
    /// What came of it.
    public sealed interface Result {
        /// It fits.
        ///
        /// @param quotas all of them, with what is used once it is written
        record Fits(List<Quota> quotas) implements Result {
            /// Copies the quotas.
            public Fits {
                quotas = List.copyOf(quotas);
            }
        }

        /// It does not.
        ///
        /// @param message in Kubernetes' words
        record Refused(String message) implements Result {}
    }

    /// Checks against all quotas; the first that refuses speaks.
    public Result against(List<Quota> quotas) {
        for (Quota quota : quotas) {
            if (quota.counts(evaluator, object)) {
                Optional<String> unfit = unfit(quota);
                if (unfit.isPresent()) {
                    return new Result.Refused(unfit.get());
                }
            }
        }
        Amounts usage = evaluator.usage(object, now);
        List<Quota> after = new ArrayList<>();
        for (Quota quota : quotas) {
            if (!quota.counts(evaluator, object)) {
                after.add(quota);
                continue;
            }
            Amounts requested = more(quota, usage).withoutZeros().only(bounded(quota)::contains);
            Amounts used = quota.used().plus(requested);
            Amounts above = used.only(requested.byName()::containsKey).above(quota.hard());
            if (!above.isEmpty() && !subresource.equals("status")) {
                return new Result.Refused(exceeded(quota, requested, above.byName().keySet()));
            }
            after.add(quota.using(used));
        }
        return new Result.Fits(after);
    }

    /// Why the quota cannot judge the object at all.
    private Optional<String> unfit(Quota quota) {
        Set<String> names = quota.tracked(evaluator);
        String missing = evaluator.missing(names, object);
        if (!missing.isEmpty()) {
            return Optional.of("failed quota: %s: %s".formatted(quota.name(), missing));
        }
        if (!quota.used().byName().keySet().containsAll(names)) {
            return Optional.of(
                    "status unknown for quota: %s, resources: %s"
                            .formatted(quota.name(), String.join(",", names)));
        }
        return Optional.empty();
    }

    /// What the write adds: all of it where the quota did not count the object before.
    private Amounts more(Quota quota, Amounts usage) {
        return old.filter(before -> quota.counts(evaluator, before))
                .map(before -> usage.excessOver(evaluator.usage(before, now)))
                .orElse(usage);
    }

    private static Set<String> bounded(Quota quota) {
        return quota.hard().byName().keySet();
    }

    private static String exceeded(Quota quota, Amounts requested, Set<String> names) {
        return "exceeded quota: %s, requested: %s, used: %s, limited: %s"
                .formatted(
                        quota.name(),
                        requested.only(names::contains).text(),
                        quota.used().only(names::contains).text(),
                        quota.hard().only(names::contains).text());
    }
}

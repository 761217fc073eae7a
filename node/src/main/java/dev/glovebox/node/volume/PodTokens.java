package dev.glovebox.node.volume;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.PodToken;
import dev.glovebox.node.spec.PodObjects;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/// Tokens of pods, in memory and in their volumes alone. One is used until four fifths of its life
/// are over, or a day; then there is a new one. Safe for use by any thread. Source: kubelet's token
/// manager.
final class PodTokens {
    private static final Duration STANDARD = Duration.ofHours(1);
    private static final Duration LONGEST = Duration.ofDays(1);

    private final PodObjects objects;
    private final Clock clock;
    private final Map<PodToken.Wanted, Held> held = new ConcurrentHashMap<>();

    /// A token, and when it is to be replaced.
    private record Held(PodToken token, Instant until) {}

    PodTokens(PodObjects objects, Clock clock) {
        this.objects = objects;
        this.clock = clock;
    }

    /// The token that a projection asks for.
    String of(Pod pod, ServiceAccountTokenProjection source) {
        String account = pod.getSpec().getServiceAccountName();
        if (account == null || account.isEmpty()) {
            throw new VolumeException("a token without a service account");
        }
        Long seconds = source.getExpirationSeconds();
        String audience = source.getAudience();
        PodToken.Wanted wanted =
                new PodToken.Wanted(
                        new ObjectKey(pod.getMetadata().getNamespace(), account),
                        pod.getMetadata().getName(),
                        pod.getMetadata().getUid(),
                        audience == null || audience.isEmpty() ? List.of() : List.of(audience),
                        seconds == null ? STANDARD : Duration.ofSeconds(seconds));
        Held before = held.get(wanted);
        Instant now = clock.instant();
        if (before != null && now.isBefore(before.until())) {
            return before.token().token();
        }
        PodToken fresh = objects.token(wanted);
        held.put(wanted, new Held(fresh, replacement(now, fresh)));
        return fresh.token();
    }

    private static Instant replacement(Instant now, PodToken token) {
        Duration most = Duration.between(now, token.expires()).multipliedBy(4).dividedBy(5);
        return now.plus(most.compareTo(LONGEST) < 0 ? most : LONGEST);
    }

    /// Forgets the tokens of a pod.
    void forget(String uid) {
        held.keySet().removeIf(wanted -> Objects.equals(wanted.uid(), uid));
    }
}

package dev.glovebox.node;

import dev.glovebox.node.spec.PodObjects;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Brings one pod's volumes up to what the API has, whenever it is asked to. While nothing else is
/// due for the pod, the runtime need not be looked at for that. The worker's own.
final class VolumeCare {
    private static final Logger LOG = LoggerFactory.getLogger(VolumeCare.class);

    private final BiConsumer<Pod, PodObjects> refresh;
    private Optional<PodObjects> asked = Optional.empty();
    private boolean used;
    private Instant restUntil = Instant.MIN;

    /// @param refresh brings a pod's volumes up to date
    VolumeCare(BiConsumer<Pod, PodObjects> refresh) {
        this.refresh = refresh;
    }

    /// Asks for it; the latest objects win.
    void ask(PodObjects objects) {
        asked = Optional.of(objects);
    }

    /// The runtime was looked at, and something may be due now.
    ///
    /// @param used whether anybody has the volumes
    void looked(boolean used) {
        this.used = used;
        restUntil = Instant.MIN;
    }

    /// Nothing is due before that moment.
    void rest(Instant until) {
        restUntil = until;
    }

    Instant restUntil() {
        return restUntil;
    }

    /// Whether the mail asks for nothing else, and nothing else is due.
    boolean areAllThatIsDue(List<PodMail> mail, Instant now) {
        return !mail.isEmpty()
                && mail.stream().allMatch(PodMail.Refresh.class::isInstance)
                && now.isBefore(restUntil);
    }

    /// Does what was asked for, if anything was and anybody has the volumes.
    void refresh(Pod pod) {
        Optional<PodObjects> objects = asked;
        asked = Optional.empty();
        if (objects.isEmpty() || !used) {
            return;
        }
        try {
            refresh.accept(pod, objects.get());
        } catch (RuntimeException e) {
            // The API's, or what nobody thought of: they stay as they are until the next round.
            LOG.atWarn()
                    .addKeyValue("uid", pod.getMetadata().getUid())
                    .setCause(e)
                    .log("volumes of a pod could not be refreshed");
        }
    }
}

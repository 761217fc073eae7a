package dev.glovebox.controllers.jobs;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.WorkQueue.Outcome;
import dev.glovebox.controllers.loop.ControlLoop;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.LoopSettings;
import dev.glovebox.controllers.loop.Times;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/// Deletes Jobs some time after their end, where they say after which: what
/// kube-controller-manager's ttl-after-finished controller does.
public final class FinishedJobController implements AutoCloseable {
    private final Cluster cluster;
    private final Clock clock;
    private final Reflector<Job> jobs;
    private final ControlLoop<ObjectKey> loop;

    private FinishedJobController(LoopSettings settings) {
        this.cluster = settings.cluster();
        this.clock = settings.clock();
        this.jobs = settings.informers().of(Kinds.JOBS);
        this.loop =
                settings.<ObjectKey>loop("ttl-after-finished-controller")
                        .follow(jobs, job -> Stream.of(ObjectKey.of(job)))
                        .start(this::reconcile);
    }

    /// Starts it.
    public static FinishedJobController start(LoopSettings settings) {
        return new FinishedJobController(settings);
    }

    @Override
    public void close() {
        loop.close();
    }

    private static Optional<Instant> expiry(Job job) {
        JobView view = new JobView(job);
        return view.leaving() ? Optional.empty() : view.expiry();
    }

    private Outcome reconcile(ObjectKey key) {
        Optional<Instant> expiry = jobs.image().get(key).flatMap(FinishedJobController::expiry);
        Instant now = clock.instant();
        if (expiry.isEmpty()) {
            return new Outcome.Done();
        }
        if (expiry.get().isAfter(now)) {
            return new Outcome.Again(Times.until(expiry.get(), now));
        }
        // Somebody may have given it more time: only what the API itself says now counts.
        cluster.get(Kinds.JOBS, key)
                .filter(job -> expiry(job).filter(then -> !then.isAfter(now)).isPresent())
                .ifPresent(job ->
                        cluster.delete(
                                Kinds.JOBS,
                                key,
                                DeleteOptions.withDependents(job.getMetadata().getUid())));
        return new Outcome.Done();
    }
}

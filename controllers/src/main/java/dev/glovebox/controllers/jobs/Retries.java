package dev.glovebox.controllers.jobs;

import dev.glovebox.cluster.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/// When a Job may try again after failures: 10 s after the first, doubled each time, at most 10
/// min. What has failed is read off the pods, so that nothing is forgotten.
final class Retries {
    private static final Backoff BACKOFF =
            new Backoff(Duration.ofSeconds(10), Duration.ofMinutes(10));

    private Retries() {}

    /// After that many failures of which the last was then.
    static Instant after(Instant last, int failures) {
        return last.plus(BACKOFF.after(failures));
    }

    /// From when on a new pod may be made, by failures since the last success.
    ///
    /// @param failed pods whose failures count
    static Instant from(List<JobPod> succeeded, List<JobPod> failed) {
        Instant success =
                succeeded.stream().map(JobPod::ended).max(Instant::compareTo).orElse(Instant.MIN);
        List<Instant> since =
                failed.stream().map(JobPod::ended).filter(end -> end.isAfter(success)).toList();
        return since.stream()
                .max(Instant::compareTo)
                .map(last -> after(last, since.size()))
                .orElse(Instant.MIN);
    }
}

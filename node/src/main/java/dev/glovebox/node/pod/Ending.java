package dev.glovebox.node.pod;

import java.time.Duration;
import java.time.Instant;

/// Why a pod's containers must end, and by when.
public sealed interface Ending {
    /// When whatever still runs is killed.
    Instant deadline();

    /// Someone deleted it, or its API object is gone.
    record Deleted(Instant deadline) implements Ending {}

    /// It ran longer than `activeDeadlineSeconds`.
    record DeadlineExceeded(Instant deadline) implements Ending {}

    /// It has to leave the node.
    record Evicted(Instant deadline, Eviction eviction) implements Ending {
        /// What an evicted pod's containers get, whatever their pod says (the kubelet's).
        static final Duration GRACE = Duration.ofSeconds(1);

        /// An eviction of which the pod hears at that moment.
        public static Evicted at(Instant moment, Eviction eviction) {
            return new Evicted(moment.plus(GRACE), eviction);
        }
    }

    /// Nothing of it is to run any more: every container has done its part, or one failed for good.
    record Done(Instant deadline) implements Ending {}
}

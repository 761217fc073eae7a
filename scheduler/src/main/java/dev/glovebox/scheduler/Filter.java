package dev.glovebox.scheduler;

import java.util.List;
import java.util.Optional;

/// One reason to keep a pod off nodes. Made for one pod and one snapshot.
interface Filter {
    /// Why the pod may not go to that node; empty if it may.
    Optional<Refusal> refuse(NodeState node);

    /// Why a pod may not go to a node.
    ///
    /// @param reasons in kube-scheduler's words
    /// @param curable whether it may once other pods have left the node
    record Refusal(List<String> reasons, boolean curable) {
        static Optional<Refusal> lasting(String reason) {
            return Optional.of(new Refusal(List.of(reason), false));
        }

        static Optional<Refusal> curable(String reason) {
            return Optional.of(new Refusal(List.of(reason), true));
        }
    }
}

package dev.glovebox.scheduler;

import dev.glovebox.placement.Requests;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What pods request of nodes: kube-scheduler's NodeResourcesFit, and its scores LeastAllocated and
/// NodeResourcesBalancedAllocation.
final class Resources {
    private static final List<String> SCORED = List.of(Requests.CPU, Requests.MEMORY);

    private Resources() {}

    static Optional<Filter.Refusal> refuse(NodeState node, Pod pod) {
        Requests allocatable = node.allocatable();
        Requests taken = node.taken();
        List<String> reasons = new ArrayList<>();
        boolean curable = true;
        for (var wanted : Requests.of(pod).amounts().entrySet()) {
            String name = wanted.getKey();
            long amount = wanted.getValue();
            if (amount > 0 && amount > allocatable.amount(name) - taken.amount(name)) {
                boolean pods = name.equals(Requests.PODS);
                reasons.add(pods ? "Too many pods" : "Insufficient " + name);
                curable &= pods || amount <= allocatable.amount(name);
            }
        }
        return reasons.isEmpty()
                ? Optional.empty()
                : Optional.of(new Filter.Refusal(reasons, curable));
    }

    /// The larger a part would stay free, the better.
    static long leastAllocated(NodeState node, Pod pod) {
        Requests allocatable = node.allocatable();
        Requests used = Requests.usual(pod);
        for (Pod other : node.pods()) {
            used = used.plus(Requests.usual(other));
        }
        long sum = 0;
        int counted = 0;
        for (String name : SCORED) {
            long capacity = allocatable.amount(name);
            if (capacity > 0) {
                long free = Math.max(0, capacity - used.amount(name));
                sum += free * Score.BEST / capacity;
                counted++;
            }
        }
        return counted == 0 ? 0 : sum / counted;
    }

    /// Whether a pod asks for what balance is about.
    static boolean countsForBalance(Pod pod) {
        Requests requests = Requests.of(pod);
        return SCORED.stream().anyMatch(name -> requests.amount(name) > 0);
    }

    /// The more evenly cores and memory would be used, the better.
    static long balanced(NodeState node, Pod pod) {
        Requests allocatable = node.allocatable();
        Requests used = node.taken().plus(Requests.of(pod));
        List<Double> parts = new ArrayList<>();
        for (String name : SCORED) {
            long capacity = allocatable.amount(name);
            if (capacity > 0) {
                parts.add(Math.min(1, (double) used.amount(name) / capacity));
            }
        }
        double deviation = parts.size() < 2 ? 0 : Math.abs(parts.getFirst() - parts.getLast()) / 2;
        return (long) ((1 - deviation) * Score.BEST);
    }
}

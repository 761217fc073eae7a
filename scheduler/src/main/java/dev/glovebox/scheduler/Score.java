package dev.glovebox.scheduler;

import java.util.List;
import java.util.function.ToLongFunction;

/// How good nodes are for a pod in one respect. Made for one pod and one snapshot.
interface Score {
    /// What the best node gets.
    long BEST = 100;

    /// A number from 0 to [#BEST] for each of the nodes, which are at least two.
    long[] of(List<NodeState> nodes);

    /// A score that looks at each node for itself.
    static Score each(ToLongFunction<NodeState> score) {
        return nodes -> nodes.stream().mapToLong(score).toArray();
    }

    /// The same, stretched so that the largest becomes [#BEST]; all 0 where all are.
    default Score stretched() {
        return nodes -> {
            long[] scores = of(nodes);
            long most = largest(scores);
            for (int i = 0; i < scores.length; i++) {
                scores[i] = most == 0 ? 0 : BEST * scores[i] / most;
            }
            return scores;
        };
    }

    /// The same the other way round.
    default Score reversed() {
        return nodes -> {
            long[] scores = of(nodes);
            for (int i = 0; i < scores.length; i++) {
                scores[i] = BEST - scores[i];
            }
            return scores;
        };
    }

    private static long largest(long[] scores) {
        long most = 0;
        for (long score : scores) {
            most = Math.max(most, score);
        }
        return most;
    }
}

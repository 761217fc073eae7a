package dev.glovebox.node.probe;

import java.util.Optional;

/// How often a probe said the same in a row. Pure.
///
/// @param passed what it said last
/// @param length how often; 0 before the first time
record Streak(boolean passed, int length) {
    static final Streak NONE = new Streak(false, 0);

    Streak and(boolean next) {
        return new Streak(next, length > 0 && next == passed ? length + 1 : 1);
    }

    /// What it came to; empty below the thresholds.
    Optional<Boolean> verdict(int successes, int failures) {
        return length >= (passed ? successes : failures) && length > 0
                ? Optional.of(passed)
                : Optional.empty();
    }
}

package dev.glovebox.node.log;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/// What of a log is wanted: `PodLogOptions` of core/v1.
///
/// @param follow whether to go on as long as the container runs
/// @param timestamps whether each line begins with its time
/// @param tailLines how many of the last lines; empty for all
/// @param since only lines from then on; empty for all
/// @param limitBytes most bytes to send; empty for no limit
public record LogQuery(
        boolean follow,
        boolean timestamps,
        OptionalLong tailLines,
        Optional<Instant> since,
        OptionalLong limitBytes) {
    /// Everything written so far.
    public static final LogQuery ALL =
            new LogQuery(
                    false, false, OptionalLong.empty(), Optional.empty(), OptionalLong.empty());

    /// Everything, and what is still to come.
    public static final LogQuery FOLLOW =
            new LogQuery(true, false, OptionalLong.empty(), Optional.empty(), OptionalLong.empty());

    /// Refuses negative numbers.
    public LogQuery {
        if (tailLines.orElse(0) < 0 || limitBytes.orElse(1) < 1) {
            throw new IllegalArgumentException(
                    "tailLines " + tailLines + ", limitBytes " + limitBytes);
        }
    }
}

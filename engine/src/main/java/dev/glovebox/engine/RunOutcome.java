package dev.glovebox.engine;

import dev.glovebox.control.RunSpec;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import java.time.Duration;
import java.util.Optional;

/// How a run ended.
///
/// @param exitCode what the command line ends with
/// @param reason as Kubernetes names it, for example `Completed`, `Error`, `OOMKilled`
/// @param message what is to be said on standard error; empty where the exit code says all
record RunOutcome(int exitCode, String reason, String message) {
    /// Exit code where nothing ran.
    static final int NOT_RUN = 125;

    private static final int TIMED_OUT = 124;
    private static final int KILLED = 137;
    private static final String OOM = "OOMKilled";
    private static final String START_ERROR = "StartError";

    /// The end of a container that ended by itself, or by a limit.
    static RunOutcome of(RunSpec spec, ContainerStateTerminated end) {
        String reason = Optional.ofNullable(end.getReason()).orElse("");
        String message = Optional.ofNullable(end.getMessage()).orElse("");
        if (notStarted(end)) {
            return new RunOutcome(
                    NOT_RUN, reason, "the command could not be started: " + Troubles.line(message));
        }
        int code = end.getExitCode();
        if (reason.equals(OOM) && code != 0) {
            String limit = spec.memory().isEmpty() ? "its limit" : "its limit of " + spec.memory();
            String whole = message.isEmpty() ? "" : " (" + Troubles.line(message) + ")";
            return new RunOutcome(
                    KILLED, reason, "killed for memory: it wanted more than " + limit + whole);
        }
        return new RunOutcome(code, reason, "");
    }

    /// Whether a container ended because its command could not be started.
    static boolean notStarted(ContainerStateTerminated end) {
        return START_ERROR.equals(end.getReason());
    }

    static RunOutcome timedOut(Duration limit) {
        return new RunOutcome(
                TIMED_OUT,
                "DeadlineExceeded",
                "ended after its time of "
                        + limit.toString().substring(2).toLowerCase(java.util.Locale.ROOT));
    }

    /// The pod was taken away from outside while it ran.
    static RunOutcome deleted() {
        return new RunOutcome(KILLED, "Deleted", "the pod was deleted while it ran");
    }
}

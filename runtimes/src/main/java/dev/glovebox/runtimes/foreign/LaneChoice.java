package dev.glovebox.runtimes.foreign;

import dev.glovebox.containerd.ContainerdVersion;
import dev.glovebox.runtimes.Setup.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Which lane a containerd gets, decided before anything is changed. Pure.
///
/// @param why what keeps the official shim from starting, where that decided; empty otherwise
record LaneChoice(Lane lane, Optional<String> why) {
    /// The oldest containerd that understands what gVisor's shim answers to `start`: JSON, where
    /// 1.6 takes the whole answer for a socket's address (seen with 1.6.20, 1.7.24 and 2.1.9).
    static final ContainerdVersion READS_SHIM = new ContainerdVersion(1, 7, 0);

    LaneChoice {
        Objects.requireNonNull(lane, "lane");
        Objects.requireNonNull(why, "why");
    }

    /// What decides.
    ///
    /// @param containerd its version; empty where it is not known
    /// @param mayLowerOomScore whether root has CAP_SYS_RESOURCE, without which the shim ends when
    ///   it sets its own `oom_score_adj`
    record Facts(
            Optional<ContainerdVersion> containerd,
            GvisorPrograms programs,
            boolean mayLowerOomScore) {}

    /// The lane that was asked for, where it can work; else the official shim, and the launcher
    /// where the shim cannot start.
    static LaneChoice of(Optional<Lane> asked, Facts facts) {
        List<String> against = againstShim(facts);
        if (asked.equals(Optional.of(Lane.SHIM)) && !against.isEmpty()) {
            throw new ConfigurationRefused(
                    "--lane shim cannot work: "
                            + String.join("; ", against)
                            + "; take --lane launcher");
        }
        if (against.isEmpty() && !asked.equals(Optional.of(Lane.LAUNCHER))) {
            return new LaneChoice(Lane.SHIM, Optional.empty());
        }
        return new LaneChoice(
                Lane.LAUNCHER,
                asked.isPresent() ? Optional.empty() : Optional.of(String.join("; ", against)));
    }

    private static List<String> againstShim(Facts facts) {
        List<String> against = new ArrayList<>();
        facts.containerd()
                .filter(version -> version.compareTo(READS_SHIM) < 0)
                .ifPresent(version ->
                        against.add(
                                "containerd "
                                        + version
                                        + " does not understand gVisor's official shim (containerd "
                                        + READS_SHIM
                                        + " and newer do)"));
        if (!facts.mayLowerOomScore()) {
            against.add(
                    "gVisor's official shim does not start where root lacks CAP_SYS_RESOURCE, as"
                            + " here");
        }
        if (facts.programs().shim().isEmpty()) {
            against.add(
                    "no containerd-shim-runsc-v1 is installed beside " + facts.programs().runsc());
        }
        return against;
    }
}

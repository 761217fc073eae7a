package dev.glovebox.runtimes.gvisor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/// Finds the newest runsc at hand: one on PATH, else Debian's package, fetched without touching the
/// system's own packages.
public final class RunscSearch {
    private static final String CURE =
            "install gVisor of "
                    + RunscVersion.OLDEST
                    + " or newer: sudo ./glovebox runtimes install gvisor; or let this machine reach"
                    + " a Debian mirror, whose package is then fetched";

    private final List<Path> path;
    private final PackagedRunsc packaged;
    private final RunscProgram program;

    /// Searches the directories of `path` in order, then asks `packaged`.
    public RunscSearch(List<Path> path, PackagedRunsc packaged, RunscProgram program) {
        this.path = List.copyOf(path);
        this.packaged = Objects.requireNonNull(packaged, "packaged");
        this.program = Objects.requireNonNull(program, "program");
    }

    /// Debian's package of runsc, unpacked beside the system.
    @FunctionalInterface
    public interface PackagedRunsc {
        /// The unpacked program, fetched where needed; empty where no package of a usable age can
        /// be had, for which `why` says the reason.
        Outcome fetch();

        /// The outcome of a fetch.
        sealed interface Outcome {}

        /// The program, unpacked.
        record Unpacked(Path runsc) implements Outcome {}

        /// Why there is none, in one sentence without a full stop.
        record Unavailable(String why) implements Outcome {}
    }

    /// What a search ends with.
    public sealed interface Result {}

    /// A runsc that is new enough.
    public record Found(Path runsc, RunscVersion version) implements Result {}

    /// No usable runsc: what was tried, and what would help. A sentence without a full stop.
    public record Missing(String why, String cure) implements Result {}

    /// Searches. Runs every candidate with `--version`, and fetches a package only where none on
    /// PATH will do.
    public Result find() {
        List<String> tried = new ArrayList<>();
        Optional<Found> onPath =
                path.stream()
                        .map(directory -> directory.resolve("runsc"))
                        .filter(Files::isExecutable)
                        .flatMap(candidate -> judge(candidate, tried).stream())
                        .max((a, b) -> a.version().compareTo(b.version()));
        if (onPath.isPresent()) {
            return onPath.get();
        }
        return switch (packaged.fetch()) {
            case PackagedRunsc.Unpacked(Path runsc) ->
                    judge(runsc, tried).<Result>map(found -> found).orElseGet(() -> none(tried));
            case PackagedRunsc.Unavailable(String why) -> {
                tried.add(why);
                yield none(tried);
            }
        };
    }

    private static Missing none(List<String> tried) {
        return new Missing(String.join("; ", tried), CURE);
    }

    private Optional<Found> judge(Path candidate, List<String> tried) {
        return switch (program.version(candidate)) {
            case RunscProgram.Known(RunscVersion version) when version.tooOld() -> {
                tried.add(
                        candidate
                                + " is runsc "
                                + version.text()
                                + ", too old to be sold as security (oldest accepted: "
                                + RunscVersion.OLDEST
                                + ")");
                yield Optional.empty();
            }
            case RunscProgram.Known(RunscVersion version) ->
                    Optional.of(new Found(candidate, version));
            case RunscProgram.Unknown(String why) -> {
                tried.add(candidate + ": " + why);
                yield Optional.empty();
            }
        };
    }
}

package dev.glovebox.runtimes.gvisor;

import dev.glovebox.runtimes.host.ShortCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Tries on this machine how a runsc may catch system calls: a device that is there may have no
/// hardware behind it, under which runsc hangs. Each platform runs a program of many system calls
/// (`runsc do`, without a network and without cgroups of its own) within a time limit.
///
/// This chooses a setting and proves nothing of isolation: that is for a probe pod, later, under
/// the containerd that will run the handler.
public final class PlatformTrial {
    /// How much faster another platform has to be than gVisor's default to be taken in its place.
    private static final double CLEARLY = 0.8;

    private static final List<String> WORK =
            List.of(
                    "/bin/dd",
                    "if=/dev/zero",
                    "of=/dev/null",
                    "bs=1",
                    "count=20000",
                    "status=none");

    private final Path directory;
    private final Duration patience;

    /// Tries below one directory.
    ///
    /// @param directory where runsc may keep its state meanwhile
    /// @param patience how long one platform may take
    public PlatformTrial(Path directory, Duration patience) {
        this.directory = Objects.requireNonNull(directory, "directory");
        this.patience = Objects.requireNonNull(patience, "patience");
    }

    /// What a platform did.
    public sealed interface Outcome {}

    /// It ran the program in this time.
    public record Works(Duration took) implements Outcome {}

    /// It did not; why, in one sentence without a full stop.
    public record Fails(String why) implements Outcome {}

    /// What the trials showed, and what follows.
    ///
    /// @param platform that is to be used
    /// @param seen every platform that was tried, in order
    public record Choice(Platform platform, Map<Platform, Outcome> seen) {
        /// For people: `systrap 310 ms, kvm: did not end within 10 s`.
        public String text() {
            return seen.entrySet().stream()
                    .map(each -> each.getKey().text() + word(each.getValue()))
                    .collect(Collectors.joining(", "));
        }

        private static String word(Outcome outcome) {
            return switch (outcome) {
                case Works(Duration took) -> " " + took.toMillis() + " ms";
                case Fails(String why) -> ": " + why;
            };
        }
    }

    /// Tries systrap and kvm, and ptrace where neither works; takes systrap unless another one is
    /// clearly faster.
    ///
    /// @throws IOException where none works, with what each of them said
    public Choice choose(Path runsc) throws IOException {
        Map<Platform, Outcome> seen = new LinkedHashMap<>();
        for (Platform each : List.of(Platform.SYSTRAP, Platform.KVM)) {
            seen.put(each, run(runsc, each));
        }
        if (seen.values().stream().noneMatch(Works.class::isInstance)) {
            seen.put(Platform.PTRACE, run(runsc, Platform.PTRACE));
        }
        return best(seen);
    }

    /// Tries the one that was asked for.
    ///
    /// @throws IOException where it does not work
    public Choice require(Path runsc, Platform platform) throws IOException {
        return best(new LinkedHashMap<>(Map.of(platform, run(runsc, platform))));
    }

    /// Pure.
    static Choice best(Map<Platform, Outcome> seen) throws IOException {
        List<Platform> fastest = new ArrayList<>();
        long time = Long.MAX_VALUE;
        for (Map.Entry<Platform, Outcome> each : seen.entrySet()) {
            if (each.getValue() instanceof Works(Duration took)
                    && (fastest.isEmpty() || took.toNanos() < time * CLEARLY)) {
                fastest.addFirst(each.getKey());
                time = took.toNanos();
            }
        }
        if (fastest.isEmpty()) {
            throw new IOException(
                    "runsc runs nothing on this machine: "
                            + new Choice(Platform.SYSTRAP, seen).text());
        }
        return new Choice(fastest.getFirst(), seen);
    }

    private Outcome run(Path runsc, Platform platform) throws IOException {
        Path root = Files.createTempDirectory(directory, platform.text());
        List<String> command = new ArrayList<>();
        command.add(runsc.toString());
        command.addAll(List.of("--root", root.toString(), "--platform", platform.text()));
        command.addAll(List.of("--network", "none", "--ignore-cgroups", "do"));
        command.addAll(WORK);
        long before = System.nanoTime();
        try {
            ShortCommand.Ended ended = new ShortCommand(patience).run(command);
            Duration took = Duration.ofNanos(System.nanoTime() - before);
            return ended.exitCode() == 0
                    ? new Works(took)
                    : new Fails(
                            "exit code %d (%s)".formatted(ended.exitCode(), last(ended.output())));
        } catch (IOException e) {
            boolean late = System.nanoTime() - before >= patience.toNanos();
            return new Fails(
                    late
                            ? "did not end within " + patience.toSeconds() + " s"
                            : String.valueOf(e.getMessage()));
        }
    }

    private static String last(String output) {
        List<String> lines = output.lines().map(String::strip).filter(l -> !l.isEmpty()).toList();
        return lines.isEmpty() ? "it said nothing" : lines.getLast();
    }
}

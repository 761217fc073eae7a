package dev.glovebox.runtimes.foreign;

import dev.glovebox.containerd.ContainerdVersion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a configuration would be changed to: found without changing anything, without a running
/// containerd, and without root where the file can be read.
///
/// @param plan what would be written
/// @param lane which lane, and why where something stood against the other
public record Draft(Plan plan, LaneChoice lane) {
    /// For a containerd of that version; an empty one stands for all that read the file.
    static Draft of(
            ConfigureRequest request,
            Optional<ContainerdVersion> containerd,
            Capabilities capabilities) {
        GvisorPrograms programs = GvisorPrograms.in(request.prefix());
        LaneChoice lane =
                LaneChoice.of(
                        request.lane(),
                        new LaneChoice.Facts(
                                containerd, programs, capabilities.mayLowerOomScore()));
        Path settings =
                Kept.in(request.prefix())
                        .directory(request.file(), request.handler())
                        .resolve("runsc.toml");
        HandlerTable table = new HandlerTable(request.handler(), lane.lane(), programs, settings);
        Planner planner =
                new Planner(
                        Planner.Configuration.read(request.file(), request.handler()),
                        containerd,
                        table);
        return new Draft(planner.plan(request.replace(), text(settings)), lane);
    }

    /// For this machine: the version is that of the program that was named, else of the one on
    /// `path` where that one reads such a file at all.
    public static Draft of(ConfigureRequest request, List<Path> path) {
        Capabilities capabilities = Capabilities.read(Path.of("/proc/self/status"));
        if (request.binary().isPresent()) {
            Path program = request.binary().get();
            return of(
                    request,
                    Optional.of(
                            new ContainerdBinary(program)
                                    .version()
                                    .orElseThrow(() ->
                                            new ConfigurationRefused(
                                                    program
                                                            + " --version names no version of"
                                                            + " containerd"))),
                    capabilities);
        }
        Optional<ContainerdVersion> found =
                path.stream()
                        .map(directory -> directory.resolve("containerd"))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .flatMap(program -> new ContainerdBinary(program).version());
        ConfigFile file = ConfigFile.read(request.file());
        return of(request, found.filter(version -> reads(file, version)), capabilities);
    }

    private static boolean reads(ConfigFile file, ContainerdVersion version) {
        return version.configVersion() >= file.version()
                && (file.version() > 1 || version.major() < 2);
    }

    /// The unified diff; empty where nothing would change.
    public String diff() {
        return plan.diff();
    }

    /// What a person should know, each a sentence without a full stop.
    public List<String> remarks() {
        List<String> all = new ArrayList<>();
        all.add(
                "handler "
                        + plan.table().name()
                        + " by "
                        + lane.lane().words()
                        + lane.why().map(why -> ", because " + why).orElse(""));
        if (!plan.table().programs().installed()) {
            all.add(
                    "runsc is not installed; these are the paths that `glovebox runtimes install"
                            + " gvisor --system` uses");
        }
        all.addAll(plan.remarks());
        return all;
    }

    private static Optional<String> text(Path file) {
        try {
            return Files.exists(file) ? Optional.of(Files.readString(file)) : Optional.empty();
        } catch (IOException e) {
            throw ConfigurationRefused.io("cannot read " + file, e);
        }
    }
}

package dev.glovebox.engine;

import dev.glovebox.containerd.ContainerdVersion;
import dev.glovebox.containerd.image.BuiltinImage;
import dev.glovebox.containerd.image.BuiltinImages;
import dev.glovebox.containerd.image.ImageException;
import dev.glovebox.containerd.packages.DebianPackages;
import dev.glovebox.containerd.packages.PackageException;
import dev.glovebox.containerd.packages.Programs;
import dev.glovebox.containerd.packages.UnpackedPackage;
import dev.glovebox.runtimes.gvisor.RunscSearch.PackagedRunsc;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The machine's own containerd, runc, CNI plugins and busybox where they serve, else Debian's,
/// unpacked below the data directory: nothing that is installed is replaced.
final class MachinePrograms {
    private static final Logger LOG = LoggerFactory.getLogger(MachinePrograms.class);
    private static final Duration QUICK = Duration.ofSeconds(20);
    private static final List<String> CNI = List.of("ptp", "host-local", "loopback");
    private static final List<Path> CNI_PLACES =
            List.of(Path.of("/usr/lib/cni"), Path.of("/opt/cni/bin"), Path.of("/usr/libexec/cni"));
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private final List<Path> path;
    private final DebianPackages packages;
    private final String suite;
    private final boolean fetching;

    /// @param path directories to look for programs in, first to last
    /// @param suite of Debian whose packages fit this machine: `bookworm`
    /// @param fetching whether packages that were not fetched before may be
    MachinePrograms(List<Path> path, DebianPackages packages, String suite, boolean fetching) {
        this.path = List.copyOf(path);
        this.packages = packages;
        this.suite = suite;
        this.fetching = fetching;
    }

    /// What this machine is, with packages below an engine's data directory.
    static MachinePrograms ofThisMachine(Places places) throws IOException {
        return ofThisMachine(places, true);
    }

    /// The same as it is now: nothing is fetched, and what would have to be is not there.
    static MachinePrograms asItIs(Places places) throws IOException {
        return ofThisMachine(places, false);
    }

    private static MachinePrograms ofThisMachine(Places places, boolean fetching)
            throws IOException {
        String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return new MachinePrograms(
                Arrays.stream(path.split(":", -1))
                        .filter(each -> each.startsWith("/"))
                        .map(Path::of)
                        .toList(),
                new DebianPackages(places.packages(), Path.of("/etc/apt")),
                suite(Path.of("/etc/os-release")),
                fetching);
    }

    /// The directories that programs were looked for in.
    List<Path> path() {
        return path;
    }

    /// A containerd that is new enough.
    Path containerd() {
        return onPath("containerd")
                .filter(MachinePrograms::isNewEnough)
                .orElseGet(() -> packaged("containerd", "usr/bin/containerd"));
    }

    Path runc() {
        return onPath("runc").orElseGet(() -> packaged("runc", "usr/sbin/runc"));
    }

    /// A directory with the CNI plugins that are used.
    Path cniPlugins() {
        return CNI_PLACES.stream()
                .filter(place ->
                        CNI.stream().allMatch(name -> Files.isExecutable(place.resolve(name))))
                .findFirst()
                .orElseGet(() -> packaged("containernetworking-plugins", "usr/lib/cni"));
    }

    /// The built-in image around a static busybox.
    BuiltinImage busybox() {
        if (Files.isExecutable(BUSYBOX)) {
            try {
                return BuiltinImages.busybox(BUSYBOX);
            } catch (ImageException e) {
                LOG.atInfo()
                        .addKeyValue("cause", e.getMessage())
                        .log("the machine's busybox does not serve; taking Debian's package");
            }
        }
        return BuiltinImages.busybox(packaged("busybox-static", "bin/busybox"));
    }

    /// Debian's runsc: of the machine's own suite's backports, else of trixie; what was unpacked
    /// once is found again without a mirror.
    PackagedRunsc.Outcome runsc() {
        String why = "";
        for (String from : List.of(suite + "-backports", "trixie")) {
            try {
                return new PackagedRunsc.Unpacked(packaged(from, "runsc", "usr/bin/runsc"));
            } catch (PackageException e) {
                why = String.valueOf(e.getMessage());
                LOG.atInfo().addKeyValue("suite", from).addKeyValue("cause", why).log("no runsc");
            }
        }
        return new PackagedRunsc.Unavailable(why);
    }

    private Optional<Path> onPath(String name) {
        return path.stream()
                .map(directory -> directory.resolve(name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }

    private Path packaged(String name, String file) {
        return packaged(suite, name, file);
    }

    private Path packaged(String from, String name, String file) {
        return packages.unpacked(from, name).orElseGet(() -> fetch(from, name)).file(file);
    }

    private UnpackedPackage fetch(String from, String name) {
        if (!fetching) {
            throw new PackageException(
                    "package %s of %s was not fetched yet; an engine does so when it starts"
                            .formatted(name, from));
        }
        return packages.fetch(from, name);
    }

    private static boolean isNewEnough(Path containerd) {
        try {
            Programs.Ran ran =
                    Programs.run(Path.of("/"), QUICK, List.of(containerd.toString(), "--version"));
            return ran.exitCode() == 0
                    && ContainerdVersion.parse(ran.output())
                            .filter(version -> version.compareTo(ContainerdVersion.OLDEST) >= 0)
                            .isPresent();
        } catch (PackageException e) {
            LOG.atInfo()
                    .addKeyValue("containerd", containerd)
                    .addKeyValue("cause", e.getMessage())
                    .log("the machine's containerd does not serve; taking Debian's package");
            return false;
        }
    }

    /// `VERSION_CODENAME` of os-release(5).
    static String suite(Path osRelease) throws IOException {
        try (var lines = Files.lines(osRelease)) {
            return lines.filter(line -> line.startsWith("VERSION_CODENAME="))
                    .map(line -> line.substring("VERSION_CODENAME=".length()))
                    .map(word -> word.replaceAll("[\"']", ""))
                    .filter(word -> !word.isEmpty())
                    .findFirst()
                    .orElse("bookworm");
        }
    }
}

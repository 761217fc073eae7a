package dev.glovebox.runtimes.install;

import dev.glovebox.model.Names;
import dev.glovebox.runtimes.host.Digest;
import dev.glovebox.runtimes.kata.KataConfiguration;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// Kata Containers, as its release has it: a tree for `/opt/kata`, which is put elsewhere, so that
/// versions lie side by side, with a configuration of one hypervisor that says so.
///
/// @param hypervisor the configuration's, such as `qemu` or `clh`; empty: QEMU's
/// @param older whether an older version than the one in use may take its place
public record Kata(String hypervisor, boolean older) implements RuntimeKind {
    /// Its name, and its handler's.
    public static final String NAME = Names.KATA;

    /// The runtime type of its shim.
    public static final String SHIM = "io.containerd.kata.v2";

    /// What the archive is called that a source brings.
    public static final String ARCHIVE = "kata-static";

    /// The configuration of an installed version, in its directory.
    public static final String CONFIGURATION = "configuration.toml";

    private static final long LARGEST = 24L << 30;
    private static final int LARGEST_VERSION = 64 << 10;
    private static final int LARGEST_CONFIGURATION = 1 << 20;
    private static final String SHIM_FILE = "bin/containerd-shim-kata-v2";

    /// Of a release, in this order: the shim in Go, and the one in Rust.
    private static final List<Layout> LAYOUTS =
            List.of(
                    new Layout("opt/kata/" + SHIM_FILE, "opt/kata/share/defaults/kata-containers"),
                    new Layout(
                            "opt/kata/runtime-rs/" + SHIM_FILE,
                            "opt/kata/share/defaults/kata-containers/runtime-rs"));

    /// Refuses what can be no hypervisor's name.
    public Kata {
        Objects.requireNonNull(hypervisor, "hypervisor");
        if (!hypervisor.matches("[a-z0-9-]{0,40}")) {
            throw new InstallException("--hypervisor is a word such as qemu or clh");
        }
    }

    /// Where a shim lies, and its configurations.
    private record Layout(String shim, String configurations) {}

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Candidate look(
            RuntimeSource.Fetched fetched,
            Path incoming,
            Optional<Installation> inUse,
            Consumer<String> progress)
            throws IOException {
        Path archive =
                fetched.program(ARCHIVE)
                        .orElseThrow(
                                () -> new InstallException(fetched.origin() + " has no archive"));
        String digest = Digest.of(archive).abbreviated();
        progress.accept("unpacking Kata Containers");
        Path tree = Files.createDirectory(incoming.resolve("tree"));
        new RuntimeArchive(archive, fetched.origin()).unpack(tree, LARGEST);
        Files.delete(archive);
        requireOptAlone(tree, fetched.origin());
        String version = version(tree, fetched.origin());
        if (!older) {
            inUse.ifPresent(now -> NumberedVersion.refuseOlder(version, now, fetched.origin()));
        }
        return candidate(tree, fetched.origin(), version, digest);
    }

    /// Kata reads more than its configuration from the directory of that, which is the tree's root.
    private static void requireOptAlone(Path tree, String origin) throws IOException {
        try (Stream<Path> top = Files.list(tree)) {
            for (Path each : top.toList()) {
                if (!each.endsWith("opt") || !Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS)) {
                    throw new InstallException(
                            "%s is no release of Kata's: it has \"%s\" beside opt"
                                    .formatted(
                                            origin,
                                            RuntimeArchive.printable(
                                                    each.getFileName().toString())));
                }
            }
        }
    }

    private static String read(Path file, int most, String origin) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(most + 1);
            if (bytes.length > most) {
                throw new InstallException(
                        "%s: %s is too large for what it should be"
                                .formatted(origin, file.getFileName()));
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    private static String version(Path tree, String origin) throws IOException {
        Path file = tree.resolve("opt/kata/VERSION");
        String text = Files.isRegularFile(file) ? read(file, LARGEST_VERSION, origin).strip() : "";
        if (NumberedVersion.in(text).isEmpty() || !text.matches("[\\w.+-]{1,60}")) {
            throw new InstallException(
                    origin + " is no release of Kata's: it has no opt/kata/VERSION that says one");
        }
        return text;
    }

    private Candidate candidate(Path tree, String origin, String version, String digest)
            throws IOException {
        List<String> wanted =
                hypervisor.isEmpty() ? List.of("qemu", "qemu-runtime-rs") : List.of(hypervisor);
        for (Layout layout : LAYOUTS) {
            for (String each : wanted) {
                Path file =
                        tree.resolve(layout.configurations)
                                .resolve("configuration-" + each + ".toml");
                if (Files.isRegularFile(file) && Files.isRegularFile(tree.resolve(layout.shim))) {
                    return checked(
                            new KataCandidate(
                                    tree,
                                    origin,
                                    version,
                                    digest,
                                    each,
                                    layout.shim,
                                    parsed(file, origin)));
                }
            }
        }
        throw new InstallException(
                "%s has no configuration and shim for %s"
                        .formatted(origin, String.join(" or ", wanted)));
    }

    private static KataConfiguration parsed(Path file, String origin) throws IOException {
        try {
            return KataConfiguration.parse(read(file, LARGEST_CONFIGURATION, origin));
        } catch (IllegalArgumentException e) {
            throw new InstallException(
                    "%s: %s cannot be used: %s"
                            .formatted(origin, file.getFileName(), e.getMessage()),
                    e);
        }
    }

    private static Candidate checked(KataCandidate candidate) throws IOException {
        Architecture here = Architecture.ofThisMachine();
        for (Path each : candidate.needed()) {
            if (!Files.isRegularFile(each)) {
                throw new InstallException(
                        "%s has no %s, which its configuration names"
                                .formatted(candidate.origin(), candidate.tree().relativize(each)));
            }
        }
        for (Path each : candidate.run()) {
            here.require(each, each.getFileName() + " of " + candidate.origin());
        }
        return candidate;
    }
}

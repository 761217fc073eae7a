package dev.glovebox.runtimes.install;

import static dev.glovebox.runtimes.install.GvisorNames.LARGEST;
import static dev.glovebox.runtimes.install.GvisorNames.RUNSC;
import static dev.glovebox.runtimes.install.GvisorNames.SHIM;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// gVisor's official release, as its installation guide has it: `BASE/VERSION/ARCHITECTURE/FILE`
/// with `FILE.sha512` beside it, where VERSION is `latest` or a release's number. Newer releases
/// may have `gvisor.tar.bz2` in the place of the single files.
public final class GvisorRelease implements RuntimeSource {
    /// Where gVisor publishes its releases.
    public static final URI OFFICIAL =
            URI.create("https://storage.googleapis.com/gvisor/releases/release");

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Pattern VERSION = Pattern.compile("latest|20\\d{6}(\\.\\d{1,4})?");
    private static final String ARCHIVE = "gvisor.tar.bz2";

    private final Downloads downloads;
    private final String version;
    private final Architecture architecture;

    /// One release.
    ///
    /// @param base the address above the versions
    /// @param version `latest`, or a release such as `20260817.0`, with or without `release-`
    ///   before
    /// @throws InstallException where the address is not HTTPS, or the version no release's
    public GvisorRelease(URI base, String version, Architecture architecture) {
        this.downloads = new Downloads(base, PATIENCE);
        this.version = version.replaceFirst("^release-", "");
        this.architecture = Objects.requireNonNull(architecture, "architecture");
        if (!VERSION.matcher(this.version).matches()) {
            throw new InstallException(
                    "gVisor numbers its releases by day, such as 20260817.0, not \""
                            + version
                            + "\"");
        }
    }

    @Override
    public String describe() {
        return "the release " + version + " at " + downloads.address("");
    }

    @Override
    public Fetched fetch(Path into, Consumer<String> progress) throws IOException {
        Map<String, Path> programs = new LinkedHashMap<>();
        Optional<Path> runsc = verified(RUNSC, into, progress);
        if (runsc.isPresent()) {
            programs.put(RUNSC, runsc.get());
            verified(SHIM, into, progress).ifPresent(shim -> programs.put(SHIM, shim));
        } else {
            Path archive =
                    verified(ARCHIVE, into, progress)
                            .orElseThrow(() ->
                                    new UnreachableException(
                                            "there is neither %s.sha512 nor %s.sha512"
                                                    .formatted(address(RUNSC), address(ARCHIVE))));
            programs.putAll(new RuntimeArchive(archive, ARCHIVE).take(into, RUNSC, SHIM));
            Files.delete(archive);
        }
        return new Fetched(programs, describe());
    }

    /// A file, and its digest seen to be what is published beside it; empty where none is.
    private Optional<Path> verified(String name, Path into, Consumer<String> progress)
            throws IOException {
        Optional<String> published = downloads.text(path(name) + ".sha512");
        if (published.isEmpty()) {
            return Optional.empty();
        }
        String from = address(name) + ".sha512";
        Promised digest = Promised.parse(Promised.Algorithm.SHA512, published.get(), from);
        Path file = into.resolve(name);
        progress.accept("fetching " + name);
        downloads.file(path(name), file, LARGEST, progress);
        digest.require(file, address(name), from);
        return Optional.of(file);
    }

    private String address(String name) {
        return downloads.address(path(name)).toString();
    }

    private String path(String name) {
        return version + "/" + architecture.text() + "/" + name;
    }
}

package dev.glovebox.runtimes.install;

import static dev.glovebox.runtimes.install.GvisorNames.RUNSC;
import static dev.glovebox.runtimes.install.GvisorNames.SHIM;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.containerd.packages.PackageException;
import dev.glovebox.containerd.packages.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// gVisor built from its Go module. The version that is built unless another is asked for is pinned
/// here with the sum of its module, which is compared before anything is built; another version is
/// vouched for by Go's own checksum database alone. Nothing is downloaded but by `go`, with its
/// user's settings (`GOPROXY`), but for `GOTOOLCHAIN`, which is `local`.
public final class GoModule implements RuntimeSource {
    /// The version of `gvisor.dev/gvisor` that was tested.
    public static final String PINNED = "v0.0.0-20260905035102-160fafc42237";

    private static final String PINNED_SUM = "h1:AU5+CtCvnBnxdZRNcZt1NfSLqgkXZVT3N/u6u1aXg44=";
    private static final String MODULE = "gvisor.dev/gvisor";
    private static final Pattern VERSION =
            Pattern.compile("v0\\.0\\.0-(?<time>20\\d{12})-(?<commit>[0-9a-f]{12})");
    private static final Duration DOWNLOAD = Duration.ofMinutes(10);
    private static final Duration BUILD = Duration.ofMinutes(30);

    private final Path go;
    private final String version;

    /// One version of the module.
    ///
    /// @param go the program `go`
    /// @param version a pseudo-version of the module, such as [#PINNED]
    public GoModule(Path go, String version) {
        this.go = Objects.requireNonNull(go, "go");
        this.version = Objects.requireNonNull(version, "version");
        if (!VERSION.matcher(version).matches()) {
            throw new InstallException(
                    "versions of the Go module %s look like %s, not \"%s\""
                            .formatted(MODULE, PINNED, version));
        }
    }

    @Override
    public String describe() {
        return "the Go module %s@%s, built by %s".formatted(MODULE, version, go);
    }

    @Override
    public Fetched fetch(Path into, Consumer<String> progress) throws IOException {
        progress.accept("fetching the Go module " + MODULE);
        Path home = module(into);
        Path out = Files.createDirectory(into.resolve("out"));
        Path runsc = build(home, out, RUNSC, "./runsc", progress);
        Path shim = build(home, out, SHIM, "./shim", progress);
        return new Fetched(Map.of(RUNSC, runsc, SHIM, shim), describe());
    }

    /// The module's own directory in Go's cache, which Go has compared with its sum.
    private Path module(Path into) {
        Programs.Ran ran =
                run(into, DOWNLOAD, List.of("mod", "download", "-json", MODULE + "@" + version));
        try {
            JsonNode said = new ObjectMapper().readTree(json(ran.output()));
            String sum = said.path("Sum").asText("");
            if (ran.exitCode() != 0 || !said.path("Error").asText("").isEmpty()) {
                throw new UnreachableException(
                        "go cannot fetch %s@%s: %s"
                                .formatted(
                                        MODULE,
                                        version,
                                        said.path("Error").asText(ran.lastWords())));
            }
            if (version.equals(PINNED) && !sum.equals(PINNED_SUM)) {
                throw new InstallException(
                        "the Go module %s@%s is not what was tested: its sum is %s and not %s"
                                .formatted(MODULE, version, sum, PINNED_SUM));
            }
            return Path.of(said.required("Dir").asText());
        } catch (JsonProcessingException | IllegalArgumentException e) {
            throw new UnreachableException(
                    "go cannot fetch %s@%s: %s".formatted(MODULE, version, ran.lastWords()), e);
        }
    }

    /// What Go prints on standard output is an object; what it says meanwhile comes before it.
    private static String json(String output) {
        int from = output.indexOf('{');
        return from < 0 ? "" : output.substring(from, output.lastIndexOf('}') + 1);
    }

    private Path build(Path home, Path out, String name, String source, Consumer<String> progress) {
        progress.accept("building " + name + " from its Go module; this takes minutes");
        Path program = out.resolve(name);
        Programs.Ran ran =
                run(
                        home,
                        BUILD,
                        List.of(
                                "build",
                                "-mod=readonly",
                                "-buildvcs=false",
                                "-trimpath",
                                "-ldflags",
                                "-s -w -X gvisor.dev/gvisor/runsc/version.version="
                                        + shownVersion(),
                                "-o",
                                program.toString(),
                                source));
        if (ran.exitCode() != 0) {
            throw new UnreachableException("go cannot build " + name + ": " + ran.lastWords());
        }
        return program;
    }

    /// What `runsc --version` is to say: `go-20260905035102-160fafc42237`.
    private String shownVersion() {
        Matcher matcher = VERSION.matcher(version);
        if (!matcher.matches()) {
            throw new IllegalStateException("checked before: " + version);
        }
        return "go-" + matcher.group("time") + "-" + matcher.group("commit");
    }

    private Programs.Ran run(Path directory, Duration limit, List<String> words) {
        List<String> command =
                new java.util.ArrayList<>(
                        List.of("env", "CGO_ENABLED=0", "GOTOOLCHAIN=local", "GOFLAGS="));
        if (!version.equals(PINNED)) {
            // Nobody else vouches for it than Go's checksum database.
            command.addAll(
                    List.of("GOSUMDB=sum.golang.org", "GONOSUMDB=", "GOPRIVATE=", "GOINSECURE="));
        }
        command.add(go.toString());
        command.addAll(words);
        try {
            return Programs.run(directory, limit, command);
        } catch (PackageException e) {
            throw new InstallException(String.valueOf(e.getMessage()), e);
        }
    }
}

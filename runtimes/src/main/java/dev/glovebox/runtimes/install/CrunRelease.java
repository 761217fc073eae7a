package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// crun's official release: one static program for each processor,
/// `crun-VERSION-linux-ARCHITECTURE`. Newer releases have `CHECKSUMS`; older ones have signatures
/// alone, which are not looked at.
public final class CrunRelease implements RuntimeSource {
    /// Where crun publishes its releases.
    public static final URI OFFICIAL = URI.create("https://github.com/containers/crun/releases");

    private static final Pattern VERSION = Pattern.compile("\\d{1,4}(\\.\\d{1,4}){1,3}");
    private static final long LARGEST = 64L << 20;

    private final GithubRelease release;
    private final Architecture architecture;

    /// One release.
    ///
    /// @param base the address above `latest` and `download`
    /// @param version `latest`, or a release such as `1.28`
    /// @param voucher the digest that a person gave
    public CrunRelease(URI base, String version, Architecture architecture, Voucher voucher) {
        this.release = new GithubRelease(base, version, VERSION, voucher);
        this.architecture = Objects.requireNonNull(architecture, "architecture");
    }

    @Override
    public String describe() {
        return "crun, " + release.describe();
    }

    @Override
    public Fetched fetch(Path into, Consumer<String> progress) throws IOException {
        String version = release.version();
        String file = "crun-%s-linux-%s".formatted(version, architecture.debian());
        Path program = release.fetch(version, file, into, LARGEST, progress);
        return new Fetched(
                Map.of(OciProgram.CRUN, Files.move(program, into.resolve(OciProgram.CRUN))),
                release.describe());
    }
}

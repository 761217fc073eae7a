package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Kata's official release: one archive for each processor,
/// `kata-static-VERSION-ARCHITECTURE.tar.zst` (older ones `.tar.xz`), some 500 MB. Nothing that
/// vouches for it is published beside it (release 4.2.0), so that a person has to give its digest.
public final class KataRelease implements RuntimeSource {
    /// Where Kata publishes its releases.
    public static final URI OFFICIAL =
            URI.create("https://github.com/kata-containers/kata-containers/releases");

    private static final Pattern VERSION =
            Pattern.compile("\\d{1,3}(\\.\\d{1,4}){2}(-rc\\d{1,2})?");
    private static final long LARGEST = 3L << 30;

    private final GithubRelease release;
    private final Architecture architecture;

    /// One release.
    ///
    /// @param base the address above `latest` and `download`
    /// @param version `latest`, or a release such as `4.2.0`
    /// @param voucher the digest that a person gave
    public KataRelease(URI base, String version, Architecture architecture, Voucher voucher) {
        this.release = new GithubRelease(base, version, VERSION, voucher);
        this.architecture = Objects.requireNonNull(architecture, "architecture");
    }

    @Override
    public String describe() {
        return "Kata Containers, " + release.describe();
    }

    @Override
    public Fetched fetch(Path into, Consumer<String> progress) throws IOException {
        String version = release.version();
        String name = "kata-static-%s-%s.tar".formatted(version, architecture.debian());
        String file = name + (release.has(version, name + ".zst") ? ".zst" : ".xz");
        Path archive = release.fetch(version, file, into, LARGEST, progress);
        return new Fetched(Map.of(Kata.ARCHIVE, archive), release.describe());
    }
}

package dev.glovebox.runtimes.install;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Releases on GitHub: `BASE/download/VERSION/FILE`, where `BASE/latest` leads to
/// `BASE/tag/VERSION`. Their files are vouched for by the release's `CHECKSUMS` (lines of
/// `sha256sum`), where it has them, or by a digest that a person gives.
final class GithubRelease {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String LATEST = "latest";
    private static final String CHECKSUMS = "CHECKSUMS";

    private final Downloads downloads;
    private final String wanted;
    private final Pattern version;
    private final Voucher voucher;

    /// @param base the address above `latest` and `download`
    /// @param wanted `latest`, or a version
    /// @param version what a version looks like
    /// @param voucher the digest that a person gave; it goes before what the release says
    /// @throws InstallException where the address is not HTTPS, or the version is none
    GithubRelease(URI base, String wanted, Pattern version, Voucher voucher) {
        this.downloads = new Downloads(base, PATIENCE);
        this.wanted = wanted.replaceFirst("^v(?=\\d)", "");
        this.version = Objects.requireNonNull(version, "version");
        this.voucher = Objects.requireNonNull(voucher, "voucher");
        if (!this.wanted.equals(LATEST) && !version.matcher(this.wanted).matches()) {
            throw new InstallException(
                    "no release at %s is called \"%s\""
                            .formatted(base, wanted.replaceAll("\\p{Cntrl}", "?")));
        }
    }

    /// In a few words.
    String describe() {
        return "the release " + wanted + " at " + downloads.address("");
    }

    /// The version that is meant, which `latest` leads to.
    String version() throws IOException {
        if (!wanted.equals(LATEST)) {
            return wanted;
        }
        URI place = downloads.leadsTo(LATEST);
        String path = Objects.requireNonNullElse(place.getPath(), "");
        String found = path.substring(path.lastIndexOf('/') + 1).replaceFirst("^v(?=\\d)", "");
        if (!version.matcher(found).matches()) {
            throw new UnreachableException(
                    "%s names no release: it leads to %s"
                            .formatted(downloads.address(LATEST), place));
        }
        return found;
    }

    /// Whether a release has a file.
    boolean has(String version, String file) throws IOException {
        return downloads.has("download/" + version + "/" + file);
    }

    /// A file of a release, once its digest was seen to be what was promised.
    ///
    /// @param file its name; what the release calls it
    /// @param most bytes that it may have
    Path fetch(String version, String file, Path into, long most, Consumer<String> progress)
            throws IOException {
        String path = "download/" + version + "/" + file;
        Optional<Promised> given = voucher.promised();
        String sums = "download/" + version + "/" + CHECKSUMS;
        Promised promised =
                given.isPresent()
                        ? given.get()
                        : published(sums, file).orElseThrow(() -> nobody(path));
        Path fetched = into.resolve(file);
        progress.accept("fetching " + file);
        downloads.file(path, fetched, most, progress);
        promised.require(
                fetched,
                downloads.address(path).toString(),
                given.isPresent() ? voucher.flag() : downloads.address(sums).toString());
        return fetched;
    }

    private Optional<Promised> published(String sums, String file) throws IOException {
        String suffix = " " + file;
        return downloads.text(sums).stream()
                .flatMap(String::lines)
                .filter(line -> line.replace(" *", "  ").endsWith(suffix))
                .findFirst()
                .map(line ->
                        Promised.parse(
                                Promised.Algorithm.SHA256,
                                line,
                                downloads.address(sums).toString()));
    }

    private InstallException nobody(String path) {
        return new UnreachableException(
                "nobody vouches for %s: its release has no %s with it; GitHub shows the SHA-256 of each file beside it: give that with --sha256"
                        .formatted(downloads.address(path), CHECKSUMS));
    }
}

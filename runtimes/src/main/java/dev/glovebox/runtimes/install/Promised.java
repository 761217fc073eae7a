package dev.glovebox.runtimes.install;

import dev.glovebox.runtimes.host.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The digest that somebody says a file has.
///
/// @param algorithm whose it is
/// @param hex its digits, in lower case
public record Promised(Algorithm algorithm, String hex) {
    private static final Pattern LINE = Pattern.compile("(?<hex>[0-9a-fA-F]+)(\\s.*)?");

    /// Refuses anything else.
    public Promised {
        if (!hex.matches("[0-9a-f]{" + algorithm.digits + "}")) {
            throw new IllegalArgumentException(
                    "not a " + algorithm.text + " digest: " + hex.length() + " characters");
        }
    }

    /// The functions that releases are published with.
    public enum Algorithm {
        /// GitHub's of every file, and crun's `CHECKSUMS`.
        SHA256("SHA-256", 64),
        /// gVisor's.
        SHA512("SHA-512", 128);

        private final String text;
        private final int digits;

        Algorithm(String text, int digits) {
            this.text = text;
            this.digits = digits;
        }
    }

    /// Reads digits that a person gave, or the first line of a file that `sha512sum` wrote.
    ///
    /// @param what how a person knows the text
    /// @throws InstallException where it begins with no digest
    public static Promised parse(Algorithm algorithm, String text, String what) {
        Matcher line = LINE.matcher(text.lines().findFirst().orElse("").strip());
        if (!line.matches() || line.group("hex").length() != algorithm.digits) {
            throw new InstallException(
                    "%s is no %s: %d hexadecimal digits are needed"
                            .formatted(what, algorithm.text, algorithm.digits));
        }
        return new Promised(algorithm, line.group("hex").toLowerCase(Locale.ROOT));
    }

    /// Refuses a file with another digest.
    ///
    /// @param what how a person knows the file
    /// @param from where the digest was read
    public void require(Path file, String what, String from) throws IOException {
        String found = Digest.hex(file, algorithm.text);
        if (!found.equals(hex)) {
            throw new InstallException(
                    "%s is not what %s promises: its %s begins with %s and not with %s"
                            .formatted(
                                    what,
                                    from,
                                    algorithm.text,
                                    found.substring(0, 16),
                                    hex.substring(0, 16)));
        }
    }
}

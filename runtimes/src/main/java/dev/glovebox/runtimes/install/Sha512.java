package dev.glovebox.runtimes.install;

import dev.glovebox.runtimes.host.Digest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A SHA-512 as 128 hexadecimal digits in lower case: what gVisor's releases are published with.
///
/// @param hex the digits
public record Sha512(String hex) {
    private static final Pattern LINE = Pattern.compile("(?<hex>[0-9a-fA-F]{128})(\\s.*)?");

    /// Refuses anything else.
    public Sha512 {
        if (!hex.matches("[0-9a-f]{128}")) {
            throw new IllegalArgumentException(
                    "not a SHA-512 digest: " + hex.length() + " characters");
        }
    }

    /// Reads digits that a person gave, or the first line of a file that `sha512sum` wrote.
    ///
    /// @param what how a person knows the text
    /// @throws InstallException where it begins with no digest
    public static Sha512 parse(String text, String what) {
        Matcher line = LINE.matcher(text.lines().findFirst().orElse("").strip());
        if (!line.matches()) {
            throw new InstallException(what + " is no SHA-512: 128 hexadecimal digits are needed");
        }
        return new Sha512(line.group("hex").toLowerCase(Locale.ROOT));
    }

    /// Refuses a file with another digest.
    ///
    /// @param what how a person knows the file
    /// @param from where the digest was read
    public void require(Path file, String what, String from) throws IOException {
        String found = Digest.hex(file, "SHA-512");
        if (!found.equals(hex)) {
            throw new InstallException(
                    what
                            + " is not what "
                            + from
                            + " promises: its SHA-512 begins with "
                            + found.substring(0, 16)
                            + " and not with "
                            + hex.substring(0, 16));
        }
    }
}

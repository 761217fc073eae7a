package dev.glovebox.runtimes.gvisor;

import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A version of runsc. gVisor counts releases by their day, and every packager keeps that day in
/// the version: `release-20260202.0` (gVisor's own), `0.0~20240729.0` (Debian's),
/// `go-20260905035102-160fafc42237` (built from the Go module).
public record RunscVersion(String text, LocalDate day) implements Comparable<RunscVersion> {
    /// The oldest release that Glovebox was tested with; anything older is refused, because it
    /// lacks years of gVisor's security fixes (Debian 12's own package is of 2022-12-19).
    public static final LocalDate OLDEST = LocalDate.of(2024, 7, 29);

    private static final LocalDate READS_NAMESPACED_RMEM = LocalDate.of(2024, 7, 31);
    private static final Pattern FIRST_LINE =
            Pattern.compile("runsc version (?<text>\\S*?(?<day>20\\d{6})\\S*)");

    /// Neither part may be missing.
    public RunscVersion {
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(day, "day");
    }

    /// Reads what `runsc --version` prints. Empty where no line names a day.
    public static Optional<RunscVersion> parse(String output) {
        Matcher matcher = FIRST_LINE.matcher(output);
        if (!matcher.find()) {
            return Optional.empty();
        }
        String day = matcher.group("day");
        try {
            return Optional.of(
                    new RunscVersion(
                            matcher.group("text"),
                            LocalDate.of(
                                    Integer.parseInt(day.substring(0, 4)),
                                    Integer.parseInt(day.substring(4, 6)),
                                    Integer.parseInt(day.substring(6, 8)))));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /// Whether this version is too old to be sold as security.
    public boolean tooOld() {
        return day.isBefore(OLDEST);
    }

    /// Whether this version fails where `/proc/sys/net/core/rmem_default` exists in a network
    /// namespace of its own (gvisor#10704, mended on 2024-07-31).
    public boolean failsOnNamespacedRmem() {
        return day.isBefore(READS_NAMESPACED_RMEM);
    }

    @Override
    public int compareTo(RunscVersion other) {
        return day.compareTo(other.day);
    }
}

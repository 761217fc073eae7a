package dev.glovebox.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How long after its start an engine measures what its runtimes take for each pod, where that was
/// not measured.
///
/// @param time empty for never
record MeasureAfter(Optional<Duration> time) {
    private static final Pattern SECONDS = Pattern.compile("(\\d{1,6})s");
    private static final String NEVER = "never";

    /// When whoever has started it has begun to work with it.
    static final MeasureAfter DEFAULT = new MeasureAfter(Optional.of(Duration.ofSeconds(30)));

    /// Reads `30s` or `never`.
    static MeasureAfter parse(String text) {
        Matcher seconds = SECONDS.matcher(text);
        if (seconds.matches()) {
            return new MeasureAfter(
                    Optional.of(Duration.ofSeconds(Integer.parseInt(seconds.group(1)))));
        }
        if (!text.equals(NEVER)) {
            throw new EngineException(
                    "--measure-after wants seconds like 30s, or never, not \"%s\""
                            .formatted(Printable.of(text)));
        }
        return new MeasureAfter(Optional.empty());
    }

    /// As it is read.
    String text() {
        return time.map(each -> each.toSeconds() + "s").orElse(NEVER);
    }
}

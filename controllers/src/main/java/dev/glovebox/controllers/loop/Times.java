package dev.glovebox.controllers.loop;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Times as objects of the API carry them.
public final class Times {
    private Times() {}

    /// The time of a field; empty where it is absent.
    ///
    /// @throws java.time.format.DateTimeParseException when it is no time
    public static Optional<Instant> of(@Nullable String field) {
        return field == null || field.isEmpty()
                ? Optional.empty()
                : Optional.of(OffsetDateTime.parse(field).toInstant());
    }

    /// A time as a field has it, to the second.
    public static String text(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /// How long from now until then, and never nothing: a queue is not asked to spin.
    public static Duration until(Instant then, Instant now) {
        Duration wait = Duration.between(now, then);
        return wait.isPositive() ? wait : Duration.ofMillis(1);
    }

    /// The earlier of two times, of which either may be missing.
    public static Optional<Instant> earlier(Optional<Instant> one, Optional<Instant> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isPresent() ? one : other;
        }
        return one.get().isBefore(other.get()) ? one : other;
    }
}

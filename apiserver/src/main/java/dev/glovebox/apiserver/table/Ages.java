package dev.glovebox.apiserver.table;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/// Times as ages: `5s`, `3m20s`, `2d4h`. Source: apimachinery's `duration.HumanDuration`.
final class Ages {
    private final Clock clock;

    Ages(Clock clock) {
        this.clock = clock;
    }

    /// Age of an object.
    String of(JsonNode object) {
        return since(object.path("metadata").path("creationTimestamp").asText());
    }

    /// Time since an instant; `<unknown>` for the empty text.
    String since(String time) {
        return time.isEmpty() || time.equals("null")
                ? "<unknown>"
                : human(Duration.between(Instant.parse(time), clock.instant()));
    }

    static String human(Duration duration) {
        long seconds = duration.toSeconds();
        if (seconds < -1) {
            return "<invalid>";
        }
        seconds = Math.max(seconds, 0);
        long minutes = seconds / 60;
        long hours = minutes / 60;
        long days = hours / 24;
        if (seconds < 120) {
            return seconds + "s";
        }
        if (minutes < 10) {
            return two(minutes, "m", seconds % 60, "s");
        }
        if (minutes < 180) {
            return minutes + "m";
        }
        if (hours < 8) {
            return two(hours, "h", minutes % 60, "m");
        }
        if (hours < 48) {
            return hours + "h";
        }
        if (hours < 192) {
            return two(days, "d", hours % 24, "h");
        }
        if (days < 365 * 2) {
            return days + "d";
        }
        return days < 365 * 8 ? two(days / 365, "y", days % 365, "d") : days / 365 + "y";
    }

    private static String two(long large, String largeUnit, long small, String smallUnit) {
        return small == 0 ? large + largeUnit : large + largeUnit + small + smallUnit;
    }
}

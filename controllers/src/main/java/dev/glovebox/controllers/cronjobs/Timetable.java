package dev.glovebox.controllers.cronjobs;

import dev.glovebox.model.CronSchedule;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// When a CronJob is due. Without a time zone of its own it goes by UTC.
record Timetable(CronSchedule schedule, ZoneId zone) {
    /// The time zone of that name.
    ///
    /// @throws DateTimeException when there is none
    static ZoneId zone(@Nullable String name) {
        return name == null ? ZoneOffset.UTC : ZoneId.of(name);
    }

    Optional<Instant> next(Instant after) {
        return schedule.next(after, zone);
    }

    /// The last time, after `after`, at which it has been due; empty where it has not. However long
    /// ago `after` is, few times are looked at: those shortly before now, then those before them.
    Optional<Instant> last(Instant after, Instant now) {
        Optional<Instant> found = Optional.empty();
        Duration back = Duration.ofMinutes(1);
        Instant from = now;
        while (found.isEmpty() && from.isAfter(after)) {
            from = later(now.minus(back), after);
            back = back.multipliedBy(4);
            Optional<Instant> next = next(from);
            while (next.isPresent() && !next.get().isAfter(now)) {
                found = next;
                next = next(next.get());
            }
        }
        return found;
    }

    /// Roughly how often it has been due since then.
    long missed(Instant after, Instant now) {
        Optional<Instant> first = next(after).filter(time -> !time.isAfter(now));
        if (first.isEmpty()) {
            return 0;
        }
        Duration interval = schedule.interval(after, zone);
        return interval.isPositive()
                ? Duration.between(first.get(), now).dividedBy(interval) + 1
                : 1;
    }

    static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}

package dev.glovebox.model;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// When a CronJob is due: five fields as in cron(5) (minute, hour, day of month, month, day of
/// week), or one of `@hourly`, `@daily`, `@midnight`, `@weekly`, `@monthly`, `@yearly`,
/// `@annually`. Source: the `schedule` of `batch/v1` CronJob.
public final class CronSchedule {
    private static final int LONGEST = 512;

    /// A schedule such as 30 February never comes; within so many years every other one does.
    private static final int YEARS_AHEAD = 8;

    private static final Map<String, String> NAMED =
            Map.of(
                    "@yearly", "0 0 1 1 *",
                    "@annually", "0 0 1 1 *",
                    "@monthly", "0 0 1 * *",
                    "@weekly", "0 0 * * 0",
                    "@daily", "0 0 * * *",
                    "@midnight", "0 0 * * *",
                    "@hourly", "0 * * * *");
    private static final List<String> MONTHS =
            List.of(
                    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov",
                    "dec");
    private static final List<String> DAYS =
            List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

    private final Field minutes;
    private final Field hours;
    private final Field days;
    private final Field months;
    private final Field weekdays;

    private CronSchedule(List<String> fields) {
        minutes = Field.parse(fields.get(0), 0, 59, List.of(), 0);
        hours = Field.parse(fields.get(1), 0, 23, List.of(), 0);
        days = Field.parse(fields.get(2), 1, 31, List.of(), 0);
        months = Field.parse(fields.get(3), 1, 12, MONTHS, 1);
        weekdays = Field.parse(fields.get(4), 0, 6, DAYS, 0);
    }

    /// Reads a schedule.
    ///
    /// @throws IllegalArgumentException with a clause for a person when it is none
    public static CronSchedule parse(String text) {
        if (text.length() > LONGEST) {
            throw new IllegalArgumentException("longer than " + LONGEST + " characters");
        }
        if (text.startsWith("@")) {
            String meant = NAMED.get(text);
            if (meant == null) {
                throw new IllegalArgumentException("unrecognized descriptor: " + text);
            }
            return parse(meant);
        }
        List<String> fields = List.of(text.strip().split("\\s+"));
        if (fields.size() != 5) {
            throw new IllegalArgumentException(
                    "expected exactly 5 fields, found %d: [%s]".formatted(fields.size(), text));
        }
        return new CronSchedule(fields);
    }

    /// The first time after `after` at which it is due, to the minute; empty where it never is. A
    /// time that a change of clocks leaves out is left out.
    public Optional<Instant> next(Instant after, ZoneId zone) {
        ZonedDateTime from = after.atZone(zone);
        LocalDate day = from.toLocalDate();
        LocalDate last = day.plusYears(YEARS_AHEAD);
        for (; day.isBefore(last); day = day.plusDays(1)) {
            Optional<Instant> found = matches(day) ? on(day, after, zone) : Optional.empty();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private Optional<Instant> on(LocalDate day, Instant after, ZoneId zone) {
        for (int hour = hours.from(0); hour >= 0; hour = hours.from(hour + 1)) {
            for (int minute = minutes.from(0); minute >= 0; minute = minutes.from(minute + 1)) {
                LocalDateTime local = day.atTime(hour, minute);
                ZonedDateTime time = local.atZone(zone);
                if (time.toLocalDateTime().equals(local) && time.toInstant().isAfter(after)) {
                    return Optional.of(time.toInstant());
                }
            }
        }
        return Optional.empty();
    }

    /// Where both kinds of days are restricted, either of them is enough.
    private boolean matches(LocalDate day) {
        boolean dayOfMonth = days.has(day.getDayOfMonth());
        boolean dayOfWeek = weekdays.has(day.getDayOfWeek().getValue() % 7);
        boolean both = days.all() || weekdays.all();
        return months.has(day.getMonthValue())
                && (both ? dayOfMonth && dayOfWeek : dayOfMonth || dayOfWeek);
    }

    /// How long until the second of two times in a row, at most; zero where it is due once or
    /// never.
    public Duration interval(Instant after, ZoneId zone) {
        return next(after, zone)
                .flatMap(first -> next(first, zone).map(second -> Duration.between(first, second)))
                .orElse(Duration.ZERO);
    }

    /// The values of one field.
    ///
    /// @param all whether it was written as `*`
    private record Field(BitSet values, boolean all) {
        static Field parse(String text, int least, int most, List<String> names, int firstName) {
            BitSet values = new BitSet();
            boolean all = false;
            for (String part : text.split(",", -1)) {
                String[] stepped = part.split("/", -1);
                if (stepped.length > 2) {
                    throw new IllegalArgumentException("too many slashes: " + part);
                }
                boolean star = stepped[0].equals("*") || stepped[0].equals("?");
                int[] range =
                        star
                                ? new int[] {least, most}
                                : range(stepped[0], names, firstName, stepped.length == 2, most);
                int step = stepped.length == 2 ? number(stepped[1], List.of(), 0) : 1;
                check(part, range, step, least, most);
                for (int value = range[0]; value <= range[1]; value += step) {
                    values.set(value);
                }
                all |= star && step == 1;
            }
            return new Field(values, all);
        }

        private static int[] range(
                String text, List<String> names, int firstName, boolean stepped, int most) {
            String[] ends = text.split("-", -1);
            if (ends.length > 2) {
                throw new IllegalArgumentException("too many hyphens: " + text);
            }
            int begin = number(ends[0], names, firstName);
            int alone = stepped ? most : begin;
            return new int[] {begin, ends.length == 2 ? number(ends[1], names, firstName) : alone};
        }

        private static void check(String part, int[] range, int step, int least, int most) {
            if (range[0] < least) {
                throw new IllegalArgumentException(
                        "beginning of range (%d) below minimum (%d): %s"
                                .formatted(range[0], least, part));
            }
            if (range[1] > most) {
                throw new IllegalArgumentException(
                        "end of range (%d) above maximum (%d): %s".formatted(range[1], most, part));
            }
            if (range[0] > range[1]) {
                throw new IllegalArgumentException(
                        "beginning of range (%d) beyond end of range (%d): %s"
                                .formatted(range[0], range[1], part));
            }
            if (step == 0) {
                throw new IllegalArgumentException(
                        "step of range should be a positive number: " + part);
            }
        }

        private static int number(String text, List<String> names, int firstName) {
            int name = names.indexOf(text.toLowerCase(Locale.ROOT));
            if (name >= 0) {
                return name + firstName;
            }
            if (text.isEmpty() || text.length() > 4 || !text.chars().allMatch(Character::isDigit)) {
                throw new IllegalArgumentException("failed to parse int from " + text);
            }
            return Integer.parseInt(text);
        }

        boolean has(int value) {
            return values.get(value);
        }

        /// The first value not below `value`, or -1.
        int from(int value) {
            return values.nextSetBit(value);
        }
    }
}

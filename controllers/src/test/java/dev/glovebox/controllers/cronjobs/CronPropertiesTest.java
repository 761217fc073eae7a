package dev.glovebox.controllers.cronjobs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.model.CronSchedule;
import dev.glovebox.testkit.Draw;
import dev.glovebox.testkit.RandomCases;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/// Schedules beside a search minute by minute.
class CronPropertiesTest {
    private static final int MINUTES = 60 * 24 * 40;

    /// A field and the values that it was made to have.
    private record Field(String text, Set<Integer> values, boolean all) {
        static Field draw(Draw draw, int least, int most) {
            if (draw.once(2)) {
                return new Field("*", range(least, most, 1), true);
            }
            List<String> parts = new ArrayList<>();
            Set<Integer> values = new TreeSet<>();
            for (int i = draw.below(3); i >= 0; i--) {
                int from = least + draw.below(most - least + 1);
                int to = from + draw.below(most - from + 1);
                int step = 1 + draw.below(10);
                switch (draw.below(3)) {
                    case 0 -> {
                        parts.add("" + from);
                        values.add(from);
                    }
                    case 1 -> {
                        parts.add(from + "-" + to);
                        values.addAll(range(from, to, 1));
                    }
                    default -> {
                        parts.add(from + "-" + to + "/" + step);
                        values.addAll(range(from, to, step));
                    }
                }
            }
            return new Field(String.join(",", parts), values, false);
        }

        private static Set<Integer> range(int from, int to, int step) {
            Set<Integer> all = new TreeSet<>();
            for (int i = from; i <= to; i += step) {
                all.add(i);
            }
            return all;
        }
    }

    @Test
    void the_next_time_is_the_first_minute_that_fits() {
        RandomCases.check(
                300,
                draw -> {
                    Field minute = Field.draw(draw, 0, 59);
                    Field hour = Field.draw(draw, 0, 23);
                    Field day = Field.draw(draw, 1, 31);
                    Field month = Field.draw(draw, 1, 12);
                    Field weekday = Field.draw(draw, 0, 6);
                    Predicate<ZonedDateTime> fits =
                            time -> {
                                boolean ofMonth = day.values().contains(time.getDayOfMonth());
                                boolean ofWeek =
                                        weekday.values()
                                                .contains(time.getDayOfWeek().getValue() % 7);
                                boolean both = day.all() || weekday.all();
                                return minute.values().contains(time.getMinute())
                                        && hour.values().contains(time.getHour())
                                        && month.values().contains(time.getMonthValue())
                                        && (both ? ofMonth && ofWeek : ofMonth || ofWeek);
                            };
                    String text =
                            String.join(
                                    " ",
                                    minute.text(),
                                    hour.text(),
                                    day.text(),
                                    month.text(),
                                    weekday.text());
                    Instant after = Instant.ofEpochSecond(1_700_000_000L + draw.below(100_000_000));
                    Optional<Instant> next = CronSchedule.parse(text).next(after, ZoneOffset.UTC);
                    Optional<Instant> found = first(after, fits);
                    if (found.isPresent()) {
                        assertThat(next).as("%s after %s", text, after).isEqualTo(found);
                    } else {
                        next.ifPresent(time ->
                                assertThat(time)
                                        .isAfter(after.plus(Duration.ofMinutes(MINUTES - 1))));
                    }
                });
    }

    private static Optional<Instant> first(Instant after, Predicate<ZonedDateTime> fits) {
        ZonedDateTime time = after.atZone(ZoneOffset.UTC).withSecond(0).withNano(0);
        for (int i = 1; i <= MINUTES; i++) {
            ZonedDateTime candidate = time.plusMinutes(i);
            if (fits.test(candidate)) {
                return Optional.of(candidate.toInstant());
            }
        }
        return Optional.empty();
    }

    @Test
    void any_text_is_a_schedule_or_refused() {
        RandomCases.check(
                3_000,
                draw -> {
                    String text =
                            draw.once(2)
                                    ? draw.oddText()
                                    : draw.text("0123456789*/,- @aMONJAN", draw.length());
                    try {
                        CronSchedule.parse(text).next(Instant.EPOCH, ZoneOffset.UTC);
                    } catch (IllegalArgumentException refused) {
                        assertThat(refused).hasMessageNotContaining("Exception");
                    }
                });
    }
}

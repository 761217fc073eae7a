package dev.glovebox.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CronScheduleTest {
    private static final ZoneId UTC = ZoneId.of("UTC");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    * * * * *         | 2026-01-01T00:00:30Z | 2026-01-01T00:01:00Z
                    */15 * * * *      | 2026-01-01T00:15:00Z | 2026-01-01T00:30:00Z
                    5/20 * * * *      | 2026-01-01T00:30:00Z | 2026-01-01T00:45:00Z
                    0 0 * * *         | 2026-01-31T10:00:00Z | 2026-02-01T00:00:00Z
                    30 4 1,15 * *     | 2026-01-01T04:30:00Z | 2026-01-15T04:30:00Z
                    0 12 * * mon-fri  | 2026-01-02T13:00:00Z | 2026-01-05T12:00:00Z
                    0 0 29 feb ?      | 2026-01-01T00:00:00Z | 2028-02-29T00:00:00Z
                    0 0 13 * fri      | 2026-01-01T00:00:00Z | 2026-01-02T00:00:00Z
                    @hourly           | 2026-01-01T00:00:00Z | 2026-01-01T01:00:00Z
                    @weekly           | 2026-01-01T00:00:00Z | 2026-01-04T00:00:00Z
                    """)
    void the_next_time_is_after_the_given_one(String schedule, Instant after, Instant next) {
        assertThat(CronSchedule.parse(schedule).next(after, UTC)).contains(next);
    }

    @Test
    void a_time_that_the_clocks_leave_out_is_left_out() {
        CronSchedule schedule = CronSchedule.parse("30 2 * * *");
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        assertThat(schedule.next(Instant.parse("2026-03-28T12:00:00Z"), berlin))
                .contains(Instant.parse("2026-03-30T00:30:00Z"));
    }

    @Test
    void a_day_that_never_comes_is_never_due() {
        CronSchedule schedule = CronSchedule.parse("0 0 30 2 *");
        assertThat(schedule.next(Instant.EPOCH, UTC)).isEmpty();
        assertThat(schedule.interval(Instant.EPOCH, UTC)).isZero();
        assertThat(CronSchedule.parse("@daily").interval(Instant.EPOCH, UTC))
                .isEqualTo(Duration.ofDays(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "every day",
                "* * * *",
                "60 * * * *",
                "* 24 * * *",
                "* * 0 * *",
                "* * * 13 *",
                "* * * * 7",
                "5-1 * * * *",
                "*/0 * * * *",
                "1-2-3 * * * *",
                "1/2/3 * * * *",
                "x * * * *",
                "-1 * * * *",
                "99999999999 * * * *",
                "@every",
                "@sometimes"
            })
    void what_is_no_schedule_is_refused_with_a_reason(String text) {
        assertThatThrownBy(() -> CronSchedule.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(".{5,}");
    }
}

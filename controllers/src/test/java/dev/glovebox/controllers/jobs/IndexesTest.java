package dev.glovebox.controllers.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IndexesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|''",
                "0|0",
                "0-4,7|0-4,7",
                "1,2|1,2",
                "3,1-2|1-3",
                "0-99|0-9",
                "x,-1,2-1,5|5",
                "99999999999|''"
            })
    void what_a_status_says_is_read_within_the_completions(String text, String read) {
        assertThat(Indexes.parse(text, 10)).hasToString(read);
    }

    @Test
    void it_is_a_set_of_numbers() {
        Random random = new Random(20261127);
        for (int round = 0; round < 500; round++) {
            Indexes indexes = new Indexes();
            TreeSet<Integer> numbers = new TreeSet<>();
            for (int i = random.nextInt(30); i > 0; i--) {
                int number = random.nextInt(25);
                indexes.add(number);
                numbers.add(number);
            }
            assertThat(indexes.size()).isEqualTo(numbers.size());
            for (int i = 0; i < 26; i++) {
                assertThat(indexes.has(i)).isEqualTo(numbers.contains(i));
                int absent = i;
                while (numbers.contains(absent)) {
                    absent++;
                }
                assertThat(indexes.firstAbsent(i)).isEqualTo(absent);
            }
            assertThat(Indexes.parse(indexes.toString(), 26)).hasToString(indexes.toString());
            assertThat(indexes.common(indexes)).isEqualTo(numbers.size());
        }
    }
}

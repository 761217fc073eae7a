package dev.glovebox.node.users;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.RandomCases;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class UserRangesTest {
    private static boolean any(UserRange range) {
        return range.first() > 0;
    }

    private static UserRange nth(long n) {
        return new UserRange(n * UserRange.LENGTH);
    }

    @Test
    void each_pod_has_the_lowest_that_is_free_and_keeps_it() {
        UserRanges ranges = new UserRanges();
        assertThat(ranges.give("a", UserRangesTest::any)).contains(nth(1));
        assertThat(ranges.give("b", UserRangesTest::any)).contains(nth(2));
        assertThat(ranges.give("a", UserRangesTest::any)).contains(nth(1));
        assertThat(ranges.give("c", range -> range.first() > 4 * UserRange.LENGTH))
                .contains(nth(5));
        assertThat(ranges.of("b")).contains(nth(2));
        assertThat(ranges.of("z")).isEmpty();
    }

    @Test
    void what_a_pod_that_is_gone_had_is_the_next_ones() {
        UserRanges ranges = new UserRanges();
        ranges.give("a", UserRangesTest::any);
        ranges.give("b", UserRangesTest::any);
        ranges.take("a");
        ranges.take("a");
        assertThat(ranges.give("c", UserRangesTest::any)).contains(nth(1));
        assertThat(ranges.of("a")).isEmpty();
    }

    @Test
    void what_is_given_back_is_nobody_elses() {
        UserRanges ranges = new UserRanges();
        assertThat(ranges.giveBack("a", nth(1))).isTrue();
        assertThat(ranges.giveBack("a", nth(1))).isTrue();
        assertThat(ranges.giveBack("a", nth(2))).isFalse();
        assertThat(ranges.giveBack("b", nth(1))).isFalse();
        assertThat(ranges.give("b", UserRangesTest::any)).contains(nth(2));
    }

    @Test
    void there_is_an_end_to_it() {
        UserRanges ranges = new UserRanges();
        assertThat(ranges.give("a", range -> range.end() == 1L << 31)).contains(nth(32_767));
        assertThat(ranges.give("b", range -> false)).isEmpty();
        assertThat(ranges.of("b")).isEmpty();
    }

    @Test
    void no_two_pods_ever_share_one() {
        RandomCases.check(
                500,
                draw -> {
                    UserRanges ranges = new UserRanges();
                    Map<String, UserRange> expected = new HashMap<>();
                    int steps = draw.below(60);
                    for (int i = 0; i < steps; i++) {
                        String uid = "pod-" + draw.below(8);
                        Set<UserRange> unfit = new HashSet<>();
                        for (int each = draw.below(4); each > 0; each--) {
                            unfit.add(nth(1 + draw.below(10)));
                        }
                        UserRange wanted = nth(1 + draw.below(10));
                        switch (draw.below(3)) {
                            case 0 -> {
                                Optional<UserRange> given =
                                        ranges.give(uid, range -> !unfit.contains(range));
                                assertThat(given).contains(lowest(expected, uid, unfit));
                                expected.put(uid, given.orElseThrow());
                            }
                            case 1 -> {
                                boolean free =
                                        expected.containsKey(uid)
                                                ? wanted.equals(expected.get(uid))
                                                : !expected.containsValue(wanted);
                                assertThat(ranges.giveBack(uid, wanted)).isEqualTo(free);
                                if (free) {
                                    expected.put(uid, wanted);
                                }
                            }
                            default -> {
                                ranges.take(uid);
                                expected.remove(uid);
                            }
                        }
                        assertThat(new HashSet<>(expected.values())).hasSize(expected.size());
                        expected.forEach(
                                (pod, range) -> assertThat(ranges.of(pod)).contains(range));
                    }
                });
    }

    private static UserRange lowest(
            Map<String, UserRange> given, String uid, Set<UserRange> unfit) {
        UserRange has = given.get(uid);
        if (has != null) {
            return has;
        }
        long n = 1;
        while (given.containsValue(nth(n)) || unfit.contains(nth(n))) {
            n++;
        }
        return nth(n);
    }
}

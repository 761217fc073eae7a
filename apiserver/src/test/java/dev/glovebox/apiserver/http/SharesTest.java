package dev.glovebox.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.apiserver.auth.User;
import dev.glovebox.model.ApiException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class SharesTest {
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final User EVE = new User("eve", List.of());
    private static final User BOB = new User("bob", List.of());
    private static final User ROOT = new User("root", List.of(User.MASTERS));

    private final Shares shares = new Shares(10, 4);

    private void assertRefused(User user, int amount) {
        assertThatThrownBy(() -> shares.take(user, amount, AT_ONCE))
                .isInstanceOf(ApiException.class)
                .hasMessage("Too many requests, please try again later.");
    }

    @Test
    void one_user_gets_a_part_and_leaves_the_rest_to_others() {
        shares.take(EVE, 4, AT_ONCE);
        assertRefused(EVE, 1);
        shares.take(BOB, 4, AT_ONCE);
    }

    @Test
    void all_together_get_no_more_than_there_is() {
        shares.take(EVE, 4, AT_ONCE);
        shares.take(BOB, 4, AT_ONCE);
        assertRefused(new User("carol", List.of()), 3);
        shares.take(new User("carol", List.of()), 2, AT_ONCE);
    }

    @Test
    void an_administrator_may_have_all_that_is_left_and_no_more() {
        shares.take(EVE, 2, AT_ONCE);
        shares.take(ROOT, 8, AT_ONCE);
        assertRefused(ROOT, 1);
    }

    @Test
    void what_is_given_back_can_be_taken_again() {
        for (int i = 0; i < 100; i++) {
            shares.take(EVE, 4, AT_ONCE).close();
        }
        shares.take(ROOT, 10, AT_ONCE);
    }

    @Test
    @Timeout(30)
    void who_waits_gets_what_is_given_back() throws InterruptedException {
        Shares.Share held = shares.take(EVE, 4, AT_ONCE);
        CountDownLatch got = new CountDownLatch(1);
        Thread.ofVirtual()
                .start(() -> {
                    shares.take(EVE, 4, Duration.ofSeconds(20));
                    got.countDown();
                });
        assertThat(got.await(200, TimeUnit.MILLISECONDS)).isFalse();
        held.close();
        assertThat(got.await(20, TimeUnit.SECONDS)).isTrue();
    }
}

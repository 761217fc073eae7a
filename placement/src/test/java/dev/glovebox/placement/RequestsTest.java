package dev.glovebox.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestsTest {
    /// A sum that ran over would look like room.
    @Test
    void the_most_that_can_be_asked_for_stays_it_in_sums() {
        Requests most = Requests.of(Map.of(Requests.MEMORY, new Quantity("100E")));
        assertThat(most.amount(Requests.MEMORY)).isEqualTo(Amounts.MOST);
        Requests sum = most;
        for (int i = 0; i < 20; i++) {
            sum = sum.plus(most);
        }
        assertThat(sum.amount(Requests.MEMORY)).isEqualTo(Amounts.MOST);
    }

    @Test
    void processors_are_counted_in_thousandths_and_the_rest_whole() {
        Requests requests =
                Requests.of(Map.of("cpu", new Quantity("1500u"), "memory", new Quantity("1500m")));
        assertThat(requests.amount("cpu")).isEqualTo(2);
        assertThat(requests.amount("memory")).isEqualTo(2);
        assertThat(requests.amount("pods")).isZero();
    }
}

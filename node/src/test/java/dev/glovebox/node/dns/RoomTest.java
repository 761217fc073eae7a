package dev.glovebox.node.dns;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoomTest {
    private final Room room = new Room(3, 2);

    @Test
    void one_client_takes_no_more_than_its_own_and_all_no_more_than_there_is() {
        assertThat(room.enter("a")).isTrue();
        assertThat(room.enter("a")).isTrue();
        assertThat(room.enter("a")).isFalse();
        assertThat(room.enter("b")).isTrue();
        assertThat(room.enter("c")).isFalse();
    }

    @Test
    void what_is_given_back_can_be_taken_again() {
        room.enter("a");
        room.enter("a");
        room.leave("a");
        assertThat(room.enter("a")).isTrue();
        room.leave("a");
        room.leave("a");
        assertThat(room.enter("b")).isTrue();
        assertThat(room.enter("b")).isTrue();
        assertThat(room.enter("c")).isTrue();
    }
}

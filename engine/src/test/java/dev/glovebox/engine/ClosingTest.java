package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClosingTest {
    private final List<String> closed = new ArrayList<>();
    private final Closing parts = new Closing();

    @Test
    void parts_close_in_reverse() {
        parts.add(() -> closed.add("store"));
        parts.add(() -> closed.add("api"));
        parts.add(() -> closed.add("node"));

        parts.close();

        assertThat(closed).containsExactly("node", "api", "store");
    }

    @Test
    void one_that_does_not_close_well_keeps_no_other_from_it() {
        parts.add(() -> closed.add("store"));
        parts.add(() -> {
            throw new IOException("stuck");
        });
        parts.add(() -> {
            throw new IllegalStateException("broken");
        });
        parts.add(() -> closed.add("node"));

        parts.close();

        assertThat(closed).containsExactly("node", "store");
    }

    @Test
    void each_is_closed_once() {
        parts.add(() -> closed.add("store"));

        parts.close();
        parts.close();

        assertThat(closed).containsExactly("store");
    }
}

package dev.glovebox.containerd;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MountsTest {
    @Test
    void only_what_lies_below_is_found_the_deepest_first() {
        String mountinfo =
                """
                1 0 0:1 / /run/glovebox/ab rw - tmpfs tmpfs rw
                2 0 0:1 / /run/glovebox/ab/c\\040d/e rw - tmpfs tmpfs rw
                3 0 0:1 / /run/glovebox/abc rw - tmpfs tmpfs rw
                """;

        assertThat(Mounts.below(Path.of("/run/glovebox/ab"), mountinfo))
                .containsExactly(Path.of("/run/glovebox/ab/c d/e"), Path.of("/run/glovebox/ab"));
    }
}

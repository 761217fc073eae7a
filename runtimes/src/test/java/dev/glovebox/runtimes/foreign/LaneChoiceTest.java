package dev.glovebox.runtimes.foreign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.containerd.ContainerdVersion;
import dev.glovebox.runtimes.Setup.Lane;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LaneChoiceTest {
    @Test
    void the_official_shim_is_taken_where_it_can_start() {
        assertThat(choose(Optional.empty(), "1.7.0", true, true))
                .isEqualTo(new LaneChoice(Lane.SHIM, Optional.empty()));
        assertThat(choose(Optional.empty(), "", true, true).lane()).isEqualTo(Lane.SHIM);
    }

    @Test
    void what_keeps_the_shim_from_starting_is_said_and_the_launcher_taken() {
        assertThat(choose(Optional.empty(), "1.6.20", true, true))
                .satisfies(choice -> assertThat(choice.lane()).isEqualTo(Lane.LAUNCHER))
                .satisfies(choice ->
                        assertThat(choice.why().orElse(""))
                                .contains("containerd 1.6.20")
                                .contains("1.7.0"));
        assertThat(choose(Optional.empty(), "2.1.9", false, true).why().orElse(""))
                .contains("CAP_SYS_RESOURCE");
        assertThat(choose(Optional.empty(), "2.1.9", true, false).why().orElse(""))
                .contains("no containerd-shim-runsc-v1");
    }

    @Test
    void a_pair_that_cannot_work_is_refused_by_name_with_the_version_that_would_do() {
        assertThatThrownBy(() -> choose(Optional.of(Lane.SHIM), "1.6.20", true, true))
                .isInstanceOf(ConfigurationRefused.class)
                .hasMessageContaining("containerd 1.6.20")
                .hasMessageContaining("1.7.0 and newer");
    }

    @Test
    void the_launcher_is_taken_when_asked_for() {
        assertThat(choose(Optional.of(Lane.LAUNCHER), "2.1.9", true, true))
                .isEqualTo(new LaneChoice(Lane.LAUNCHER, Optional.empty()));
    }

    @Test
    void the_capability_is_bit_24_of_the_bounding_set() {
        assertThat(new Capabilities(0x1fffeffffffL).mayLowerOomScore()).isFalse();
        assertThat(new Capabilities(0x1ffffffffffL).mayLowerOomScore()).isTrue();
    }

    private static LaneChoice choose(
            Optional<Lane> asked, String containerd, boolean capable, boolean shim) {
        GvisorPrograms programs =
                new GvisorPrograms(
                        Path.of("/b/runsc"),
                        shim ? Optional.of(Path.of("/b/shim")) : Optional.empty(),
                        Path.of("/b/runsc-launcher"),
                        "systrap",
                        true);
        return LaneChoice.of(
                asked,
                new LaneChoice.Facts(ContainerdVersion.parse(containerd), programs, capable));
    }
}

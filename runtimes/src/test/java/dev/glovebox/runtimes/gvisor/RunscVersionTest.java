package dev.glovebox.runtimes.gvisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import org.junit.jupiter.api.Test;

class RunscVersionTest {
    @Test
    void a_release_of_gvisors_own_is_read() {
        assertThat(RunscVersion.parse("runsc version release-20260202.0\nspec: 1.1.0-rc.1\n"))
                .contains(new RunscVersion("release-20260202.0", LocalDate.of(2026, 2, 2)));
    }

    @Test
    void debians_version_is_read() {
        assertThat(RunscVersion.parse("runsc version 0.0~20240729.0\nspec: 1.0.2-dev\n"))
                .contains(new RunscVersion("0.0~20240729.0", LocalDate.of(2024, 7, 29)));
    }

    @Test
    void a_version_from_the_go_module_is_read() {
        assertThat(RunscVersion.parse("runsc version go-20260905035102-160fafc42237"))
                .hasValueSatisfying(
                        version -> assertThat(version.day()).isEqualTo(LocalDate.of(2026, 9, 5)));
    }

    @Test
    void what_names_no_day_is_not_a_version() {
        assertThat(RunscVersion.parse("runsc version VERSION_MISSING")).isEmpty();
        assertThat(RunscVersion.parse("runsc version release-20261399.0")).isEmpty();
        assertThat(RunscVersion.parse("runc version 1.1.5+ds1")).isEmpty();
    }

    @Test
    void debian_12s_own_package_is_too_old() {
        assertThat(RunscVersion.parse("runsc version 0.0~20221219.0"))
                .hasValueSatisfying(version -> assertThat(version.tooOld()).isTrue());
        assertThat(RunscVersion.parse("runsc version 0.0~20240729.0"))
                .hasValueSatisfying(version -> assertThat(version.tooOld()).isFalse());
    }

    @Test
    void only_versions_before_the_mend_fail_on_namespaced_rmem() {
        assertThat(new RunscVersion("x", LocalDate.of(2024, 7, 30)).failsOnNamespacedRmem())
                .isTrue();
        assertThat(new RunscVersion("x", LocalDate.of(2024, 7, 31)).failsOnNamespacedRmem())
                .isFalse();
    }
}

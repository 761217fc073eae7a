package dev.glovebox.runtimes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HandlerReadinessTest {
    @Test
    void evidence_of_one_platform_or_shim_says_nothing_of_another() {
        String systrap = HandlerReadiness.settings(gvisor("systrap", Setup.RUNC_SHIM));

        assertThat(systrap).isEqualTo(" on systrap");
        assertThat(HandlerReadiness.settings(gvisor("kvm", Setup.RUNC_SHIM))).isNotEqualTo(systrap);
        assertThat(HandlerReadiness.settings(gvisor("systrap", "io.containerd.runsc.v1")))
                .isNotEqualTo(systrap);
        assertThat(HandlerReadiness.settings(Setup.direct("/usr/sbin/runc"))).isEmpty();
    }

    private static Setup gvisor(String platform, String shim) {
        return new Setup("a test", Setup.Lane.LAUNCHER, platform, shim);
    }
}

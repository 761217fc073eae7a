package dev.glovebox.node.cgroup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// On the kernel's own cgroups, as root.
class PodCgroupsIT {
    private final PodCgroups cgroups = new PodCgroups(CgroupMounts.ofThisMachine(), "cgroups-it");

    @AfterEach
    void leave_nothing() {
        cgroups.purge();
    }

    @Test
    void the_kernel_holds_what_was_set_and_raises_and_lowers_it() {
        CgroupPath pod = cgroups.path(QosClass.BURSTABLE, "it-1");

        cgroups.limit(pod, limits(64L << 20, 100));
        assertThat(cgroups.inForce(pod))
                .isEqualTo(
                        new PodLimitsInForce(
                                OptionalLong.of(64L << 20),
                                OptionalLong.of(50_000),
                                OptionalLong.of(100)));

        cgroups.limit(pod, limits(128L << 20, 200));
        assertThat(cgroups.inForce(pod).memory()).isEqualTo(OptionalLong.of(128L << 20));
        cgroups.limit(pod, limits(32L << 20, 200));
        assertThat(cgroups.inForce(pod).memory()).isEqualTo(OptionalLong.of(32L << 20));
        assertThat(cgroups.pods()).containsEntry("it-1", pod);
    }

    @Test
    void a_removed_pod_leaves_no_cgroup() {
        CgroupPath pod = cgroups.path(QosClass.BEST_EFFORT, "it-2");
        cgroups.limit(pod, limits(64L << 20, 100));

        cgroups.remove(pod);

        assertThat(cgroups.pods()).isEmpty();
        assertThat(cgroups.inForce(pod).memory()).isEmpty();
    }

    private static PodLimits limits(long memory, long pids) {
        return new PodLimits(
                new PodResources(
                        QosClass.BURSTABLE, 250, OptionalLong.of(500), OptionalLong.of(memory)),
                OptionalLong.of(pids));
    }
}

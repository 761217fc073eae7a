package dev.glovebox.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cri.IDMapping;
import dev.glovebox.cri.Mount;
import dev.glovebox.cri.NamespaceMode;
import dev.glovebox.cri.NamespaceOption;
import dev.glovebox.node.users.UserRange;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class IdMappingsTest {
    private static final Optional<UserRange> OWN = Optional.of(new UserRange(196_608));
    private static final IDMapping MAPPING =
            IDMapping.newBuilder().setContainerId(0).setHostId(196_608).setLength(65_536).build();
    private static final Pod POD = new PodBuilder().withNewSpec().endSpec().build();

    @Test
    void a_pods_namespace_maps_users_and_groups_alike() {
        NamespaceOption option = SecurityContexts.namespaces(POD, OWN);
        assertThat(option.getUsernsOptions().getMode()).isEqualTo(NamespaceMode.POD);
        assertThat(option.getUsernsOptions().getUidsList()).containsExactly(MAPPING);
        assertThat(option.getUsernsOptions().getGidsList()).containsExactly(MAPPING);
        assertThat(option.getPid()).isEqualTo(NamespaceMode.CONTAINER);
    }

    @Test
    void a_pod_without_users_of_its_own_says_nothing_of_them() {
        assertThat(SecurityContexts.namespaces(POD, Optional.empty()).hasUsernsOptions()).isFalse();
    }

    @Test
    void every_mount_is_mapped_or_none() {
        List<Mount> mounts =
                List.of(
                        Mount.newBuilder().setHostPath("/a").setReadonly(true).build(),
                        Mount.newBuilder().setHostPath("/b").build());
        assertThat(IdMappings.of(mounts, Optional.empty())).isEqualTo(mounts);
        List<Mount> mapped = IdMappings.of(mounts, OWN);
        assertThat(mapped)
                .hasSize(2)
                .allSatisfy(mount -> {
                    assertThat(mount.getUidMappingsList()).containsExactly(MAPPING);
                    assertThat(mount.getGidMappingsList()).containsExactly(MAPPING);
                });
        assertThat(mapped.getFirst().getReadonly()).isTrue();
        assertThat(mapped.getLast().getHostPath()).isEqualTo("/b");
    }
}

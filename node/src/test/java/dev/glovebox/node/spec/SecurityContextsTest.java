package dev.glovebox.node.spec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.PodToken;
import dev.glovebox.cri.LinuxContainerSecurityContext;
import dev.glovebox.cri.LinuxSandboxSecurityContext;
import dev.glovebox.cri.SELinuxOption;
import dev.glovebox.cri.SecurityProfile;
import dev.glovebox.cri.SupplementalGroupsPolicy;
import dev.glovebox.network.Family;
import dev.glovebox.network.Reach;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SELinuxOptions;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the runtime is asked to make of security contexts.
class SecurityContextsTest {
    private static final SELinuxOptions OWN =
            new SELinuxOptions("s0:c1,c2", null, "container_t", null);
    private static final SELinuxOptions PODS =
            new SELinuxOptions("s0:c7", "system_r", "spc_t", "system_u");

    private static PodBuilder pod() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("p")
                .withNamespace("default")
                .withUid("uid")
                .endMetadata()
                .withNewSpec()
                .withNewSecurityContext()
                .endSecurityContext()
                .addNewContainer()
                .withName("main")
                .withNewSecurityContext()
                .endSecurityContext()
                .endContainer()
                .endSpec();
    }

    private static Pod labelled(@Nullable SELinuxOptions pods, @Nullable SELinuxOptions own) {
        return pod().editSpec()
                .editSecurityContext()
                .withSeLinuxOptions(pods)
                .endSecurityContext()
                .editFirstContainer()
                .editSecurityContext()
                .withSeLinuxOptions(own)
                .endSecurityContext()
                .endContainer()
                .endSpec()
                .build();
    }

    private static LinuxContainerSecurityContext container(Pod pod) {
        return SecurityContexts.of(
                pod,
                pod.getSpec().getContainers().getFirst(),
                ImageUser.ROOT,
                Optional.empty(),
                Optional.empty(),
                SecurityProfile.getDefaultInstance());
    }

    private static LinuxSandboxSecurityContext sandbox(Pod pod) {
        PodConfigs configs =
                new PodConfigs(
                        "n",
                        new NodeView(List.of("192.0.2.1"), Map.of()),
                        1L << 30,
                        Dns.parse("", List.of(Family.IPV4)),
                        new SeccompProfiles(Path.of("none"), handler -> false),
                        new Nothing());
        return configs.sandbox(pod, 0, "", "", Reach.CLUSTER, Optional.empty())
                .getLinux()
                .getSecurityContext();
    }

    @ParameterizedTest
    @CsvSource({"Strict, Strict", "Merge, Merge", ", Merge"})
    void sandbox_and_containers_hear_which_groups_they_get(
            @Nullable String asked, SupplementalGroupsPolicy told) {
        Pod pod =
                pod().editSpec()
                        .editSecurityContext()
                        .withSupplementalGroups(7L)
                        .withSupplementalGroupsPolicy(asked)
                        .endSecurityContext()
                        .endSpec()
                        .build();
        assertThat(container(pod).getSupplementalGroupsPolicy()).isEqualTo(told);
        assertThat(container(pod).getSupplementalGroupsList()).containsExactly(7L);
        assertThat(sandbox(pod).getSupplementalGroupsPolicy()).isEqualTo(told);
    }

    @Test
    void a_containers_own_label_of_selinux_comes_before_its_pods_as_a_whole() {
        SELinuxOption own =
                SELinuxOption.newBuilder().setLevel("s0:c1,c2").setType("container_t").build();
        SELinuxOption pods =
                SELinuxOption.newBuilder()
                        .setUser("system_u")
                        .setRole("system_r")
                        .setType("spc_t")
                        .setLevel("s0:c7")
                        .build();
        assertThat(container(labelled(PODS, OWN)).getSelinuxOptions()).isEqualTo(own);
        assertThat(container(labelled(PODS, null)).getSelinuxOptions()).isEqualTo(pods);
        assertThat(sandbox(labelled(PODS, OWN)).getSelinuxOptions()).isEqualTo(pods);
    }

    @Test
    void who_says_nothing_of_selinux_is_given_a_label_by_the_runtime() {
        assertThat(container(labelled(null, null)).hasSelinuxOptions()).isFalse();
        assertThat(sandbox(labelled(null, OWN)).hasSelinuxOptions()).isFalse();
    }

    /// An API with nothing in it.
    private static final class Nothing implements PodObjects {
        @Override
        public Optional<ConfigMap> configMap(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Secret> secret(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public Optional<Service> service(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public Collection<Service> services(String namespace) {
            return List.of();
        }

        @Override
        public PodToken token(PodToken.Wanted wanted) {
            throw new IllegalStateException("no token is asked for");
        }
    }
}

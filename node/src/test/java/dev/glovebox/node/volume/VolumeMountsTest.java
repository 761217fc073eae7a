package dev.glovebox.node.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cri.Mount;
import dev.glovebox.cri.MountPropagation;
import dev.glovebox.node.spec.SpecException;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeMountsTest {
    private final VolumeMounts mounts =
            new VolumeMounts(
                    "uid",
                    Map.of("disk", Path.of("/v/disk"), "words", Path.of("/v/words")),
                    Set.of("words"),
                    new SubPaths(new PodDirectories(Path.of("/nowhere"), new Mounts())));

    @Test
    void volumes_that_the_api_fills_are_read_only_whatever_the_mount_says() {
        assertThat(mount(new VolumeMountBuilder().withName("words").withMountPath("/w").build()))
                .isEqualTo(
                        Mount.newBuilder()
                                .setContainerPath("/w")
                                .setHostPath("/v/words")
                                .setReadonly(true)
                                .build());
        assertThat(mount(disk().build()).getReadonly()).isFalse();
        assertThat(mount(disk().withReadOnly(true).build()).getReadonly()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "None, PROPAGATION_PRIVATE",
        "HostToContainer, PROPAGATION_HOST_TO_CONTAINER",
        "Bidirectional, PROPAGATION_BIDIRECTIONAL"
    })
    void propagation_is_passed_on(String asked, MountPropagation told) {
        assertThat(mount(disk().withMountPropagation(asked).build()).getPropagation())
                .isEqualTo(told);
    }

    @Test
    void read_only_all_the_way_down_is_refused_where_it_must_be_and_left_where_it_may() {
        VolumeMount must = disk().withReadOnly(true).withRecursiveReadOnly("Enabled").build();
        assertThatThrownBy(() -> mount(must))
                .isInstanceOf(VolumeException.class)
                .hasMessage(
                        "failed to resolve recursive read-only mode: volume \"disk\" requested"
                                + " recursive read-only mode, but it is not supported by the"
                                + " runtime");
        VolumeMount may = disk().withReadOnly(true).withRecursiveReadOnly("IfPossible").build();
        assertThat(mount(may).getRecursiveReadOnly()).isFalse();
    }

    @Test
    void an_expression_with_names_that_stand_for_nothing_is_refused() {
        VolumeMount mount = disk().withSubPathExpr("$(B)/$(A)/$(KNOWN)/$$(C)/$(EMPTY)").build();
        assertThatThrownBy(() -> mount(mount))
                .isInstanceOf(SpecException.class)
                .hasMessage("missing value for A, B, EMPTY");
    }

    @Test
    void an_expression_may_come_to_a_path_that_is_refused() {
        VolumeMount mount = disk().withSubPathExpr("a/$(UP)").build();
        assertThatThrownBy(() -> mount(mount))
                .hasMessage("unable to provision SubPath `a/../..`: must not contain '..'");
    }

    @Test
    void a_volume_that_the_pod_has_not_is_named() {
        VolumeMount mount = new VolumeMountBuilder().withName("no").withMountPath("/n").build();
        assertThatThrownBy(() -> mount(mount))
                .hasMessage("cannot find volume \"no\" to mount into container \"c\"");
    }

    private static VolumeMountBuilder disk() {
        return new VolumeMountBuilder().withName("disk").withMountPath("/d");
    }

    private Mount mount(VolumeMount mount) {
        Container container =
                new ContainerBuilder().withName("c").withVolumeMounts(List.of(mount)).build();
        return mounts.of(container, Map.of("KNOWN", "k", "EMPTY", "", "UP", "../..")).getFirst();
    }
}

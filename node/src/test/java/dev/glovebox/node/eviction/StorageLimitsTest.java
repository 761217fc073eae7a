package dev.glovebox.node.eviction;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EmptyDirVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StorageLimitsTest {
    private static final long MIB = 1 << 20;

    @Test
    void a_pod_without_a_limit_is_not_even_measured() {
        assertThat(StorageLimits.has(pod().build())).isFalse();
        assertThat(StorageLimits.has(limited("1Mi", "").build())).isTrue();
        assertThat(StorageLimits.has(limited("", "1Mi").build())).isTrue();
        assertThat(StorageLimits.has(limited("0", "").build())).isFalse();
    }

    @Test
    void what_is_as_large_as_its_limit_holds_it() {
        Pod pod = limited("1Mi", "2Mi").build();
        assertThat(StorageLimits.exceeded(pod, used(MIB, MIB))).isEmpty();
    }

    @Test
    void a_volume_over_its_limit_is_named_first() {
        assertThat(StorageLimits.exceeded(limited("1Mi", "1Ki").build(), used(MIB + 1, 0)))
                .hasValue("Usage of EmptyDir volume \"disk\" exceeds the limit \"1Mi\". ");
    }

    @Test
    void volumes_count_towards_the_limit_of_the_pod() {
        assertThat(StorageLimits.exceeded(limited("", "1Mi").build(), used(MIB, 1)))
                .hasValue(
                        "Pod ephemeral local storage usage exceeds the total limit of containers"
                                + " 1Mi. ");
    }

    @Test
    void a_container_is_held_to_its_own_limit() {
        Pod pod =
                limited("", "1Mi")
                        .editSpec()
                        .addNewContainer()
                        .withName("other")
                        .withNewResources()
                        .withLimits(Map.of(StorageLimits.RESOURCE, new Quantity("5Mi")))
                        .endResources()
                        .endContainer()
                        .endSpec()
                        .build();
        assertThat(StorageLimits.exceeded(pod, used(0, MIB + 1)))
                .hasValue("Container c exceeded its local ephemeral storage limit \"1Mi\". ");
    }

    @Test
    void init_containers_count_where_they_have_more_than_the_rest() {
        Pod pod =
                limited("", "1Mi")
                        .editSpec()
                        .withInitContainers(
                                new ContainerBuilder()
                                        .withName("i")
                                        .withNewResources()
                                        .withLimits(
                                                Map.of(StorageLimits.RESOURCE, new Quantity("3Mi")))
                                        .endResources()
                                        .build())
                        .endSpec()
                        .build();
        assertThat(StorageLimits.exceeded(pod, used(2 * MIB, 0))).isEmpty();
        assertThat(StorageLimits.exceeded(pod, used(4 * MIB, 0)))
                .hasValueSatisfying(message -> assertThat(message).endsWith("containers 3Mi. "));
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1023, 1023", "1536, 1536", "1572864, 1536Ki", "1073741824, 1Gi"})
    void bytes_are_told_in_the_largest_unit_that_fits(long bytes, String told) {
        assertThat(Bytes.binary(bytes)).isEqualTo(told);
    }

    @Test
    void a_sum_is_told_like_its_parts() {
        assertThat(Bytes.like(new Quantity("1M"), 2_000_000)).isEqualTo("2M");
        assertThat(Bytes.like(new Quantity("1Mi"), 2 * MIB)).isEqualTo("2Mi");
        assertThat(Bytes.text(new Quantity("100M"))).isEqualTo("100M");
    }

    private static LocalStorage used(long volume, long container) {
        return new LocalStorage(Map.of("disk", volume), Map.of("c", container), 0);
    }

    private static PodBuilder pod() {
        return new PodBuilder()
                .withNewSpec()
                .withVolumes(
                        new VolumeBuilder()
                                .withName("disk")
                                .withEmptyDir(new EmptyDirVolumeSource())
                                .build())
                .withContainers(new ContainerBuilder().withName("c").build())
                .endSpec();
    }

    private static PodBuilder limited(String volume, String container) {
        var pod = pod().editSpec();
        if (!volume.isEmpty()) {
            pod.editVolume(0)
                    .editEmptyDir()
                    .withSizeLimit(new Quantity(volume))
                    .endEmptyDir()
                    .endVolume();
        }
        if (!container.isEmpty()) {
            pod.editContainer(0)
                    .editOrNewResources()
                    .withLimits(Map.of(StorageLimits.RESOURCE, new Quantity(container)))
                    .endResources()
                    .endContainer();
        }
        return pod.endSpec();
    }
}

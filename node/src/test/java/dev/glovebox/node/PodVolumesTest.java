package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.node.spec.NodeView;
import dev.glovebox.node.volume.ContentVolumes;
import dev.glovebox.node.volume.Mounts;
import dev.glovebox.node.volume.PodDirectories;
import dev.glovebox.node.volume.PodVolumes;
import dev.glovebox.node.volume.VolumeException;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PodVolumesTest {
    @TempDir Path directory;

    @Test
    void a_pod_whose_volume_is_a_claim_gets_none_of_its_volumes() {
        refused(
                new VolumeBuilder()
                        .withName("data")
                        .withNewPersistentVolumeClaim("mine", false)
                        .build(),
                "persistentVolumeClaim \"mine\"");
    }

    @Test
    void other_kinds_that_are_not_mounted_are_named() {
        refused(
                new VolumeBuilder()
                        .withName("data")
                        .withNewEphemeral()
                        .withNewVolumeClaimTemplate()
                        .endVolumeClaimTemplate()
                        .endEphemeral()
                        .build(),
                "ephemeral");
        refused(
                new VolumeBuilder()
                        .withName("data")
                        .withNewNfs()
                        .withServer("files.example")
                        .endNfs()
                        .build(),
                "nfs");
        refused(new VolumeBuilder().withName("data").build(), "unknown");
    }

    private void refused(Volume volume, String kind) {
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withUid("u1")
                        .endMetadata()
                        .withNewSpec()
                        .addNewVolume()
                        .withName("scratch")
                        .withNewEmptyDir()
                        .endEmptyDir()
                        .endVolume()
                        .addToVolumes(volume)
                        .endSpec()
                        .build();
        PodDirectories directories = new PodDirectories(directory, new Mounts());
        ManualClock clock = ManualClock.atNoon();
        PodVolumes volumes =
                new PodVolumes(
                        directories,
                        new ContentVolumes(
                                new Mounts(),
                                new ClusterObjects(new FakeCluster(clock)),
                                clock,
                                new NodeView(List.of(), Map.of())));
        assertThatThrownBy(() -> volumes.prepare(pod))
                .isInstanceOf(VolumeException.class)
                .hasMessage("volume \"data\" is of a kind that this node does not mount: " + kind);
        assertThat(directories.uids()).isEmpty();
    }
}

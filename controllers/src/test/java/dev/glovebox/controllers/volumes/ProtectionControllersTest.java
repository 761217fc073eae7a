package dev.glovebox.controllers.volumes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.controllers.loop.Kinds;
import dev.glovebox.controllers.loop.Lab;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtectionControllersTest {
    private final Lab lab = new Lab(Clock.systemUTC(), Duration.ofMillis(10));

    @AfterEach
    void close() throws Exception {
        lab.close();
    }

    private void claim(String finalizers) {
        lab.create(
                Kinds.PERSISTENT_VOLUME_CLAIMS,
                """
                {"apiVersion":"v1","kind":"PersistentVolumeClaim",
                 "metadata":{"name":"c","namespace":"default","finalizers":[%s]},"spec":{}}
                """
                        .formatted(finalizers));
    }

    private void pod(String name, String node) {
        lab.create(
                Resource.PODS,
                """
                {"apiVersion":"v1","kind":"Pod","metadata":{"name":"%s","namespace":"default"},
                 "spec":{"nodeName":"%s","containers":[{"name":"c","image":"i"}],
                 "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"c"}}]}}
                """
                        .formatted(name, node));
    }

    private void removePod(String name) {
        Pod pod = lab.get(Resource.PODS, name);
        lab.cluster()
                .delete(
                        Resource.PODS,
                        ObjectKey.of(pod),
                        DeleteOptions.now(pod.getMetadata().getUid()));
    }

    private boolean claimIsThere() {
        return !lab.all(Kinds.PERSISTENT_VOLUME_CLAIMS).isEmpty();
    }

    @Test
    void a_claim_waits_for_the_pods_on_nodes_that_use_it() {
        lab.start(ClaimProtectionController::start);
        claim("\"kubernetes.io/pvc-protection\"");
        pod("one", "n");
        pod("two", "n");
        pod("waiting", "");
        lab.delete(Kinds.PERSISTENT_VOLUME_CLAIMS, "c");
        removePod("one");
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        PersistentVolumeClaim claim = lab.get(Kinds.PERSISTENT_VOLUME_CLAIMS, "c");
        assertThat(claim.getMetadata().getDeletionTimestamp()).isNotNull();
        removePod("two");
        Lab.await(() -> !claimIsThere());
    }

    @Test
    void a_claim_that_nobody_uses_goes() {
        claim("\"kubernetes.io/pvc-protection\"");
        lab.delete(Kinds.PERSISTENT_VOLUME_CLAIMS, "c");
        assertThat(claimIsThere()).isTrue();
        lab.start(ClaimProtectionController::start);
        Lab.await(() -> !claimIsThere());
    }

    @Test
    void a_claim_of_before_gets_its_finalizer_beside_others() {
        claim("\"a.test/f\"");
        lab.start(ClaimProtectionController::start);
        Lab.await(() ->
                lab.get(Kinds.PERSISTENT_VOLUME_CLAIMS, "c").getMetadata().getFinalizers().size()
                        == 2);
        lab.delete(Kinds.PERSISTENT_VOLUME_CLAIMS, "c");
        Lab.await(() ->
                lab.get(Kinds.PERSISTENT_VOLUME_CLAIMS, "c")
                        .getMetadata()
                        .getFinalizers()
                        .equals(List.of("a.test/f")));
    }

    @ParameterizedTest
    @CsvSource({
        "'', '', true",
        "'', ',\"deletionTimestamp\":\"2020-01-01T00:00:00Z\",\"deletionGracePeriodSeconds\":0', false",
        "other, '', false",
    })
    void a_claim_that_was_made_for_a_pod_is_used_until_its_node_has_done_with_it(
            String owner, String leaving, boolean used) {
        Pod pod =
                Lab.json(
                        Pod.class,
                        """
                        {"metadata":{"name":"p","namespace":"default","uid":"u"%s},
                         "spec":{"nodeName":"n","volumes":[{"name":"v","ephemeral":{}}]}}
                        """
                                .formatted(leaving));
        PersistentVolumeClaim claim =
                Lab.json(
                        PersistentVolumeClaim.class,
                        """
                        {"metadata":{"name":"p-v","namespace":"default","ownerReferences":[
                         {"apiVersion":"v1","kind":"Pod","name":"p","uid":"u%s","controller":true}]}}
                        """
                                .formatted(owner));
        assertThat(ClaimUse.uses(pod, claim)).isEqualTo(used);
        assertThat(ClaimUse.claims(pod)).containsExactly(ObjectKey.of(claim));
    }

    @Test
    void a_volume_waits_until_it_is_bound_no_more() {
        lab.start(VolumeProtectionController::start);
        lab.create(
                Kinds.PERSISTENT_VOLUMES,
                """
                {"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"v"},
                 "spec":{},"status":{"phase":"Bound"}}
                """);
        ObjectKey key = ObjectKey.of("v");
        lab.cluster()
                .patch(
                        Kinds.PERSISTENT_VOLUMES,
                        key,
                        new Patch.Merge("{\"status\":{\"phase\":\"Bound\"}}"),
                        "status");
        Lab.await(() ->
                lab.cluster()
                        .get(Kinds.PERSISTENT_VOLUMES, key)
                        .orElseThrow()
                        .getMetadata()
                        .getFinalizers()
                        .contains("kubernetes.io/pv-protection"));
        lab.cluster().delete(Kinds.PERSISTENT_VOLUMES, key, DeleteOptions.DEFAULT);
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        assertThat(lab.cluster().get(Kinds.PERSISTENT_VOLUMES, key)).isPresent();
        lab.cluster()
                .patch(
                        Kinds.PERSISTENT_VOLUMES,
                        key,
                        new Patch.Merge("{\"status\":{\"phase\":\"Released\"}}"),
                        "status");
        Lab.await(() -> lab.cluster().get(Kinds.PERSISTENT_VOLUMES, key).isEmpty());
    }
}

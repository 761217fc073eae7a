package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cri.ContainerFilter;
import dev.glovebox.testkit.Await;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodResourceClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// What keeps a pod out, or within bounds, on a real containerd, and how it is told.
class PodBoundsIT extends NodeAgentLab {
    @Test
    void a_memory_limit_kills_and_is_named() {
        run(hungry("hungry", "Never"));
        Pod ended = await("hungry", p -> p.getStatus().getPhase().equals("Failed"));
        var terminated =
                ended.getStatus().getContainerStatuses().getFirst().getState().getTerminated();
        assertThat(terminated.getReason()).isEqualTo("OOMKilled");
        assertThat(terminated.getExitCode()).isEqualTo(137);
    }

    /// The kernel kills within milliseconds, and the container's cgroup is gone as soon.
    @Test
    @Tag("long")
    void of_many_that_a_memory_limit_kills_each_is_named() {
        Map<String, String> reasons = new TreeMap<>();
        for (int i = 0; i < 40; i++) {
            String name = "hungry" + i;
            boolean again = i % 2 == 1;
            run(hungry(name, again ? "OnFailure" : "Never"));
            Pod ended =
                    await(
                            name,
                            p ->
                                    again
                                            ? "CrashLoopBackOff".equals(waitingReason(p))
                                            : p.getStatus().getPhase().equals("Failed"));
            ContainerStatus status = ended.getStatus().getContainerStatuses().getFirst();
            reasons.put(
                    name,
                    (again ? status.getLastState() : status.getState())
                            .getTerminated()
                            .getReason());
            cluster.delete(Resource.PODS, key(name), DeleteOptions.DEFAULT);
        }
        assertThat(reasons.values()).as("%s", reasons).hasSize(40).containsOnly("OOMKilled");
    }

    /// Which containerd would make a container of as it was when the checkpoint was made, from 2.1
    /// on. Beside it one that differs in that alone.
    @Test
    void an_image_that_is_a_checkpoint_becomes_no_container() throws IOException {
        lab.deriveImage("glovebox.test/plain:1", "plain", Map.of("title", "plain"));
        lab.deriveImage(
                "glovebox.test/checkpoint:1",
                "checkpoint",
                Map.of("org.criu.checkpoint.container.name", "main"));
        run(of("glovebox.test/plain:1", "plain"));
        run(of("glovebox.test/checkpoint:1", "checkpoint"));
        await("plain", p -> p.getStatus().getPhase().equals("Succeeded"));
        Pod waiting = await("checkpoint", p -> waitingReason(p).equals("CreateContainerError"));
        assertThat(waiting(waiting).getMessage())
                .contains("image glovebox.test/checkpoint:1 is a checkpoint of a container");
        assertThat(client.cri().listContainers(ContainerFilter.getDefaultInstance()))
                .noneMatch(container ->
                        container.getLabelsMap().containsValue(waiting.getMetadata().getUid()));
    }

    private static Pod of(String image, String name) {
        Pod pod = pod(name, "Never", "true");
        pod.getSpec().getContainers().getFirst().setImage(image);
        pod.getSpec().getContainers().getFirst().setImagePullPolicy("IfNotPresent");
        return pod;
    }

    @Test
    void limits_beyond_any_machine_hold_no_pod_up() {
        Pod pod = pod("endless", "Never", "true");
        limit(pod, "cpu", "9E");
        run(pod);
        Pod more = pod("more", "Never", "true");
        limit(more, "memory", "100E");
        run(more);
        await("endless", p -> p.getStatus().getPhase().equals("Succeeded"));
        await("more", p -> p.getStatus().getPhase().equals("Succeeded"));
    }

    @Test
    void what_cannot_be_served_is_said_and_keeps_the_pod_out() {
        Pod pod = pod("config", "Never", "true");
        pod.getSpec()
                .getContainers()
                .getFirst()
                .setEnvFrom(
                        List.of(
                                new io.fabric8.kubernetes.api.model.EnvFromSourceBuilder()
                                        .withNewConfigMapRef("settings", false)
                                        .build()));
        run(pod);
        Pod waiting = await("config", p -> "CreateContainerConfigError".equals(waitingReason(p)));
        assertThat(waiting(waiting).getMessage()).contains("configmap \"settings\" not found");
    }

    @Test
    void a_pod_with_a_claim_of_storage_or_of_devices_never_runs_without_it() {
        Pod stored = pod("stored", "Never", "true");
        stored.getSpec()
                .getVolumes()
                .add(
                        new VolumeBuilder()
                                .withName("data")
                                .withNewPersistentVolumeClaim("mine", false)
                                .build());
        run(stored);
        Pod devices = pod("devices", "Never", "true");
        devices.getSpec().getResourceClaims().add(new PodResourceClaim("gpu", "mine", null));
        run(devices);
        for (var said :
                Map.of(
                                "stored", "FailedMount",
                                "devices", "FailedPrepareDynamicResources")
                        .entrySet()) {
            Await.until(() -> reasons(said.getKey()).contains(said.getValue()));
            Pod held = cluster.get(Resource.PODS, key(said.getKey())).orElseThrow();
            assertThat(held.getStatus().getPhase()).isEqualTo("Pending");
            assertThat(held.getStatus().getPodIP()).isNull();
            assertThat(reasons(said.getKey())).doesNotContain("Created", "Started");
        }
    }

    @Test
    void an_image_that_may_not_be_pulled_is_named() {
        Pod pod = pod("absent", "Never", "true");
        pod.getSpec().getContainers().getFirst().setImage("test.invalid/absent:1");
        pod.getSpec().getContainers().getFirst().setImagePullPolicy("Never");
        run(pod);
        Pod waiting = await("absent", p -> "ErrImageNeverPull".equals(waitingReason(p)));
        String message =
                "Container image \"test.invalid/absent:1\" is not present with pull policy of Never";
        assertThat(waiting(waiting).getMessage()).isEqualTo(message);
        assertThat(waiting.getStatus().getPhase()).isEqualTo("Pending");
        Await.until(() -> reasons("absent").contains("ErrImageNeverPull"));
    }

    @Test
    void a_pod_without_a_network_has_its_rules_before_it_runs() {
        Pod pod = pod("quiet", "Never", "busybox wget -T 2 -O - http://10.203.0.1:1/ 2>&1");
        pod.getMetadata().setAnnotations(Map.of("glovebox.dev/network", "none"));
        run(pod);
        await("quiet", p -> p.getStatus().getContainerStatuses().getFirst().getState() != null);
        assertThat(firewall.links().values()).allMatch(l -> l.reach().word().equals("none"));
        await("quiet", p -> p.getStatus().getPhase().equals("Failed"));
    }

    @Test
    void a_handler_that_nobody_configured_is_named_in_kubernetes_words() {
        agent.close();
        agent = agent(pod -> new PodGate.Decision.Admit("nope"));
        agent.start();
        run(pod("nope", "Never", "true"));
        Await.until(() ->
                events("nope").stream()
                        .anyMatch(e ->
                                e.getReason().equals("FailedCreatePodSandBox")
                                        && e.getMessage()
                                                .contains(
                                                        "no runtime for \"nope\" is configured")));
        assertThat(cluster.get(Resource.PODS, key("nope")).orElseThrow().getStatus().getPhase())
                .isEqualTo("Pending");
    }

    /// A pod that asks at once for more memory than it may have.
    private static Pod hungry(String name, String restartPolicy) {
        Pod pod = pod(name, restartPolicy, "");
        pod.getSpec()
                .getContainers()
                .getFirst()
                .setCommand(
                        List.of(
                                "/bin/busybox",
                                "dd",
                                "if=/dev/zero",
                                "of=/dev/null",
                                "bs=200M",
                                "count=1"));
        limit(pod, "memory", "32Mi");
        return pod;
    }

    private static void limit(Pod pod, String resource, String amount) {
        pod.getSpec()
                .getContainers()
                .getFirst()
                .setResources(
                        new io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder()
                                .withLimits(Map.of(resource, new Quantity(amount)))
                                .build());
    }
}

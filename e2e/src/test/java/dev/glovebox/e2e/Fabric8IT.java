package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.testkit.Await;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The Java client of fabric8, as an operator is built on it.
@SharedEngine
class Fabric8IT {
    private static final String NAMESPACE = "fabric8";
    private static KubernetesClient client;

    private final Engine engine;

    Fabric8IT(Engine engine) {
        this.engine = engine;
    }

    @BeforeAll
    static void connect(Engine engine, Kubectl kubectl) throws IOException {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        var config = Config.fromKubeconfig(Files.readString(engine.kubeconfig()));
        client = new KubernetesClientBuilder().withConfig(config).build();
    }

    @AfterAll
    static void close(Kubectl kubectl) {
        client.close();
        kubectl.run("delete", "namespace", NAMESPACE, "--timeout=90s").ok();
    }

    private static ConfigMap configMap(String name, String value) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(NAMESPACE)
                .endMetadata()
                .withData(Map.of("key", value))
                .build();
    }

    @Test
    void objects_are_made_read_changed_and_removed() {
        var maps = client.configMaps().inNamespace(NAMESPACE);
        maps.resource(configMap("crud", "a")).create();
        assertThatThrownBy(() -> maps.resource(configMap("crud", "a")).create())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getStatus().getReason()).isEqualTo("AlreadyExists"));
        maps.withName("crud").edit(map -> new ConfigMapBuilder(map).addToData("b", "2").build());
        assertThat(maps.withName("crud").get().getData()).containsOnlyKeys("key", "b");
        var stale = maps.withName("crud").get();
        maps.resource(new ConfigMapBuilder(stale).addToData("c", "3").build()).update();
        assertThatThrownBy(() -> maps.resource(stale).lockResourceVersion().update())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getCode()).isEqualTo(409));
        maps.withName("crud").delete();
        assertThat(maps.withName("crud").get()).isNull();
    }

    @Test
    void server_side_apply_owns_and_conflicts() {
        var maps = client.configMaps().inNamespace(NAMESPACE);
        maps.resource(configMap("applied", "a")).fieldManager("one").serverSideApply();
        assertThatThrownBy(() ->
                        maps.resource(configMap("applied", "b"))
                                .fieldManager("two")
                                .serverSideApply())
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        e -> assertThat(e.getMessage()).contains("conflict with \"one\""));
        var forced =
                maps.resource(configMap("applied", "b"))
                        .fieldManager("two")
                        .forceConflicts()
                        .serverSideApply();
        assertThat(forced.getData()).containsEntry("key", "b");
    }

    @Test
    void a_watch_and_an_informer_see_every_change_in_order() throws InterruptedException {
        BlockingQueue<String> watched = new LinkedBlockingQueue<>();
        BlockingQueue<String> informed = new LinkedBlockingQueue<>();
        var maps = client.configMaps().inNamespace(NAMESPACE).withLabel("seen", "yes");
        try (var _ = maps.watch(new Names(watched));
                var _ = maps.inform(new Handler(informed))) {
            var seen =
                    new ConfigMapBuilder(configMap("seen", "a"))
                            .editMetadata()
                            .addToLabels("seen", "yes")
                            .endMetadata()
                            .build();
            client.resource(seen).create();
            client.resource(seen)
                    .edit(map -> new ConfigMapBuilder(map).addToData("b", "2").build());
            client.resource(seen).delete();
            for (var queue : java.util.List.of(watched, informed)) {
                assertThat(queue.poll(20, TimeUnit.SECONDS)).isEqualTo("ADDED seen");
                assertThat(queue.poll(20, TimeUnit.SECONDS)).isEqualTo("MODIFIED seen");
                assertThat(queue.poll(20, TimeUnit.SECONDS)).isEqualTo("DELETED seen");
            }
        }
    }

    @Test
    void a_pods_log_and_exec_come_through() throws Exception {
        var pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withName("talks")
                        .withNamespace(NAMESPACE)
                        .endMetadata()
                        .withNewSpec()
                        .withTerminationGracePeriodSeconds(1L)
                        .addNewContainer()
                        .withName("main")
                        .withImage(engine.busybox())
                        .withCommand("sh", "-c", "echo hello; sleep 1000")
                        .endContainer()
                        .endSpec()
                        .build();
        client.resource(pod).create();
        client.resource(pod).waitUntilReady(60, TimeUnit.SECONDS);
        var resource = client.pods().inNamespace(NAMESPACE).withName("talks");
        Await.until(() -> resource.getLog().equals("hello\n"));
        var out = new ByteArrayOutputStream();
        try (var exec = resource.writingOutput(out).exec("sh", "-c", "echo out; exit 7")) {
            assertThat(exec.exitCode().get(20, TimeUnit.SECONDS)).isEqualTo(7);
        }
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("out\n");
        resource.delete();
    }

    private record Names(BlockingQueue<String> to) implements Watcher<ConfigMap> {
        @Override
        public void eventReceived(Action action, ConfigMap map) {
            to.add(action + " " + map.getMetadata().getName());
        }

        @Override
        public void onClose(WatcherException cause) {
            to.add("closed: " + cause.getMessage());
        }
    }

    private record Handler(BlockingQueue<String> to) implements ResourceEventHandler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap map) {
            to.add("ADDED " + map.getMetadata().getName());
        }

        @Override
        public void onUpdate(ConfigMap before, ConfigMap map) {
            to.add("MODIFIED " + map.getMetadata().getName());
        }

        @Override
        public void onDelete(ConfigMap map, boolean unknown) {
            to.add("DELETED " + map.getMetadata().getName());
        }
    }
}

package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kubernetes.client.Exec;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Container;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1PodSpec;
import io.kubernetes.client.util.CallGeneratorParams;
import io.kubernetes.client.util.Config;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Kubernetes' own Java client.
@SharedEngine
class OfficialClientIT {
    private static final String NAMESPACE = "official";
    private static ApiClient client;
    private static CoreV1Api core;

    private final Engine engine;
    private final Kubectl kubectl;

    OfficialClientIT(Engine engine, Kubectl kubectl) {
        this.engine = engine;
        this.kubectl = kubectl;
    }

    @BeforeAll
    static void connect(Engine engine, Kubectl kubectl) throws IOException {
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        client = Config.fromConfig(engine.kubeconfig().toString());
        client.setReadTimeout(0); // informers want it: their watches end when the server says so
        core = new CoreV1Api(client);
    }

    @AfterAll
    static void remove(Kubectl kubectl) {
        kubectl.run("delete", "namespace", NAMESPACE, "--timeout=90s").ok();
    }

    private static V1ConfigMap configMap(String name, String value) {
        return new V1ConfigMap()
                .apiVersion("v1")
                .kind("ConfigMap")
                .metadata(new V1ObjectMeta().name(name).namespace(NAMESPACE))
                .data(Map.of("key", value));
    }

    @Test
    void objects_are_made_read_changed_and_removed() throws ApiException {
        core.createNamespacedConfigMap(NAMESPACE, configMap("crud", "a")).execute();
        assertThatThrownBy(() ->
                        core.createNamespacedConfigMap(NAMESPACE, configMap("crud", "a")).execute())
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.getCode()).isEqualTo(409));
        var read = core.readNamespacedConfigMap("crud", NAMESPACE).execute();
        core.replaceNamespacedConfigMap("crud", NAMESPACE, read.data(Map.of("key", "b"))).execute();
        assertThat(core.listNamespacedConfigMap(NAMESPACE).execute().getItems())
                .anySatisfy(map -> assertThat(map.getData()).containsEntry("key", "b"));
        core.deleteNamespacedConfigMap("crud", NAMESPACE).execute();
        assertThatThrownBy(() -> core.readNamespacedConfigMap("crud", NAMESPACE).execute())
                .isInstanceOfSatisfying(
                        ApiException.class, e -> assertThat(e.getCode()).isEqualTo(404));
    }

    @Test
    void server_side_apply_owns_and_conflicts() throws ApiException {
        assertThat(apply("one", "a").getData()).containsEntry("key", "a");
        assertThatThrownBy(() -> apply("two", "b"))
                .isInstanceOfSatisfying(
                        ApiException.class,
                        e -> assertThat(e.getResponseBody()).contains("conflict with \\\"one\\\""));
    }

    private static V1ConfigMap apply(String manager, String value) throws ApiException {
        var body = new V1Patch(JSON.serialize(configMap("applied", value)));
        return PatchUtils.patch(
                V1ConfigMap.class,
                () ->
                        core.patchNamespacedConfigMap("applied", NAMESPACE, body)
                                .fieldManager(manager)
                                .buildCall(null),
                V1Patch.PATCH_FORMAT_APPLY_YAML,
                client);
    }

    @Test
    void a_watch_sees_every_change_in_order() throws ApiException, IOException {
        var start =
                Objects.requireNonNull(
                        core.listNamespacedConfigMap(NAMESPACE).execute().getMetadata());
        core.createNamespacedConfigMap(NAMESPACE, configMap("watched", "a")).execute();
        core.deleteNamespacedConfigMap("watched", NAMESPACE).execute();
        try (Watch<V1ConfigMap> watch =
                Watch.createWatch(
                        client,
                        core.listNamespacedConfigMap(NAMESPACE)
                                .fieldSelector("metadata.name=watched")
                                .resourceVersion(start.getResourceVersion())
                                .watch(true)
                                .timeoutSeconds(20)
                                .buildCall(null),
                        new com.google.gson.reflect.TypeToken<
                                Watch.Response<V1ConfigMap>>() {}.getType())) {
            assertThat(watch.next().type).isEqualTo("ADDED");
            assertThat(watch.next().type).isEqualTo("DELETED");
        }
    }

    @Test
    void an_informer_sees_what_is_there_and_what_comes() throws Exception {
        BlockingQueue<String> informed = new LinkedBlockingQueue<>();
        var factory = new SharedInformerFactory(client);
        var informer =
                factory.sharedIndexInformerFor(
                        (CallGeneratorParams parameters) ->
                                core.listNamespacedConfigMap(NAMESPACE)
                                        .fieldSelector("metadata.name=informed")
                                        .resourceVersion(parameters.resourceVersion)
                                        .timeoutSeconds(parameters.timeoutSeconds)
                                        .watch(parameters.watch)
                                        .buildCall(null),
                        V1ConfigMap.class,
                        V1ConfigMapList.class);
        informer.addEventHandler(new Handler(informed));
        factory.startAllRegisteredInformers();
        try {
            core.createNamespacedConfigMap(NAMESPACE, configMap("informed", "a")).execute();
            assertThat(informed.poll(20, TimeUnit.SECONDS)).isEqualTo("ADDED informed");
            core.deleteNamespacedConfigMap("informed", NAMESPACE).execute();
            assertThat(informed.poll(20, TimeUnit.SECONDS)).isEqualTo("DELETED informed");
        } finally {
            factory.stopAllRegisteredInformers();
        }
    }

    @Test
    void a_pods_log_and_exec_come_through() throws Exception {
        var container =
                new V1Container()
                        .name("main")
                        .image(engine.busybox())
                        .command(List.of("sh", "-c", "echo hello; sleep 1000"));
        var spec = new V1PodSpec().terminationGracePeriodSeconds(1L).containers(List.of(container));
        core.createNamespacedPod(
                        NAMESPACE,
                        new V1Pod().metadata(new V1ObjectMeta().name("talks")).spec(spec))
                .execute();
        kubectl.awaitReady(NAMESPACE, "talks");
        var process =
                new Exec(client)
                        .exec(
                                NAMESPACE,
                                "talks",
                                new String[] {"sh", "-c", "echo out; exit 7"},
                                false,
                                false);
        assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("out\n");
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(7);
        assertThat(core.readNamespacedPodLog("talks", NAMESPACE).execute()).isEqualTo("hello\n");
        core.deleteNamespacedPod("talks", NAMESPACE).execute();
    }

    private static String name(V1ConfigMap map) {
        return String.valueOf(Objects.requireNonNull(map.getMetadata()).getName());
    }

    private record Handler(BlockingQueue<String> to) implements ResourceEventHandler<V1ConfigMap> {
        @Override
        public void onAdd(V1ConfigMap map) {
            to.add("ADDED " + name(map));
        }

        @Override
        public void onUpdate(V1ConfigMap before, V1ConfigMap map) {
            to.add("MODIFIED " + name(map));
        }

        @Override
        public void onDelete(V1ConfigMap map, boolean unknown) {
            to.add("DELETED " + name(map));
        }
    }
}

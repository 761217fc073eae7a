package dev.glovebox.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.testkit.FakeCluster;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StandardObjectControllerTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));
    private static final String NAME = "kube-root-ca.crt";

    private final FakeCluster cluster = new FakeCluster(Clock.systemUTC());
    private final StandardObjectController<ConfigMap> controller =
            StandardObjectController.start(
                    cluster,
                    cluster,
                    StandardObject.rootCertificate("PEM"),
                    Clock.systemUTC(),
                    SHORT);
    private final Reflector<ConfigMap> maps =
            Reflector.start(cluster, Resource.CONFIG_MAPS, Scope.ALL, SHORT);

    @AfterEach
    void close() {
        controller.close();
        maps.close();
    }

    @Test
    void every_namespace_gets_one_the_new_ones_too() throws Exception {
        ConfigMap first = await("default", map -> true);
        assertThat(first.getData()).isEqualTo(Map.of("ca.crt", "PEM"));
        create("later");
        await("later", map -> true);
    }

    @Test
    void what_was_deleted_comes_again() throws Exception {
        String uid = await("default", map -> true).getMetadata().getUid();
        cluster.delete(Resource.CONFIG_MAPS, new ObjectKey("default", NAME), DeleteOptions.DEFAULT);
        await("default", map -> !map.getMetadata().getUid().equals(uid));
    }

    @Test
    void what_was_changed_is_mended() throws Exception {
        ConfigMap map = await("default", each -> true);
        ConfigMap forged =
                cluster.update(
                        Resource.CONFIG_MAPS,
                        new ConfigMapBuilder(map).withData(Map.of("ca.crt", "forged")).build());
        ConfigMap mended = await("default", each -> isLater(each, forged));
        assertThat(mended.getData()).isEqualTo(Map.of("ca.crt", "PEM"));
    }

    private static boolean isLater(ConfigMap one, ConfigMap other) {
        return Long.parseLong(one.getMetadata().getResourceVersion())
                > Long.parseLong(other.getMetadata().getResourceVersion());
    }

    @Test
    void a_namespace_that_is_going_gets_none() throws Exception {
        cluster.create(
                Resource.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName("going")
                        .withFinalizers(List.of("a.b/c"))
                        .endMetadata()
                        .build());
        await("going", map -> true);
        cluster.delete(Resource.NAMESPACES, ObjectKey.of("going"), DeleteOptions.DEFAULT);
        cluster.delete(Resource.CONFIG_MAPS, new ObjectKey("going", NAME), DeleteOptions.DEFAULT);
        create("after");
        await("after", map -> true);
        assertThat(cluster.get(Resource.CONFIG_MAPS, new ObjectKey("going", NAME))).isEmpty();
    }

    private void create(String name) {
        cluster.create(
                Resource.NAMESPACES,
                new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build());
    }

    private ConfigMap await(String namespace, Predicate<ConfigMap> wanted) throws Exception {
        ObjectKey key = new ObjectKey(namespace, NAME);
        Image<ConfigMap> image = maps.image();
        while (image.get(key).filter(wanted).isEmpty()) {
            Image<ConfigMap> next = maps.awaitAfter(image.generation(), LONG);
            assertThat(next.generation())
                    .as("changes came in time")
                    .isGreaterThan(image.generation());
            image = next;
        }
        return image.get(key).orElseThrow();
    }
}

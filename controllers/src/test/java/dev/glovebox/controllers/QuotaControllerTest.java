package dev.glovebox.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.cluster.AnyObject;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.testkit.FakeCluster;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class QuotaControllerTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final Resource<TreeObject> QUOTAS =
            TreeObject.of(AnyObject.namespaced("", "v1", "resourcequotas"));

    private final FakeCluster cluster = new FakeCluster(Clock.systemUTC());
    private final QuotaController controller =
            QuotaController.start(
                    cluster,
                    () -> List.of(Resource.CONFIG_MAPS, Resource.PODS),
                    new Counting(),
                    Clock.systemUTC(),
                    SHORT);
    private final Reflector<TreeObject> quotas = Reflector.start(cluster, QUOTAS, Scope.ALL, SHORT);

    /// Counts objects by the plural of their kind.
    private static final class Counting implements QuotaMeasure {
        @Override
        public boolean counts(String resource, Collection<String> names) {
            return names.contains(resource);
        }

        @Override
        public Optional<ObjectNode> status(JsonNode quota, Map<String, List<JsonNode>> objects) {
            ObjectNode status = MAPPER.createObjectNode();
            status.set("hard", quota.path("spec").path("hard"));
            ObjectNode used = status.putObject("used");
            objects.forEach((name, list) -> used.put(name, Integer.toString(list.size())));
            return quota.path("status").equals(status) ? Optional.empty() : Optional.of(status);
        }
    }

    @AfterEach
    void close() {
        controller.close();
        quotas.close();
    }

    @Test
    void a_new_quota_is_counted_at_once() throws Exception {
        map("a");
        quota("2");
        awaitUsed("1");
    }

    @Test
    void what_goes_is_given_back() throws Exception {
        map("a");
        map("b");
        quota("2");
        awaitUsed("2");
        cluster.delete(Resource.CONFIG_MAPS, new ObjectKey("default", "a"), DeleteOptions.DEFAULT);
        awaitUsed("1");
    }

    @Test
    void a_charge_for_a_write_that_failed_is_taken_back() throws Exception {
        quota("2");
        TreeObject counted = awaitUsed("0");
        ((ObjectNode) counted.tree().at("/status/used")).put("configmaps", "1");
        long charged = version(cluster.updateStatus(QUOTAS, counted));
        Image<TreeObject> image = quotas.image();
        while (image.get(new ObjectKey("default", "q")).map(this::version).orElse(0L) <= charged) {
            image = later(image);
        }
        assertThat(text(image, "/status/used/configmaps")).isEqualTo("0");
    }

    @Test
    void another_limit_is_told() throws Exception {
        quota("2");
        TreeObject counted = awaitUsed("0");
        ((ObjectNode) counted.tree().at("/spec/hard")).put("configmaps", "5");
        cluster.update(QUOTAS, counted);
        Image<TreeObject> image = quotas.image();
        while (!text(image, "/status/hard/configmaps").equals("5")) {
            image = later(image);
        }
    }

    private long version(TreeObject quota) {
        return Long.parseLong(quota.getMetadata().getResourceVersion());
    }

    private void quota(String most) {
        ObjectNode quota = MAPPER.createObjectNode();
        quota.put("apiVersion", "v1").put("kind", "ResourceQuota");
        quota.putObject("metadata").put("namespace", "default").put("name", "q");
        quota.putObject("spec").putObject("hard").put("configmaps", most);
        cluster.create(QUOTAS, new TreeObject(quota));
    }

    private void map(String name) {
        cluster.create(
                Resource.CONFIG_MAPS,
                new ConfigMapBuilder()
                        .withNewMetadata()
                        .withNamespace("default")
                        .withName(name)
                        .endMetadata()
                        .build());
    }

    private TreeObject awaitUsed(String used) throws InterruptedException {
        Image<TreeObject> image = quotas.image();
        while (!text(image, "/status/used/configmaps").equals(used)) {
            image = later(image);
        }
        return image.get(new ObjectKey("default", "q")).orElseThrow();
    }

    private static String text(Image<TreeObject> image, String pointer) {
        return image.get(new ObjectKey("default", "q"))
                .map(quota -> quota.tree().at(pointer).asText())
                .orElse("");
    }

    private Image<TreeObject> later(Image<TreeObject> image) throws InterruptedException {
        Image<TreeObject> next = quotas.awaitAfter(image.generation(), LONG);
        assertThat(next.generation()).as("changes came in time").isGreaterThan(image.generation());
        return next;
    }
}

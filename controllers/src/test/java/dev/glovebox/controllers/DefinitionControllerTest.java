package dev.glovebox.controllers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.testkit.FakeCluster;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DefinitionControllerTest {
    private static final Duration LONG = Duration.ofMinutes(1);
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(2));
    private static final ObjectKey NAME = ObjectKey.of("widgets.example.com");
    private static final Resource<GenericKubernetesResource> WIDGETS =
            new Resource<>("example.com", "v1", "widgets", true, GenericKubernetesResource.class);

    private final FakeCluster cluster = new FakeCluster(Clock.systemUTC());
    private final DefinitionController controller =
            DefinitionController.start(cluster, Clock.systemUTC(), SHORT);
    private final Reflector<GenericKubernetesResource> definitions =
            Reflector.start(cluster, DefinitionController.DEFINITIONS, Scope.ALL, SHORT);
    private final Reflector<GenericKubernetesResource> widgets =
            Reflector.start(cluster, WIDGETS, Scope.ALL, SHORT);

    @AfterEach
    void close() {
        controller.close();
        definitions.close();
        widgets.close();
    }

    @Test
    void a_definition_goes_after_its_objects() throws Exception {
        define("True");
        widget("a", List.of());
        widget("b", List.of());

        cluster.delete(DefinitionController.DEFINITIONS, NAME, DeleteOptions.DEFAULT);

        awaitDefinitionGone();
        assertThat(cluster.list(WIDGETS, Scope.ALL).items()).isEmpty();
    }

    @Test
    void a_definition_stays_while_a_finalizer_holds_an_object() throws Exception {
        define("True");
        widget("held", List.of("example.com/hold"));

        cluster.delete(DefinitionController.DEFINITIONS, NAME, DeleteOptions.DEFAULT);
        Image<GenericKubernetesResource> image = Image.unknown();
        do {
            image = later(widgets, image);
        } while (image.get(new ObjectKey("default", "held"))
                .filter(object -> object.getMetadata().getDeletionTimestamp() != null)
                .isEmpty());
        assertThat(cluster.get(DefinitionController.DEFINITIONS, NAME)).isPresent();

        cluster.patch(
                WIDGETS,
                new ObjectKey("default", "held"),
                new Patch.Merge("{\"metadata\":{\"finalizers\":null}}"),
                "");
        awaitDefinitionGone();
    }

    @Test
    void a_definition_that_was_never_established_has_no_objects_to_wait_for() throws Exception {
        define("False");

        cluster.delete(DefinitionController.DEFINITIONS, NAME, DeleteOptions.DEFAULT);

        awaitDefinitionGone();
    }

    @Test
    void what_keeps_objects_from_being_deleted_is_told() throws Exception {
        controller.close();
        define("True");
        AtomicBoolean gone = new AtomicBoolean(true);
        try (DefinitionController _ =
                DefinitionController.start(
                        Unreadable.of(cluster, WIDGETS, gone), Clock.systemUTC(), SHORT)) {
            cluster.delete(DefinitionController.DEFINITIONS, NAME, DeleteOptions.DEFAULT);
            Image<GenericKubernetesResource> image = Image.unknown();
            do {
                image = later(definitions, image);
            } while (!terminating(image).contains("could not list instances: no converter"));
            gone.set(false);
            awaitDefinitionGone();
        }
    }

    private static String terminating(Image<GenericKubernetesResource> image) {
        return image.get(NAME)
                .map(definition ->
                        String.valueOf(definition.getAdditionalProperties().get("status")))
                .orElse("");
    }

    private void define(String established) {
        GenericKubernetesResource definition = new GenericKubernetesResource();
        definition.setApiVersion("apiextensions.k8s.io/v1");
        definition.setKind("CustomResourceDefinition");
        definition.setMetadata(
                new ObjectMetaBuilder()
                        .withName(NAME.name())
                        .withFinalizers("customresourcecleanup.apiextensions.k8s.io")
                        .build());
        definition.setAdditionalProperties(
                Map.of(
                        "spec",
                        Map.of(
                                "group",
                                "example.com",
                                "scope",
                                "Namespaced",
                                "names",
                                Map.of("plural", "widgets"),
                                "versions",
                                List.of(
                                        Map.of("name", "v2", "served", true),
                                        Map.of("name", "v1", "served", true, "storage", true))),
                        "status",
                        Map.of(
                                "conditions",
                                List.of(
                                        Map.of("type", "Established", "status", established),
                                        Map.of("type", "Terminating", "status", "True")))));
        cluster.create(DefinitionController.DEFINITIONS, definition);
    }

    private void widget(String name, List<String> finalizers) {
        GenericKubernetesResource widget = new GenericKubernetesResource();
        widget.setApiVersion("example.com/v1");
        widget.setKind("Widget");
        widget.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace("default")
                        .withName(name)
                        .withFinalizers(finalizers)
                        .build());
        cluster.create(WIDGETS, widget);
    }

    /// Waits until the definition is gone. The first image may be older than the definition.
    private void awaitDefinitionGone() throws InterruptedException {
        Image<GenericKubernetesResource> image = Image.unknown();
        while (cluster.get(DefinitionController.DEFINITIONS, NAME).isPresent()) {
            image = later(definitions, image);
        }
    }

    private static <T extends io.fabric8.kubernetes.api.model.HasMetadata> Image<T> later(
            Reflector<T> source, Image<T> image) throws InterruptedException {
        Image<T> next = source.awaitAfter(image.generation(), LONG);
        assertThat(next.generation()).as("changes came in time").isGreaterThan(image.generation());
        return next;
    }
}

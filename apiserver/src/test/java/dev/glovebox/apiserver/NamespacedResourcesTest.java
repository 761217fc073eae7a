package dev.glovebox.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.apiserver.crds.CustomResourceDefinitions;
import dev.glovebox.apiserver.schema.Schemas;
import dev.glovebox.cluster.Resource;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

class NamespacedResourcesTest {
    private final List<String> resources =
            NamespacedResources.of(
                            CustomResourceDefinitions.builtInKinds(
                                    Schemas.kubernetes(), Clock.systemUTC()))
                    .stream()
                    .map(resource -> resource.group() + "/" + resource.plural())
                    .toList();

    @Test
    void whatever_lies_in_a_namespace_is_named_once() {
        assertThat(resources)
                .doesNotHaveDuplicates()
                .contains("/" + Resource.PODS.plural(), "/configmaps", "apps/deployments")
                .contains("/events")
                .doesNotContain("events.k8s.io/events");
    }

    @Test
    void what_lies_in_none_is_not() {
        assertThat(resources).doesNotContain("/nodes", "/namespaces", "/persistentvolumes");
    }
}

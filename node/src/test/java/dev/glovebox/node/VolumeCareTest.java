package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.PodToken;
import dev.glovebox.node.spec.PodObjects;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VolumeCareTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private final Pod pod = new PodBuilder().withNewMetadata().withUid("u").endMetadata().build();
    private final List<PodObjects> refreshed = new ArrayList<>();
    private final VolumeCare volumes = new VolumeCare((of, objects) -> refreshed.add(objects));
    private final Counted objects = new Counted();

    @Test
    void volumes_are_refreshed_once_for_each_time_that_it_is_asked_for() {
        volumes.looked(true);
        volumes.ask(objects);
        volumes.refresh(pod);
        volumes.refresh(pod);
        assertThat(refreshed).containsExactly(objects);
    }

    @Test
    void volumes_that_nobody_has_are_left_alone() {
        volumes.looked(false);
        volumes.ask(objects);
        volumes.refresh(pod);
        assertThat(refreshed).isEmpty();
    }

    @Test
    void the_runtime_is_looked_at_when_anything_else_is_due_or_told() {
        PodMail refresh = new PodMail.Refresh(objects);
        volumes.looked(true);
        assertThat(volumes.areAllThatIsDue(List.of(refresh), NOON)).isFalse();
        volumes.rest(NOON.plusSeconds(60));
        assertThat(volumes.areAllThatIsDue(List.of(refresh), NOON)).isTrue();
        assertThat(volumes.areAllThatIsDue(List.of(refresh), NOON.plusSeconds(60))).isFalse();
        assertThat(volumes.areAllThatIsDue(List.of(refresh, new PodMail.Look()), NOON)).isFalse();
        assertThat(volumes.areAllThatIsDue(List.of(), NOON)).isFalse();
        volumes.looked(true);
        assertThat(volumes.areAllThatIsDue(List.of(refresh), NOON)).isFalse();
    }

    @Test
    void a_round_reads_each_object_once_however_many_pods_have_it() {
        SeenObjects round = new SeenObjects(objects);
        for (int i = 0; i < 3; i++) {
            assertThat(round.configMap("a", "c")).isEmpty();
            assertThat(round.secret("a", "s")).isEmpty();
        }
        round.configMap("b", "c");
        assertThat(objects.asked).containsExactly("a/c", "a/s", "b/c");
        new SeenObjects(objects).configMap("a", "c");
        assertThat(objects.asked).containsExactly("a/c", "a/s", "b/c", "a/c");
    }

    /// Has nothing, and says what it was asked for.
    private static final class Counted implements PodObjects {
        private final List<String> asked = new ArrayList<>();

        @Override
        public Optional<ConfigMap> configMap(String namespace, String name) {
            asked.add(namespace + "/" + name);
            return Optional.empty();
        }

        @Override
        public Optional<Secret> secret(String namespace, String name) {
            asked.add(namespace + "/" + name);
            return Optional.empty();
        }

        @Override
        public Optional<Service> service(String namespace, String name) {
            return Optional.empty();
        }

        @Override
        public Collection<Service> services(String namespace) {
            return List.of();
        }

        @Override
        public PodToken token(PodToken.Wanted wanted) {
            throw new AssertionError("no volume of these tests has a token");
        }
    }
}

package dev.glovebox.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.cluster.Watch;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import io.fabric8.kubernetes.api.model.Namespace;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FakeClusterTest extends ClusterContract {
    private final FakeCluster fake = new FakeCluster(ManualClock.atNoon());

    @Override
    protected Cluster open() {
        return fake;
    }

    @Override
    protected void compact() {
        fake.compact();
    }

    @Test
    void an_ordered_refusal_comes_once() {
        ApiException busy = new ApiException(StatusReason.SERVICE_UNAVAILABLE, "busy");
        fake.refuseNext("get", busy);
        assertThatThrownBy(() -> fake.get(Resource.NAMESPACES, ObjectKey.of("default")))
                .isSameAs(busy);
        assertThat(fake.get(Resource.NAMESPACES, ObjectKey.of("default"))).isPresent();
    }

    @Test
    void open_watches_can_be_broken() {
        ApiException gone = new ApiException(StatusReason.INTERNAL_ERROR, "gone");
        try (Watch<Namespace> watch = fake.watch(Resource.NAMESPACES, Scope.ALL, "3")) {
            fake.breakWatches(gone);
            assertThatThrownBy(() -> watch.next(Duration.ofMinutes(1))).isSameAs(gone);
        }
    }
}

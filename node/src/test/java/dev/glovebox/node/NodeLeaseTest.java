package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.Lease;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class NodeLeaseTest {
    @Test
    void a_node_makes_its_lease_and_renews_it() {
        ManualClock clock = ManualClock.atNoon();
        FakeCluster cluster = new FakeCluster(clock);
        cluster.create(
                Resource.NAMESPACES,
                new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(Lease.NODES)
                        .endMetadata()
                        .build());
        NodeLease lease = new NodeLease(cluster, "n", clock);
        assertThat(lease.renew()).isTrue();
        clock.advance(Duration.ofSeconds(10));
        cluster.refuseNext("update", new ApiException(StatusReason.CONFLICT, "changed"));
        assertThat(lease.renew()).isFalse();
        assertThat(lease.renew()).isTrue();
        assertThat(
                        cluster.get(Lease.RESOURCE, new ObjectKey(Lease.NODES, "n"))
                                .orElseThrow()
                                .renewed())
                .isEqualTo("2026-01-01T12:00:10.000000Z");
        lease.close();
    }
}

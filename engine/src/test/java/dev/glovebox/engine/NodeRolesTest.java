package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Resource;
import dev.glovebox.model.ApiException;
import dev.glovebox.model.StatusReason;
import dev.glovebox.network.Ranges;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NodeRolesTest {
    private static final String MASTER = "node-role.kubernetes.io/master";
    private static final String GVISOR = "glovebox.dev/gvisor";
    private static final OwnNode WORKER =
            new OwnNode("worker1", Ranges.parse("10.1.1.0/24"), Optional.empty());

    private final FakeCluster cluster = new FakeCluster(ManualClock.atNoon());

    @Test
    void a_node_is_declared_with_its_range_and_without_a_role() {
        NodeRoles.none().declare(cluster, WORKER);

        assertThat(node().getSpec().getPodCIDR()).isEqualTo("10.1.1.0/24");
        assertThat(node().getSpec().getPodCIDRs()).containsExactly("10.1.1.0/24");
        assertThat(node().getMetadata().getLabels()).doesNotContainKeys(MASTER, GVISOR);
    }

    @Test
    void a_node_of_both_families_has_two_ranges() {
        OwnNode both =
                new OwnNode("worker1", Ranges.parse("10.1.1.0/24,fd00::/64"), Optional.empty());
        NodeRoles.none().declare(cluster, both);

        assertThat(node().getSpec().getPodCIDR()).isEqualTo("10.1.1.0/24");
        assertThat(node().getSpec().getPodCIDRs()).containsExactly("10.1.1.0/24", "fd00::/64");
    }

    @Test
    void where_ipv6_is_first_so_is_its_range() {
        OwnNode both =
                new OwnNode("worker1", Ranges.parse("fd00::/64,10.1.1.0/24"), Optional.empty());
        NodeRoles.none().declare(cluster, both);

        assertThat(node().getSpec().getPodCIDR()).isEqualTo("fd00::/64");
        assertThat(node().getSpec().getPodCIDRs()).containsExactly("fd00::/64", "10.1.1.0/24");
    }

    @Test
    void the_labels_of_others_stay_and_that_of_former_engines_goes() {
        NodeRoles.none().declare(cluster, WORKER);
        Node labelled = node();
        labelled.getMetadata().setLabels(Map.of("container-rt", "gvisor", GVISOR, "true"));
        cluster.update(Resource.NODES, labelled);

        NodeRoles.controlPlane().declare(cluster, WORKER);

        assertThat(node().getMetadata().getLabels())
                .containsEntry("container-rt", "gvisor")
                .containsEntry(MASTER, "")
                .doesNotContainKey(GVISOR);
    }

    @Test
    void a_node_that_is_as_it_should_be_is_not_written() {
        NodeRoles roles = NodeRoles.controlPlane();
        roles.declare(cluster, WORKER);
        for (String verb : List.of("create", "patch", "update")) {
            cluster.refuseNext(verb, new ApiException(StatusReason.FORBIDDEN, "no"));
        }

        roles.declare(cluster, WORKER);

        assertThat(node().getMetadata().getLabels()).containsEntry(MASTER, "");
    }

    private Node node() {
        return cluster.get(Resource.NODES, ObjectKey.of("worker1")).orElseThrow();
    }
}

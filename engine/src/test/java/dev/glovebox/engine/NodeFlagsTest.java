package dev.glovebox.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.glovebox.network.Ranges;
import dev.glovebox.policy.TrustLevel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeFlagsTest {
    private static final Path DATA = Path.of("/data");

    @Test
    void nodes_and_runtimes_are_kept_until_others_are_wanted() {
        EngineSettings three = over("3", "worker1=runc,gvisor").over(Optional.empty());

        assertThat(three.ownNodes())
                .extracting(OwnNode::name)
                .containsExactly("master", "worker1", "worker2");
        assertThat(over("").over(Optional.of(three))).isEqualTo(three);
        assertThat(over("3").over(Optional.of(three))).isEqualTo(three);
        assertThat(over("", "worker2=runc,gvisor").over(Optional.of(three)).nodes().runtimes())
                .containsOnlyKeys("worker2");
        assertThat(over("", "").over(Optional.of(three)).nodes().runtimes()).isEmpty();
    }

    @Test
    void more_nodes_may_come() {
        EngineSettings one = over("").over(Optional.empty());
        EngineSettings three = over("3").over(Optional.of(one));

        assertThat(three.ownNodes().getFirst()).isEqualTo(one.ownNodes().getFirst());
        assertThat(three.ownNodes()).hasSize(3);
    }

    @Test
    void fewer_are_refused_with_the_cure() {
        EngineSettings three = over("3").over(Optional.empty());

        assertThatThrownBy(() -> over("1").over(Optional.of(three)))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--nodes is 3 in the data directory /data and cannot become 1, since pods"
                                + " may run on worker1, worker2; remove that engine first: sudo"
                                + " ./glovebox down --purge --data-dir /data");
    }

    @Test
    void a_node_does_not_lose_addresses_to_others() {
        EngineSettings one = in("10.1.0.0/24", "1").over(Optional.empty());

        assertThatThrownBy(() -> over("2").over(Optional.of(one)))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(
                        "--nodes cannot become 2: the pods of master have all addresses of"
                                + " 10.1.0.0/24; ");
    }

    @ParameterizedTest
    @CsvSource({
        "10.244.0.0/16, 3, 10.244.0.0/24, 10.244.2.0/24",
        "10.244.7.9/16, 2, 10.244.0.0/24, 10.244.1.0/24",
        "10.0.0.0/8, 16, 10.0.0.0/24, 10.0.15.0/24",
        "10.1.2.0/24, 3, 10.1.2.0/26, 10.1.2.128/26",
        "10.1.2.0/26, 4, 10.1.2.0/28, 10.1.2.48/28",
        "10.1.2.0/30, 1, 10.1.2.0/30, 10.1.2.0/30",
        "'10.1.0.0/16,fd00::/56', 3, '10.1.0.0/24,fd00::/64', '10.1.2.0/24,fd00:0:0:2::/64'",
        "'10.1.0.0/16,fd00::/112', 2, '10.1.0.0/24,fd00::/113', '10.1.1.0/24,fd00::8000/113'",
        "fd00::/56, 3, fd00::/64, fd00:0:0:2::/64",
        "fd00::/120, 1, fd00::/120, fd00::/120",
        "'fd00::/56,10.1.0.0/16', 2, 'fd00::/64,10.1.0.0/24', 'fd00:0:0:1::/64,10.1.1.0/24'"
    })
    void every_node_has_a_range_of_its_own(String all, String count, String first, String last) {
        List<OwnNode> nodes = in(all, count).over(Optional.empty()).ownNodes();

        assertThat(nodes).extracting(OwnNode::pods).doesNotHaveDuplicates();
        assertThat(nodes.getFirst().pods()).isEqualTo(Ranges.parse(first));
        assertThat(nodes.getLast().pods()).isEqualTo(Ranges.parse(last));
    }

    @Test
    void a_range_that_is_too_small_is_refused() {
        assertThatThrownBy(() -> in("10.1.2.0/27", "3").over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--pod-cidr 10.1.2.0/27 is too small for 3 nodes, each of which needs a"
                                + " /28");
        assertThatThrownBy(() -> in("10.1.0.0/16,fd00::/120", "3").over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--pod-cidr fd00::/120 is too small for 3 nodes, each of which needs a"
                                + " /120");
    }

    @Test
    void nodes_without_a_node_are_refused() {
        ServeFlags both =
                flags("", "", new NodeFlags(Optional.of(Extent.CONTROL_PLANE), "3", List.of()));
        assertThatThrownBy(() -> both.over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessage("--nodes and --no-node exclude each other");

        EngineSettings alone = EngineSettings.DEFAULT.withExtent(Extent.CONTROL_PLANE);
        assertThatThrownBy(() -> over("", "master=runc").over(Optional.of(alone)))
                .isInstanceOf(EngineException.class)
                .hasMessage(
                        "--runtimes is for an engine with a node, and this one is a control plane"
                                + " alone; say --node, too");
        NodeFlags handler =
                new NodeFlags(
                        Optional.empty(), "", List.of(), "runsc", List.of(), NodeFlags.Cni.NONE);
        assertThatThrownBy(() -> flags("", "", handler).over(Optional.of(alone)))
                .hasMessageStartingWith("--default-handler is for an engine with a node");
        assertThat(alone.ownNodes()).isEmpty();
        assertThat(alone.everyNode()).hasSize(1);
    }

    @Test
    void a_name_that_leaves_no_room_for_the_workers_is_refused() {
        String name = "n".repeat(60);
        assertThatThrownBy(() ->
                        flags(name, "", new NodeFlags(Optional.empty(), "2", List.of()))
                                .over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessageContaining(name + "-worker1");
    }

    @Test
    void when_runtimes_are_measured_is_said_once_and_kept() {
        EngineSettings never = measured("never").over(Optional.empty());
        assertThat(never.nodes().measureAfter().time()).isEmpty();
        assertThat(over("", "").over(Optional.of(never)).nodes().measureAfter().text())
                .isEqualTo("never");
        assertThat(measured("5s").over(Optional.of(never)).nodes().measureAfter().time())
                .contains(Duration.ofSeconds(5));
        assertThat(EngineSettings.DEFAULT.nodes().measureAfter().text()).isEqualTo("30s");
        assertThatThrownBy(() -> measured("soon").over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessage("--measure-after wants seconds like 30s, or never, not \"soon\"");
    }

    private static ServeFlags measured(String after) {
        return flags(
                "",
                "",
                new NodeFlags(
                        Optional.empty(), "", List.of(), "", List.of(), NodeFlags.Cni.NONE, after));
    }

    private static ServeFlags over(String nodes, String... runtimes) {
        return flags("", "", new NodeFlags(Optional.empty(), nodes, List.of(runtimes)));
    }

    private static ServeFlags in(String cidr, String nodes) {
        return flags("", cidr, new NodeFlags(Optional.empty(), nodes, List.of()));
    }

    private static ServeFlags flags(String name, String cidr, NodeFlags nodes) {
        return new ServeFlags(DATA, TrustLevel.TRUSTED.word(), "", name, cidr, nodes, "", "");
    }

    private static ServeFlags network(String nodes, String config, String plugins) {
        return flags(
                "",
                "",
                new NodeFlags(
                        Optional.empty(),
                        nodes,
                        List.of(),
                        "",
                        List.of(),
                        new NodeFlags.Cni(config, plugins)));
    }

    @Test
    void a_network_of_the_users_stays_what_it_is() {
        EngineSettings theirs = network("", "/etc/n/a.conflist", "/opt/x").over(Optional.empty());
        assertThat(theirs.nodes().cni())
                .contains(
                        new CniSettings(
                                Path.of("/etc/n/a.conflist"), Optional.of(Path.of("/opt/x"))));
        assertThat(network("", "", "").over(Optional.of(theirs))).isEqualTo(theirs);
        assertThatThrownBy(() -> network("", "/etc/b.conf", "").over(Optional.of(theirs)))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith(
                        "--cni-config is /etc/n/a.conflist with plugins of /opt/x in the data"
                                + " directory ")
                .hasMessageContaining("cannot become /etc/b.conf; remove that engine first");
        EngineSettings own = network("", "", "").over(Optional.empty());
        assertThatThrownBy(() -> network("", "/etc/b.conf", "").over(Optional.of(own)))
                .hasMessageStartingWith("--cni-config is the engine's own network in the data");
    }

    @Test
    void a_network_of_the_users_is_one_nodes() {
        assertThatThrownBy(() -> network("2", "/etc/a.conflist", "").over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessageStartingWith("--cni-config is for one node, and --nodes is 2");
        assertThatThrownBy(() -> network("", "", "/opt/x").over(Optional.empty()))
                .isInstanceOf(EngineException.class)
                .hasMessage("--cni-bin goes with --cni-config, which is missing");
    }
}

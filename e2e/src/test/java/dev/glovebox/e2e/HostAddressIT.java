package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which of a machine's addresses others are told, in a network of its own with an uplink and, made
/// after it, a bridge of other containers.
@WithoutNode
class HostAddressIT {
    private static final String NETWORK =
            """
            ip link set lo up
            ip link add up0 type veth peer name up1
            ip addr add 172.31.250.2/24 dev up0
            ip link set up0 up
            ip link set up1 up
            ip link add docker0 type veth peer name docker1
            ip addr add 172.17.0.1/16 dev docker0
            ip link set docker0 up
            ip link set docker1 up
            ip route add default via "$1"
            shift
            exec "$@"
            """;

    private static final String ADDRESS = "jsonpath={.subsets[*].addresses[*].ip}";

    @ParameterizedTest
    @CsvSource({"172.31.250.1, 172.31.250.2", "172.17.0.2, 172.17.0.1"})
    void it_is_the_one_that_the_machine_sends_from(String gateway, String expected) {
        var engine = Engine.in(220);
        try {
            Command up = engine.command("up", "--yes", "--no-node", "--listen", "0.0.0.0:0");
            Command.of("unshare", "--net", "sh", "-ec", NETWORK, "sh", gateway)
                    .and(up.line().toArray(String[]::new))
                    .with("GLOVEBOX_BUILD", "never")
                    .run()
                    .ok();
            String shown =
                    Command.of("nsenter", "--target", "" + engine.pid(), "--net")
                            .and(Kubectl.newest().toString(), "-o", ADDRESS)
                            .and("--kubeconfig", engine.kubeconfig().toString())
                            .and("get", "endpoints", "kubernetes")
                            .run()
                            .ok()
                            .out();
            assertThat(shown).isEqualTo(expected);
        } finally {
            engine.purge().ok();
        }
    }
}

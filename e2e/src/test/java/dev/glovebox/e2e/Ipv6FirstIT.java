package dev.glovebox.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// A node whose pods have IPv6, and IPv4 beside it: what [DualStackIT] shows, with the order turned
/// round.
@Tag("long")
@RunsPods
class Ipv6FirstIT {
    private static final Engine ENGINE = Engine.in(232);
    private static final String PODS6 = "fd00:232:";
    private static final String NAMESPACE = "sixfour";
    private static Kubectl kubectl = new Kubectl(Path.of("kubectl"), Path.of("none"));
    private static WebPods pods = new WebPods(ENGINE, kubectl, NAMESPACE);

    @BeforeAll
    static void start() {
        ENGINE.command("up", "--yes", "--node-name", ENGINE.node(), "--measure-after", "never")
                .and("--pod-cidr", PODS6 + ":/56," + ENGINE.network() + "0.0/16")
                .and("--listen", "127.0.0.1:0")
                .within(Duration.ofMinutes(5))
                .run()
                .ok();
        kubectl = ENGINE.kubectl();
        kubectl.apply(Manifests.namespace(NAMESPACE, "trusted")).ok();
        pods = new WebPods(ENGINE, kubectl, NAMESPACE);
        pods.make("web", "", "runtimeClassName: runc");
        kubectl.awaitReady(NAMESPACE, "web");
    }

    @AfterAll
    static void after_a_purge_nothing_is_left() {
        var running = MachineState.of(ENGINE, PODS6);
        ENGINE.purge().ok();
        assertThat(MachineState.of(ENGINE, PODS6).left(running)).isEmpty();
        assertThat(ENGINE.machineState().left(running)).isEmpty();
    }

    @Test
    void ipv6_comes_first_wherever_addresses_are_told() {
        var node = kubectl.get("node", ENGINE.node());
        assertThat(node.at("/spec/podCIDR").asText()).isEqualTo(PODS6 + ":/64");
        assertThat(node.at("/spec/podCIDRs/1").asText()).isEqualTo(ENGINE.network() + "0.0/24");
        assertThat(node.at("/status/addresses/0/address").asText()).contains(":");
        var status = kubectl.get("-n", NAMESPACE, "pod", "web").at("/status");
        assertThat(status.at("/podIP").asText()).startsWith(PODS6);
        assertThat(status.at("/podIPs/0/ip")).isEqualTo(status.at("/podIP"));
        assertThat(status.at("/podIPs/1/ip").asText()).startsWith(ENGINE.network());
        assertThat(status.at("/hostIP").asText()).contains(":");
        assertThat(status.at("/hostIPs/0/ip")).isEqualTo(status.at("/hostIP"));
        assertThat(pods.inside("web", "env; cat /etc/resolv.conf"))
                .contains("IP=" + status.at("/podIP").asText() + "\n")
                .contains("KUBERNETES_SERVICE_HOST=fd00:10:96::1\n")
                .contains("nameserver fd00:10:96::a\n");
    }

    @Test
    void the_machine_reaches_a_pod_at_both() {
        var status = kubectl.get("-n", NAMESPACE, "pod", "web").at("/status");
        var both = status.at("/podIP").asText() + "," + status.at("/podIPs/1/ip").asText() + "\n";
        assertThat(WebPods.curl("[" + status.at("/podIP").asText() + "]:8080").ok().out())
                .isEqualTo(both);
        assertThat(WebPods.curl(status.at("/podIPs/1/ip").asText() + ":8080").ok().out())
                .isEqualTo(both);
    }

    @Test
    void a_service_has_ipv6_without_a_word_and_both_where_it_asks() {
        for (var policy : new String[] {"SingleStack", "PreferDualStack"}) {
            kubectl.apply(
                            """
                            apiVersion: v1
                            kind: Service
                            metadata: {name: %s, namespace: %s}
                            spec:
                              ipFamilyPolicy: %s
                              selector: {app: web}
                              ports: [{port: 80, targetPort: 8080}]
                            """
                                    .formatted(policy.toLowerCase(Locale.ROOT), NAMESPACE, policy))
                    .ok();
        }
        var single = kubectl.get("-n", NAMESPACE, "service", "singlestack").at("/spec");
        assertThat(single.at("/clusterIPs")).hasSize(1);
        assertThat(single.at("/clusterIP").asText()).startsWith("fd00:10:96::");
        var both = kubectl.get("-n", NAMESPACE, "service", "preferdualstack").at("/spec");
        assertThat(both.at("/ipFamilies").toString()).isEqualTo("[\"IPv6\",\"IPv4\"]");
        Await.until(() -> WebPods.curl("[" + both.at("/clusterIP").asText() + "]").exit() == 0);
        assertThat(WebPods.curl(both.at("/clusterIPs/1").asText()).exit()).isZero();
        var name = "preferdualstack." + NAMESPACE + ".svc.cluster.local";
        assertThat(pods.inside("web", "nslookup " + name))
                .contains(both.at("/clusterIP").asText())
                .contains(both.at("/clusterIPs/1").asText());
        assertThat(pods.inside("web", "nc -w 3 fd00:10:96::1 443 </dev/null && echo reached"))
                .contains("reached");
    }

    @Test
    void services_are_answered_as_by_a_real_kube_apiserver_with_ipv6_first() {
        var ran = new Exchanges(ENGINE, Exchanges.DIRECTORY.resolve("ipv6-first")).ask("services");
        assertThat(ran.out()).contains("43 passed, 0 failed");
    }
}

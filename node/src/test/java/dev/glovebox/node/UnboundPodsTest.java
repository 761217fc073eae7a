package dev.glovebox.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.glovebox.network.FirewallRules;
import dev.glovebox.network.Nft;
import dev.glovebox.network.PodFirewall;
import dev.glovebox.network.PodRules;
import dev.glovebox.network.PolicySource;
import dev.glovebox.testkit.FakeCluster;
import dev.glovebox.testkit.ManualClock;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnboundPodsTest {
    @TempDir private Path directory;

    @Test
    void a_pod_that_nothing_binds_leaves_once_a_policy_selects_it() {
        Map<String, PodRules> said = new HashMap<>();
        ManualClock clock = ManualClock.atNoon();
        List<String> told = new ArrayList<>();
        String uid = "u";
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("pod")
                        .withUid(uid)
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .build();
        said.put(uid, PodRules.OPEN);
        PodFirewall firewall =
                new PodFirewall(
                        new FirewallRules("test", ContainerdLab.PODS),
                        new Nft(List.of("false")),
                        directory.resolve("firewall.json"),
                        source(said));
        firewall.admitUnbound(uid, List.of("10.203.0.2"));
        FakeCluster cluster = new FakeCluster(clock);
        try (PodEvents events = PodEvents.start(cluster, "n", clock)) {
            Departures departures =
                    new Departures(events, (to, mail) -> told.add(mail.toString()), clock);
            UnboundPods unbound =
                    new UnboundPods(firewall, trusting(true), () -> List.of(pod), departures);
            unbound.round();
            assertThat(told).isEmpty();

            said.put(uid, PodRules.CLOSED);
            unbound.round();
            unbound.round();
            assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("NetworkNotReady", "a NetworkPolicy selects the pod");
        }
    }

    @Test
    void a_pod_that_nothing_binds_leaves_once_it_is_not_trusted_any_more() {
        ManualClock clock = ManualClock.atNoon();
        List<String> told = new ArrayList<>();
        Pod pod =
                new PodBuilder()
                        .withNewMetadata()
                        .withNamespace("ns")
                        .withName("pod")
                        .withUid("u")
                        .endMetadata()
                        .withNewSpec()
                        .endSpec()
                        .build();
        PodFirewall firewall =
                new PodFirewall(
                        new FirewallRules("test", ContainerdLab.PODS),
                        new Nft(List.of("false")),
                        directory.resolve("firewall.json"),
                        source(Map.of("u", PodRules.OPEN)));
        firewall.admitUnbound("u", List.of("10.203.0.2"));
        try (PodEvents events = PodEvents.start(new FakeCluster(clock), "n", clock)) {
            Departures departures =
                    new Departures(events, (to, mail) -> told.add(mail.toString()), clock);
            new UnboundPods(firewall, trusting(false), () -> List.of(pod), departures).round();

            assertThat(told)
                    .singleElement()
                    .asString()
                    .contains("NetworkNotReady", "not trusted any more");
        }
    }

    private static PodGate trusting(boolean trusted) {
        return new PodGate() {
            @Override
            public Decision judge(Pod pod) {
                return new Decision.Admit("");
            }

            @Override
            public boolean trusts(Pod pod) {
                return trusted;
            }
        };
    }

    private static PolicySource source(Map<String, PodRules> said) {
        return new PolicySource() {
            @Override
            public void await(String uid) {}

            @Override
            public Optional<PodRules> rules(String uid) {
                return Optional.ofNullable(said.get(uid));
            }
        };
    }
}

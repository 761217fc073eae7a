package dev.glovebox.node.policies;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.network.Allowance;
import dev.glovebox.network.HostPort;
import dev.glovebox.network.PodRules;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class CompilerTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Allowance.Ports HTTP =
            new Allowance.Ports(HostPort.Protocol.TCP, 8080, 8080);

    private final Pod web = pod("a", "web", "'app': 'web'", "10.1.0.1");
    private final Pod db = pod("a", "db", "'app': 'db'", "10.1.0.2");
    private final Pod other = pod("b", "other", "'app': 'web'", "10.1.0.3");
    private final Pod host =
            read(
                    "{'metadata': {'name': 'host', 'namespace': 'a', 'labels': {'app': 'web'}},"
                            + " 'spec': {'hostNetwork': true},"
                            + " 'status': {'phase': 'Running', 'podIP': '192.0.2.1'}}",
                    Pod.class);
    private final Pod ended =
            read(
                    "{'metadata': {'name': 'ended', 'namespace': 'a', 'labels': {'app': 'web'}},"
                            + " 'spec': {}, 'status': {'phase': 'Failed', 'podIP': '10.1.0.9'}}",
                    Pod.class);

    @Test
    void pods_of_some_namespaces_may_talk_to_the_api() {
        assertThat(rules(other).api()).isTrue();
        assertThat(rules(web).api()).isFalse();
    }

    @Test
    void a_pod_that_no_policy_selects_is_open() {
        assertThat(rules(db)).isEqualTo(PodRules.OPEN);
        assertThat(rules(db, policy("b", "'podSelector': {}"))).isEqualTo(PodRules.OPEN);
        assertThat(rules(db, policy("a", "'podSelector': {'matchLabels': {'app': 'web'}}")))
                .isEqualTo(PodRules.OPEN);
    }

    @Test
    void a_policy_without_rules_lets_nothing_come() {
        PodRules rules = rules(db, policy("a", "'podSelector': {}"));
        assertThat(rules.ingress()).isEqualTo(new PodRules.Direction(true, List.of()));
        assertThat(rules.egress().isolated()).isFalse();
    }

    @Test
    void egress_is_meant_where_it_is_named_or_ruled() {
        PodRules named = rules(db, policy("a", "'podSelector': {}, 'policyTypes': ['Egress']"));
        assertThat(named.ingress().isolated()).isFalse();
        assertThat(named.egress()).isEqualTo(new PodRules.Direction(true, List.of()));
        PodRules ruled = rules(db, policy("a", "'podSelector': {}, 'egress': [{}]"));
        assertThat(ruled.ingress().isolated()).isTrue();
        assertThat(ruled.egress().allowed()).containsExactly(Allowance.everybody(List.of()));
    }

    @Test
    void peers_are_pods_of_the_policys_namespace_or_of_those_that_it_selects() {
        assertThat(allowed(db, "{'podSelector': {'matchLabels': {'app': 'web'}}}"))
                .containsExactly(Allowance.pods(List.of("10.1.0.1"), List.of()));
        assertThat(allowed(db, "{'namespaceSelector': {'matchLabels': {'team': 'b'}}}"))
                .containsExactly(Allowance.pods(List.of("10.1.0.3"), List.of()));
        assertThat(
                        allowed(
                                db,
                                "{'namespaceSelector': {},"
                                        + " 'podSelector': {'matchLabels': {'app': 'web'}}}"))
                .containsExactly(Allowance.pods(List.of("10.1.0.1", "10.1.0.3"), List.of()));
        assertThat(allowed(db, "{'podSelector': {'matchLabels': {'app': 'nobody'}}}"))
                .containsExactly(Allowance.pods(List.of(), List.of()));
    }

    @Test
    void a_block_of_addresses_keeps_its_exceptions() {
        assertThat(allowed(db, "{'ipBlock': {'cidr': '10.0.0.0/8', 'except': ['10.1.0.0/16']}}"))
                .containsExactly(Allowance.block("10.0.0.0/8", List.of("10.1.0.0/16"), List.of()));
    }

    /// The API takes such spellings, with a warning. They must neither mean something else nor keep
    /// anybody's policies from being enforced.
    @Test
    void blocks_are_understood_in_any_spelling_and_else_let_nobody_through() {
        assertThat(
                        allowed(
                                db,
                                "{'ipBlock': {'cidr': '010.000.0.0/8', 'except': ['010.1.0.0/16']}}"))
                .containsExactly(Allowance.block("10.0.0.0/8", List.of("10.1.0.0/16"), List.of()));
        assertThat(allowed(db, "{'ipBlock': {'cidr': '::ffff:1.2.3.0/120'}}"))
                .containsExactly(Allowance.pods(List.of(), List.of()));
    }

    @Test
    void names_of_ports_are_those_of_the_pod_that_is_reached() {
        String named = "[{'port': 'http'}]";
        assertThat(
                        rules(
                                        web,
                                        policy(
                                                "a",
                                                "'podSelector': {}, 'ingress': [{'ports': "
                                                        + named
                                                        + "}]"))
                                .ingress()
                                .allowed())
                .containsExactly(Allowance.everybody(List.of(HTTP)));
        // Nobody knows the name there: nothing is let through, not everything.
        assertThat(
                        rules(
                                        db,
                                        policy(
                                                "a",
                                                "'podSelector': {}, 'ingress': [{'ports': "
                                                        + named
                                                        + "}]"))
                                .ingress()
                                .allowed())
                .isEmpty();
        assertThat(
                        rules(
                                        db,
                                        policy(
                                                "a",
                                                "'podSelector': {}, 'egress': [{'ports': "
                                                        + named
                                                        + "}]"))
                                .egress()
                                .allowed())
                .containsExactlyInAnyOrder(
                        Allowance.pods(List.of("10.1.0.1"), List.of(HTTP)),
                        Allowance.pods(List.of("10.1.0.3"), List.of(HTTP)));
    }

    @Test
    void ports_may_be_ranges_and_whole_protocols() {
        String ports = "[{'port': 1000, 'endPort': 2000, 'protocol': 'UDP'}, {'protocol': 'SCTP'}]";
        assertThat(
                        rules(
                                        db,
                                        policy(
                                                "a",
                                                "'podSelector': {}, 'ingress': [{'ports': "
                                                        + ports
                                                        + "}]"))
                                .ingress()
                                .allowed())
                .containsExactly(
                        Allowance.everybody(
                                List.of(
                                        new Allowance.Ports(HostPort.Protocol.UDP, 1000, 2000),
                                        new Allowance.Ports(HostPort.Protocol.SCTP, 0, 0))));
    }

    @Test
    void what_one_policy_lets_through_another_does_not_take_back() {
        PodRules rules =
                rules(
                        db,
                        policy("a", "'podSelector': {}"),
                        policy("a", "'podSelector': {}, 'ingress': [{}]"));
        assertThat(rules.ingress().allowed()).containsExactly(Allowance.everybody(List.of()));
    }

    private List<Allowance> allowed(Pod pod, String peer) {
        return rules(pod, policy("a", "'podSelector': {}, 'ingress': [{'from': [" + peer + "]}]"))
                .ingress()
                .allowed();
    }

    private PodRules rules(Pod pod, NetworkPolicy... policies) {
        return new Compiler(
                        List.of(policies),
                        List.of(web, db, other, host, ended),
                        Stream.of("a", "b").map(CompilerTest::namespace).toList(),
                        namespace -> namespace.getMetadata().getName().equals("b"))
                .rules(pod);
    }

    private static Namespace namespace(String name) {
        return new NamespaceBuilder()
                .withNewMetadata()
                .withName(name)
                .addToLabels("team", name)
                .endMetadata()
                .build();
    }

    private static NetworkPolicy policy(String namespace, String spec) {
        return read(
                "{'metadata': {'name': 'p', 'namespace': '%s'}, 'spec': {%s}}"
                        .formatted(namespace, spec),
                NetworkPolicy.class);
    }

    private static Pod pod(String namespace, String name, String labels, String address) {
        String port = labels.contains("web") ? "{'name': 'http', 'containerPort': 8080}" : "";
        return read(
                ("{'metadata': {'name': '%s', 'namespace': '%s', 'labels': {%s}},"
                                + " 'spec': {'containers': [{'name': 'c', 'ports': [%s]}]},"
                                + " 'status': {'phase': 'Running', 'podIP': '%s'}}")
                        .formatted(name, namespace, labels, port, address),
                Pod.class);
    }

    private static <T> T read(String text, Class<T> type) {
        try {
            return JSON.readValue(text.replace('\'', '"'), type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}

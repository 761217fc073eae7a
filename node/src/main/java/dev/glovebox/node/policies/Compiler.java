package dev.glovebox.node.policies;

import dev.glovebox.cluster.Selectors;
import dev.glovebox.network.Allowance;
import dev.glovebox.network.HostPort;
import dev.glovebox.network.PodRules;
import dev.glovebox.node.pod.PodFacts;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compiles NetworkPolicies as `networking.k8s.io/v1` defines them. Pure.
final class Compiler {
    private static final Logger LOG = LoggerFactory.getLogger(Compiler.class);

    private final Collection<NetworkPolicy> policies;
    private final List<Pod> pods;
    private final Map<String, Namespace> namespaces;
    private final Predicate<Namespace> api;

    /// @param pods of all nodes
    /// @param api the namespaces whose pods may talk to the API
    Compiler(
            Collection<NetworkPolicy> policies,
            Collection<Pod> pods,
            Collection<Namespace> namespaces,
            Predicate<Namespace> api) {
        this.api = api;
        this.policies = policies;
        this.pods = pods.stream().filter(pod -> !PodFacts.addresses(pod).isEmpty()).toList();
        this.namespaces =
                namespaces.stream()
                        .collect(
                                Collectors.toMap(
                                        each -> each.getMetadata().getName(), Function.identity()));
    }

    /// What the policies say about a pod.
    PodRules rules(Pod pod) {
        List<Allowance> ingress = new ArrayList<>();
        List<Allowance> egress = new ArrayList<>();
        boolean comes = false;
        boolean goes = false;
        for (NetworkPolicy policy : policies) {
            if (!selects(policy, pod)) {
                continue;
            }
            List<String> types = types(policy);
            if (types.contains("Ingress")) {
                comes = true;
                policy.getSpec()
                        .getIngress()
                        .forEach(rule -> ingress.addAll(in(policy, rule, pod)));
            }
            if (types.contains("Egress")) {
                goes = true;
                policy.getSpec().getEgress().forEach(rule -> egress.addAll(out(policy, rule)));
            }
        }
        Namespace own = namespaces.get(pod.getMetadata().getNamespace());
        return new PodRules(
                new PodRules.Direction(comes, ingress),
                new PodRules.Direction(goes, egress),
                own != null && api.test(own));
    }

    private static boolean selects(NetworkPolicy policy, Pod pod) {
        return policy.getMetadata().getNamespace().equals(pod.getMetadata().getNamespace())
                && Selectors.of(policy.getSpec().getPodSelector()).test(pod);
    }

    /// Whoever names no type means what may come, and what may go where he says something of that.
    private static List<String> types(NetworkPolicy policy) {
        List<String> said = policy.getSpec().getPolicyTypes();
        if (!said.isEmpty()) {
            return said;
        }
        return policy.getSpec().getEgress().isEmpty()
                ? List.of("Ingress")
                : List.of("Ingress", "Egress");
    }

    private List<Allowance> in(NetworkPolicy policy, NetworkPolicyIngressRule rule, Pod pod) {
        Optional<List<Allowance.Ports>> ports = ports(rule.getPorts(), pod);
        if (ports.isEmpty()) {
            return List.of();
        }
        return with(policy, rule.getFrom(), ports.get());
    }

    private List<Allowance> out(NetworkPolicy policy, NetworkPolicyEgressRule rule) {
        boolean named = rule.getPorts().stream().anyMatch(port -> name(port) != null);
        List<Allowance> allowed = new ArrayList<>();
        // Without a pod a name of a port means nothing, so that only numbers hold for the rest.
        ports(rule.getPorts(), null)
                .ifPresent(ports -> allowed.addAll(with(policy, rule.getTo(), ports)));
        if (named) {
            Stream<Pod> others =
                    rule.getTo().isEmpty()
                            ? pods.stream()
                            : rule.getTo().stream().flatMap(peer -> picked(policy, peer));
            others.forEach(other ->
                    ports(rule.getPorts(), other)
                            .ifPresent(ports ->
                                    allowed.add(
                                            Allowance.pods(addresses(Stream.of(other)), ports))));
        }
        return allowed;
    }

    /// Connections with peers; with everybody where none is named.
    private List<Allowance> with(
            NetworkPolicy policy, List<NetworkPolicyPeer> peers, List<Allowance.Ports> ports) {
        if (peers.isEmpty()) {
            return List.of(Allowance.everybody(ports));
        }
        return peers.stream()
                .map(peer ->
                        block(peer, ports)
                                .orElseGet(() ->
                                        Allowance.pods(addresses(picked(policy, peer)), ports)))
                .toList();
    }

    private static List<String> addresses(Stream<Pod> pods) {
        return pods.flatMap(pod -> PodFacts.addresses(pod).stream()).toList();
    }

    private static Optional<Allowance> block(NetworkPolicyPeer peer, List<Allowance.Ports> ports) {
        return Optional.ofNullable(peer.getIpBlock()).map(block -> written(block, ports));
    }

    /// A block that the packet filter cannot hold lets nobody through, and is nobody else's affair.
    private static Allowance written(IPBlock block, List<Allowance.Ports> ports) {
        try {
            return Allowance.block(block.getCidr(), block.getExcept(), ports);
        } catch (IllegalArgumentException e) {
            LOG.atWarn().addKeyValue("block", block.getCidr()).setCause(e).log("block left out");
            return Allowance.pods(List.of(), ports);
        }
    }

    private Stream<Pod> picked(NetworkPolicy policy, NetworkPolicyPeer peer) {
        if (peer.getIpBlock() != null) {
            return Stream.of();
        }
        return pods.stream()
                .filter(pod -> isIn(policy, peer, pod.getMetadata().getNamespace()))
                .filter(pod ->
                        peer.getPodSelector() == null
                                || Selectors.of(peer.getPodSelector()).test(pod));
    }

    private boolean isIn(NetworkPolicy policy, NetworkPolicyPeer peer, String namespace) {
        if (peer.getNamespaceSelector() == null) {
            return policy.getMetadata().getNamespace().equals(namespace);
        }
        Namespace known = namespaces.get(namespace);
        return known != null && Selectors.of(peer.getNamespaceSelector()).test(known);
    }

    /// The ports of a rule; empty where it lists some and none of them is known.
    ///
    /// @param pod whose ports names mean, null for none
    private static Optional<List<Allowance.Ports>> ports(
            List<NetworkPolicyPort> listed, @Nullable Pod pod) {
        if (listed.isEmpty()) {
            return Optional.of(List.of());
        }
        List<Allowance.Ports> found = new ArrayList<>();
        for (NetworkPolicyPort port : listed) {
            HostPort.Protocol protocol = protocol(port.getProtocol());
            String name = name(port);
            if (name != null) {
                named(pod, name, protocol)
                        .forEach(
                                number -> found.add(new Allowance.Ports(protocol, number, number)));
            } else {
                IntOrString number = port.getPort();
                int first = number == null ? 0 : number.getIntVal();
                int last = Objects.requireNonNullElse(port.getEndPort(), first);
                found.add(new Allowance.Ports(protocol, first, last));
            }
        }
        return found.isEmpty() ? Optional.empty() : Optional.of(found);
    }

    private static @Nullable String name(NetworkPolicyPort port) {
        return port.getPort() == null ? null : port.getPort().getStrVal();
    }

    private static HostPort.Protocol protocol(@Nullable String word) {
        return HostPort.Protocol.valueOf(Objects.requireNonNullElse(word, "TCP"));
    }

    private static List<Integer> named(@Nullable Pod pod, String name, HostPort.Protocol protocol) {
        if (pod == null) {
            return List.of();
        }
        return Stream.concat(
                        pod.getSpec().getInitContainers().stream()
                                .filter(each -> "Always".equals(each.getRestartPolicy())),
                        pod.getSpec().getContainers().stream())
                .flatMap(container -> container.getPorts().stream())
                .filter(port -> name.equals(port.getName()))
                .filter(port -> protocol(port.getProtocol()) == protocol)
                .map(ContainerPort::getContainerPort)
                .distinct()
                .toList();
    }
}

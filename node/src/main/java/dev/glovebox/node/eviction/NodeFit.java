package dev.glovebox.node.eviction;

import dev.glovebox.node.pod.Eviction;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.placement.HostPorts;
import dev.glovebox.placement.NodeMatch;
import dev.glovebox.placement.Nodes;
import dev.glovebox.placement.Requests;
import dev.glovebox.placement.Taints;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Whether a node has what a pod asks of it. A scheduler asked before it sent the pod; of a pod
/// that names its node itself nobody did. Pure. Source: `k8s.io/kubernetes/pkg/kubelet/lifecycle`
/// (`predicateAdmitHandler`).
public final class NodeFit {
    /// What is looked at first, in this order.
    private static final List<String> FIRST =
            List.of(Requests.PODS, Requests.CPU, Requests.MEMORY, "ephemeral-storage");

    private NodeFit() {}

    /// What it has not, the first of several, with the kubelet's reason; empty where it has all.
    ///
    /// @param node as the API has it
    /// @param others the pods that hold a place on it, with what they were given
    public static Optional<Eviction> refusal(Pod pod, Node node, Collection<Pod> others) {
        Node complete = Nodes.complete(node);
        return shortage(pod, complete, others)
                .or(() ->
                        NodeMatch.matches(pod, complete)
                                ? Optional.empty()
                                : predicate(
                                        "NodeAffinity",
                                        "node(s) didn't match Pod's node affinity/selector"))
                .or(() ->
                        HostPorts.areFree(pod, List.copyOf(others))
                                ? Optional.empty()
                                : predicate(
                                        "NodePorts",
                                        "node(s) didn't have free ports for the requested pod ports"))
                .or(() ->
                        Taints.drivesOut(complete, PodFacts.orEmpty(pod.getSpec().getTolerations()))
                                ? predicate(
                                        "TaintToleration",
                                        "node(s) had taints that the pod didn't tolerate")
                                : Optional.empty());
    }

    private static Optional<Eviction> shortage(Pod pod, Node node, Collection<Pod> others) {
        Requests wanted = Requests.of(pod);
        Requests capacity = Requests.of(node.getStatus().getAllocatable());
        Requests used = others.stream().map(Requests::of).reduce(Requests.NONE, Requests::plus);
        return ordered(wanted).stream()
                .filter(resource -> isAsked(resource, capacity))
                .filter(resource ->
                        wanted.amount(resource) > 0
                                && wanted.amount(resource)
                                        > capacity.amount(resource) - used.amount(resource))
                .findFirst()
                .map(resource ->
                        notAdmitted(
                                "OutOf" + resource,
                                "Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d"
                                        .formatted(
                                                resource,
                                                wanted.amount(resource),
                                                used.amount(resource),
                                                capacity.amount(resource))));
    }

    private static List<String> ordered(Requests wanted) {
        List<String> ordered = new ArrayList<>(FIRST);
        new TreeSet<>(wanted.amounts().keySet())
                .stream().filter(name -> !FIRST.contains(name)).forEach(ordered::add);
        return ordered;
    }

    /// What a node does not name at all may be the whole cluster's, unless it is Kubernetes' own.
    private static boolean isAsked(String resource, Requests capacity) {
        return !resource.contains("/")
                || resource.contains("kubernetes.io/")
                || capacity.amounts().containsKey(resource);
    }

    private static Optional<Eviction> predicate(String name, String why) {
        return Optional.of(notAdmitted(name, "Predicate %s failed: %s".formatted(name, why)));
    }

    private static Eviction notAdmitted(String reason, String message) {
        return new Eviction(Eviction.Cause.NOT_ADMITTED, reason, message);
    }
}

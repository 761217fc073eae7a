package dev.glovebox.node.eviction;

import dev.glovebox.node.amounts.PodLevel;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.placement.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Whose turn it is to leave. Pure. Source: `k8s.io/kubernetes/pkg/kubelet/eviction` `helpers.go`.
public final class Ranking {
    private Ranking() {}

    /// The pods in the order in which they leave: those that could not be measured, those that use
    /// more than they asked for, the less important, those that are furthest above what they asked
    /// for. For processes nobody asks: there it is priority and then the number of them. Pods that
    /// the node itself needs never leave.
    public static List<Candidate> of(Signal signal, List<Candidate> candidates) {
        Comparator<Candidate> order =
                signal == Signal.PID_AVAILABLE
                        ? Comparator.comparingInt(Candidate::priority)
                                .thenComparing(Candidate::usage, Comparator.reverseOrder())
                        : Comparator.comparing(Candidate::known)
                                .thenComparing(Candidate::exceeds, Comparator.reverseOrder())
                                .thenComparingInt(Candidate::priority)
                                .thenComparing(Candidate::excess, Comparator.reverseOrder());
        return candidates.stream()
                .filter(c -> !PodFacts.isCritical(c.pod()))
                .sorted(order)
                .toList();
    }

    /// What a pod is told that leaves for a signal's sake.
    public static String message(Pressure pressure, Signal signal, Candidate candidate) {
        StringBuilder message = new StringBuilder(pressure.message(signal));
        String resource = signal.resource();
        if (!resource.equals("memory") && !resource.equals("ephemeral-storage")) {
            return message.toString();
        }
        if (resource.equals("memory") && candidate.known()) {
            PodLevel.request(candidate.pod(), resource)
                    .ifPresent(request ->
                            message.append(
                                    "Pod %s was using %s, request is %s, has larger consumption of %s. "
                                            .formatted(
                                                    candidate.pod().getMetadata().getName(),
                                                    Bytes.binary(candidate.usage()),
                                                    Bytes.text(request),
                                                    resource)));
        }
        containers(candidate.pod())
                .forEach(container -> {
                    Long usage = candidate.containers().get(container.getName());
                    Quantity request = request(container, resource);
                    if (usage != null && usage > Amounts.whole(request)) {
                        message.append(
                                "Container %s was using %s, request is %s, has larger consumption of %s. "
                                        .formatted(
                                                container.getName(),
                                                Bytes.binary(usage),
                                                Bytes.text(request),
                                                resource));
                    }
                });
        return message.toString();
    }

    private static Stream<Container> containers(Pod pod) {
        return Stream.of(pod.getSpec().getContainers(), pod.getSpec().getInitContainers())
                .filter(list -> list != null)
                .flatMap(List::stream);
    }

    /// What a container asks for; its limit where it names no request.
    private static Quantity request(Container container, String resource) {
        var resources = container.getResources();
        Quantity none = new Quantity("0");
        if (resources == null) {
            return none;
        }
        Map<String, Quantity> requests = resources.getRequests();
        return requests == null ? none : requests.getOrDefault(resource, none);
    }
}

package dev.glovebox.node.stats;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.glovebox.containerd.CallObserver;
import dev.glovebox.http.MetricsPage;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// What a node tells of itself in figures, in the kubelet's words. Any thread.
public final class NodeFigures {
    private final String node;
    private final NodeUsage usage;
    private final MetricsPage page;

    /// Figures of that node.
    ///
    /// @param page gets the node's own metrics
    /// @param usage measured by somebody else
    /// @param pods of the node, with their status
    public NodeFigures(String node, MetricsPage page, NodeUsage usage, Supplier<List<Pod>> pods) {
        this.node = node;
        this.page = page;
        this.usage = usage;
        Gauge.builder()
                .name("kubelet_node_name")
                .help("The node's name, always 1.")
                .labelNames("node")
                .register(page.registry())
                .labelValues(node)
                .set(1);
        GaugeWithCallback.builder()
                .name("kubelet_running_pods")
                .help("Pods that have a sandbox.")
                .callback(value -> value.call(usage.last().pods().size()))
                .register(page.registry());
        GaugeWithCallback.builder()
                .name("kubelet_running_containers")
                .help("Containers of the node's pods by their state.")
                .labelNames("container_state")
                .callback(value -> {
                    List<ContainerStatus> all =
                            pods.get().stream().flatMap(NodeFigures::containers).toList();
                    value.call(count(all, each -> each.getState().getRunning() != null), "running");
                    value.call(
                            count(all, each -> each.getState().getTerminated() != null), "exited");
                })
                .register(page.registry());
    }

    /// Counts the calls of a node's runtime on its page.
    public static CallObserver calls(MetricsPage page) {
        return new RuntimeCalls(page.registry());
    }

    /// What the node and its pods use, as `/stats/summary` tells it.
    public ObjectNode summary() {
        return Summary.of(node, usage.last());
    }

    /// Metrics for Prometheus.
    ///
    /// @param which empty for the node's own, `resource` for what pods use
    /// @param accept the `Accept` header
    /// @return empty for any other
    public Optional<MetricsPage.Text> metrics(String which, String accept) {
        return switch (which) {
            case "" -> Optional.of(page.text(accept));
            case "resource" ->
                    Optional.of(MetricsPage.text(ResourceMetrics.of(usage.last()), accept));
            default -> Optional.empty();
        };
    }

    private static Stream<ContainerStatus> containers(Pod pod) {
        return pod.getStatus() == null
                ? Stream.empty()
                : Stream.of(
                                pod.getStatus().getInitContainerStatuses(),
                                pod.getStatus().getContainerStatuses(),
                                pod.getStatus().getEphemeralContainerStatuses())
                        .filter(list -> list != null)
                        .flatMap(List::stream)
                        .filter(status -> status.getState() != null);
    }

    private static double count(List<ContainerStatus> all, Predicate<ContainerStatus> which) {
        return (double) all.stream().filter(which).count();
    }
}

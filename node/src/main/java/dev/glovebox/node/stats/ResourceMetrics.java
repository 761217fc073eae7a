package dev.glovebox.node.stats;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Duration;
import java.util.function.Function;
import java.util.stream.Stream;

/// A measure in the words of the kubelet's `/metrics/resource`. Pods that are gone are gone from it
/// too. Source: KEP-727.
final class ResourceMetrics {
    private ResourceMetrics() {}

    static MetricSnapshots of(NodeUsage.Measure measure) {
        return MetricSnapshots.of(
                cpu("node_cpu_usage_seconds", "the node", measure, ResourceMetrics::eachNode),
                memory(
                        "node_memory_working_set_bytes",
                        "the node",
                        measure,
                        ResourceMetrics::eachNode),
                cpu("pod_cpu_usage_seconds", "the pod", measure, ResourceMetrics::eachPod),
                memory(
                        "pod_memory_working_set_bytes",
                        "the pod",
                        measure,
                        ResourceMetrics::eachPod),
                cpu(
                        "container_cpu_usage_seconds",
                        "the container",
                        measure,
                        ResourceMetrics::eachContainer),
                memory(
                        "container_memory_working_set_bytes",
                        "the container",
                        measure,
                        ResourceMetrics::eachContainer),
                starts(measure),
                GaugeSnapshot.builder()
                        .name("resource_scrape_error")
                        .help("1 if the node was not measured yet, 0 otherwise.")
                        .dataPoint(
                                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                        .value(measure.node().isPresent() ? 0 : 1)
                                        .build())
                        .build());
    }

    /// Whose reading it is, and the reading.
    private record Point(Labels labels, Reading reading) {}

    private static Stream<Point> eachNode(NodeUsage.Measure measure) {
        return measure.node().stream().map(reading -> new Point(Labels.EMPTY, reading));
    }

    private static Stream<Point> eachPod(NodeUsage.Measure measure) {
        return measure.pods().stream().map(pod -> new Point(labels(pod), pod.whole()));
    }

    private static Stream<Point> eachContainer(NodeUsage.Measure measure) {
        return measure.pods().stream()
                .flatMap(pod ->
                        pod.containers().stream()
                                .map(each -> new Point(labels(pod, each), each.reading())));
    }

    private static Labels labels(NodeUsage.OfPod pod) {
        ObjectMeta metadata = pod.pod().getMetadata();
        return Labels.of("namespace", metadata.getNamespace(), "pod", metadata.getName());
    }

    private static Labels labels(NodeUsage.OfPod pod, NodeUsage.OfContainer container) {
        return labels(pod).add("container", container.name());
    }

    private static CounterSnapshot cpu(
            String name,
            String whose,
            NodeUsage.Measure measure,
            Function<NodeUsage.Measure, Stream<Point>> points) {
        CounterSnapshot.Builder metric =
                CounterSnapshot.builder()
                        .name(name)
                        .help("Processor time that " + whose + " used, in seconds.");
        points.apply(measure)
                .forEach(point ->
                        metric.dataPoint(
                                CounterSnapshot.CounterDataPointSnapshot.builder()
                                        .labels(point.labels())
                                        .value(seconds(point.reading().usage().cpu()))
                                        .scrapeTimestampMillis(
                                                point.reading().time().toEpochMilli())
                                        .build()));
        return metric.build();
    }

    private static GaugeSnapshot memory(
            String name,
            String whose,
            NodeUsage.Measure measure,
            Function<NodeUsage.Measure, Stream<Point>> points) {
        GaugeSnapshot.Builder metric =
                GaugeSnapshot.builder().name(name).help("Working set of " + whose + " in bytes.");
        points.apply(measure)
                .forEach(point ->
                        metric.dataPoint(
                                GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                        .labels(point.labels())
                                        .value((double) point.reading().usage().memory())
                                        .scrapeTimestampMillis(
                                                point.reading().time().toEpochMilli())
                                        .build()));
        return metric.build();
    }

    private static GaugeSnapshot starts(NodeUsage.Measure measure) {
        GaugeSnapshot.Builder metric =
                GaugeSnapshot.builder()
                        .name("container_start_time_seconds")
                        .help("When the container started, in seconds since 1970.");
        for (NodeUsage.OfPod pod : measure.pods()) {
            for (NodeUsage.OfContainer each : pod.containers()) {
                metric.dataPoint(
                        GaugeSnapshot.GaugeDataPointSnapshot.builder()
                                .labels(labels(pod, each))
                                .value((double) each.started().toEpochMilli() / 1000)
                                .build());
            }
        }
        return metric.build();
    }

    private static double seconds(long nanos) {
        return (double) nanos / Duration.ofSeconds(1).toNanos();
    }
}

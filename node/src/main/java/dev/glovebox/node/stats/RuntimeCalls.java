package dev.glovebox.node.stats;

import dev.glovebox.containerd.CallObserver;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/// Counts what the runtime was asked for, under the kubelet's names.
final class RuntimeCalls implements CallObserver {
    private static final Pattern WORD = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    private final Counter calls;
    private final Counter errors;
    private final Histogram durations;

    RuntimeCalls(PrometheusRegistry registry) {
        this.calls =
                Counter.builder()
                        .name("kubelet_runtime_operations_total")
                        .help("Calls of the container runtime.")
                        .labelNames("operation_type")
                        .register(registry);
        this.errors =
                Counter.builder()
                        .name("kubelet_runtime_operations_errors_total")
                        .help("Calls of the container runtime that it refused.")
                        .labelNames("operation_type")
                        .register(registry);
        this.durations =
                Histogram.builder()
                        .name("kubelet_runtime_operations_duration_seconds")
                        .help("Time that calls of the container runtime took.")
                        .labelNames("operation_type")
                        .classicOnly()
                        .classicExponentialUpperBounds(0.005, 2.5, 14)
                        .register(registry);
    }

    @Override
    public void ended(String method, Duration took, boolean succeeded) {
        String type = type(method);
        calls.labelValues(type).inc();
        if (!succeeded) {
            errors.labelValues(type).inc();
        }
        durations
                .labelValues(type)
                .observe((double) took.toNanos() / Duration.ofSeconds(1).toNanos());
    }

    /// `RunPodSandbox` as the kubelet writes it: `run_podsandbox`.
    static String type(String method) {
        return WORD.matcher(method.replace("PodSandbox", "Podsandbox"))
                .replaceAll("_")
                .toLowerCase(Locale.ROOT);
    }
}

package dev.glovebox.http;

import io.prometheus.metrics.config.ExporterProperties;
import io.prometheus.metrics.config.PrometheusProperties;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// What a part of the program counts, in the forms in which Prometheus asks for it: its own text
/// format, or OpenMetrics. Any thread.
public final class MetricsPage {
    /// Times in Prometheus' own format are milliseconds.
    private static final ExpositionFormats FORMATS =
            ExpositionFormats.init(
                    PrometheusProperties.builder()
                            .exporterProperties(
                                    ExporterProperties.builder()
                                            .prometheusTimestampsInMs(true)
                                            .build())
                            .build());

    private final PrometheusRegistry registry = new PrometheusRegistry();

    /// A page with what the process itself uses (`process_cpu_seconds_total` and its fellows, and
    /// the JVM's memory, threads and collections).
    public MetricsPage() {
        ProcessMetrics.builder().register(registry);
        JvmMemoryMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
    }

    /// Where more is registered that is to be on it.
    public PrometheusRegistry registry() {
        return registry;
    }

    /// The page as it is now.
    ///
    /// @param accept the `Accept` header; empty for Prometheus' text format
    public Text text(String accept) {
        return text(registry.scrape(), accept);
    }

    /// Metrics that were taken for this one answer.
    ///
    /// @param accept the `Accept` header; empty for Prometheus' text format
    public static Text text(MetricSnapshots metrics, String accept) {
        ExpositionFormatWriter format = FORMATS.findWriter(accept);
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            format.write(text, metrics);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return new Text(format.getContentType(), text.toByteArray());
    }

    /// A page as it is sent.
    public record Text(String contentType, byte[] body) {}
}

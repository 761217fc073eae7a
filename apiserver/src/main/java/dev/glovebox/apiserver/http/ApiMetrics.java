package dev.glovebox.apiserver.http;

import dev.glovebox.apiserver.auth.RequestAttributes;
import dev.glovebox.apiserver.kinds.Kind;
import dev.glovebox.apiserver.kinds.KindCatalogue;
import dev.glovebox.http.HttpExchange;
import dev.glovebox.http.MetricsPage;
import io.prometheus.metrics.core.datapoints.GaugeDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.core.metrics.Info;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// What the API's HTTP face counts of requests, under kube-apiserver's names and labels. Only what
/// is served becomes a label, so that no client makes the page grow. Any thread.
public final class ApiMetrics {
    /// kube-apiserver's buckets, in seconds.
    private static final double[] SECONDS = {
        0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20,
        30, 45, 60
    };

    private static final Set<String> MUTATING = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final Set<String> READING = Set.of("GET", "HEAD");

    /// Streams, whose length says nothing about the server.
    private static final Set<String> LONG = Set.of("exec", "attach", "portforward", "proxy", "log");

    /// The first part of paths that the server answers itself.
    private static final Set<String> DOCUMENTS =
            Set.of("healthz", "livez", "readyz", "version", "metrics", "api", "apis", "openapi");

    private static final String[] OF_REQUESTS = {
        "verb", "dry_run", "group", "version", "resource", "subresource", "scope", "component"
    };

    private static final String[] OF_STREAMS = {
        "verb", "group", "version", "resource", "subresource", "scope", "component"
    };

    private static final String SERVER = "apiserver";

    private final Supplier<KindCatalogue> kinds;
    private final MetricsPage page = new MetricsPage();
    private final Counter requests;
    private final Histogram durations;
    private final Gauge current;
    private final Gauge longRunning;

    /// Nothing was counted yet.
    ///
    /// @param kinds what is served, at the moment of asking
    public ApiMetrics(Supplier<KindCatalogue> kinds) {
        this.kinds = kinds;
        Info.builder()
                .name("kubernetes_build_info")
                .help("Version of the API and of what serves it, always 1.")
                .labelNames("git_version", "major", "minor")
                .register(page.registry())
                .setLabelValues(Documents.VERSION, "1", "34");
        this.requests =
                Counter.builder()
                        .name("apiserver_request_total")
                        .help("Requests that were answered, by what they were about.")
                        .labelNames(and(OF_REQUESTS, "code"))
                        .register(page.registry());
        this.durations =
                Histogram.builder()
                        .name("apiserver_request_duration_seconds")
                        .help("Time from a request to the end of its answer.")
                        .labelNames(OF_REQUESTS)
                        .classicOnly()
                        .classicUpperBounds(SECONDS)
                        .register(page.registry());
        this.current =
                Gauge.builder()
                        .name("apiserver_current_inflight_requests")
                        .help("Requests that are being answered, streams excepted.")
                        .labelNames("request_kind")
                        .register(page.registry());
        current.labelValues("mutating");
        current.labelValues("readOnly");
        this.longRunning =
                Gauge.builder()
                        .name("apiserver_longrunning_requests")
                        .help("Watches and streams that are open.")
                        .labelNames(OF_STREAMS)
                        .register(page.registry());
    }

    /// The page, as it is now.
    ///
    /// @param accept the `Accept` header
    MetricsPage.Text text(String accept) {
        return page.text(accept);
    }

    /// A request has come. It is counted when that is closed.
    Running begin(HttpExchange exchange) {
        return new Running(exchange);
    }

    private static String[] and(String[] labels, String last) {
        String[] all = Arrays.copyOf(labels, labels.length + 1);
        all[labels.length] = last;
        return all;
    }

    /// A request that is being answered. One thread.
    final class Running implements AutoCloseable {
        private final HttpExchange exchange;
        private final long began = System.nanoTime();
        private Subject subject;
        private GaugeDataPoint running;

        private Running(HttpExchange exchange) {
            this.exchange = exchange;
            this.subject = Subject.unknown(exchange.method());
            this.running =
                    current.labelValues(
                            MUTATING.contains(exchange.method()) ? "mutating" : "readOnly");
            running.inc();
        }

        /// It is about that.
        void about(Asked asked) {
            subject = Subject.of(asked, kinds.get());
            if (subject.isLong()) {
                running.dec();
                running = longRunning.labelValues(subject.ofStream());
                running.inc();
            }
        }

        @Override
        public void close() {
            running.dec();
            String[] labels = subject.ofRequest();
            requests.labelValues(and(labels, Integer.toString(exchange.status()))).inc();
            durations
                    .labelValues(labels)
                    .observe(
                            (double) (System.nanoTime() - began) / Duration.ofSeconds(1).toNanos());
        }
    }

    /// What a request is about, as far as that may be a label; each is empty where it does not
    /// apply.
    private record Subject(
            String verb,
            String dryRun,
            String group,
            String version,
            String resource,
            String subresource,
            String scope) {
        static Subject unknown(String method) {
            boolean usual = READING.contains(method) || MUTATING.contains(method);
            return new Subject(usual ? method : "other", "", "", "", "", "", "");
        }

        static Subject of(Asked asked, KindCatalogue kinds) {
            List<String> path = List.of(asked.target().path().substring(1).split("/", -1));
            Optional<RequestAttributes> about = asked.about();
            Subject unknown = unknown(asked.exchange().method());
            if (about.isEmpty()) {
                return DOCUMENTS.contains(path.getFirst())
                        ? unknown.withSubresource("/" + path.getFirst())
                        : unknown;
            }
            RequestAttributes wanted = about.get();
            String version = path.get(path.getFirst().equals("api") ? 1 : 2);
            Optional<Kind> kind = kinds.find(wanted.group(), version, wanted.resource());
            boolean known =
                    kind.isPresent()
                            && (wanted.subresource().isEmpty()
                                    || kind.get().subresource(wanted.subresource()).isPresent());
            return known ? of(asked, wanted, version) : unknown;
        }

        private static Subject of(Asked asked, RequestAttributes wanted, String version) {
            return new Subject(
                    verb(asked, wanted),
                    asked.target().query().getOrDefault("dryRun", List.of()).contains("All")
                            ? "All"
                            : "",
                    wanted.group(),
                    version,
                    wanted.resource(),
                    wanted.subresource(),
                    scope(wanted));
        }

        private static String verb(Asked asked, RequestAttributes wanted) {
            return switch (wanted.verb()) {
                case "get" -> "GET";
                case "list" -> "LIST";
                case "watch" -> "WATCH";
                case "create" -> "POST";
                case "update" -> "PUT";
                case "patch" ->
                        asked.bare().contentType().contains("apply-patch") ? "APPLY" : "PATCH";
                case "delete" -> "DELETE";
                case "deletecollection" -> "DELETECOLLECTION";
                default -> "other";
            };
        }

        private static String scope(RequestAttributes wanted) {
            if (!wanted.name().isEmpty() || wanted.verb().equals("create")) {
                return "resource";
            }
            return wanted.namespace().isEmpty() ? "cluster" : "namespace";
        }

        private Subject withSubresource(String path) {
            return new Subject(verb, dryRun, group, version, resource, path, scope);
        }

        /// In the order of [#OF_REQUESTS].
        String[] ofRequest() {
            return new String[] {
                verb, dryRun, group, version, resource, subresource, scope, SERVER
            };
        }

        /// In the order of [#OF_STREAMS].
        String[] ofStream() {
            return new String[] {verb, group, version, resource, subresource, scope, SERVER};
        }

        boolean isLong() {
            return verb.equals("WATCH") || LONG.contains(subresource);
        }
    }
}

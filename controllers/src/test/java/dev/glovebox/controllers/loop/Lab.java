package dev.glovebox.controllers.loop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.DeleteOptions;
import dev.glovebox.cluster.ObjectKey;
import dev.glovebox.cluster.Patch;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.testkit.FakeCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/// A fake cluster with controllers over it, which stop when it closes.
@SuppressWarnings("try") // what it closes may say that it was interrupted
public final class Lab implements AutoCloseable {
    private static final Backoff SHORT = new Backoff(Duration.ofMillis(1), Duration.ofMillis(20));
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Clock clock;
    private final FakeCluster cluster;
    private final Cluster seen;
    private Informers informers;
    private final List<AutoCloseable> parts = new ArrayList<>();

    /// A cluster whose watches tell everything so late.
    public Lab(Clock clock, Duration late) {
        this.clock = clock;
        this.cluster = new FakeCluster(clock);
        this.seen = late.isZero() ? cluster : new LateCluster(cluster, late);
        this.informers = new Informers(seen, SHORT);
    }

    /// A cluster in time.
    public Lab() {
        this(Clock.systemUTC(), Duration.ZERO);
    }

    /// Starts a controller.
    public <C extends AutoCloseable> C start(Function<LoopSettings, C> controller) {
        C started = controller.apply(new LoopSettings(seen, informers, clock, SHORT));
        parts.add(started);
        return started;
    }

    /// Stops all controllers, and forgets what they have seen.
    public void stop() throws Exception {
        close();
        parts.clear();
        informers = new Informers(seen, SHORT);
    }

    /// The cluster itself.
    public FakeCluster cluster() {
        return cluster;
    }

    /// The time as controllers see it.
    public Clock clock() {
        return clock;
    }

    /// An object as JSON says it.
    public static <T> T json(Class<T> type, String text) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new AssertionError("no " + type, e);
        }
    }

    /// Creates an object of JSON.
    public <T extends HasMetadata> T create(Resource<T> resource, String text) {
        return cluster.create(resource, json(resource.type(), text));
    }

    /// An object in `default` that must be there.
    public <T extends HasMetadata> T get(Resource<T> resource, String name) {
        return cluster.get(resource, new ObjectKey("default", name)).orElseThrow();
    }

    /// All objects of a resource in `default`, by name.
    public <T extends HasMetadata> List<T> all(Resource<T> resource) {
        return cluster.list(resource, Scope.namespace("default")).items().stream()
                .sorted(Comparator.comparing(each -> each.getMetadata().getName()))
                .toList();
    }

    /// Pods in `default` that are not on their way out.
    public List<Pod> active() {
        return all(Resource.PODS).stream().filter(PodFacts::isActive).toList();
    }

    /// Merges JSON into an object.
    public void merge(Resource<?> resource, String name, String subresource, String text) {
        cluster.patch(resource, new ObjectKey("default", name), new Patch.Merge(text), subresource);
    }

    /// Deletes an object for good.
    public void delete(Resource<?> resource, String name) {
        cluster.delete(resource, new ObjectKey("default", name), DeleteOptions.DEFAULT);
    }

    /// Has a pod run and be ready.
    public void run(Pod pod) {
        merge(
                Resource.PODS,
                pod.getMetadata().getName(),
                "status",
                """
                {"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True",
                 "lastTransitionTime":"%s"}]}}
                """
                        .formatted(Times.text(clock.instant())));
    }

    /// Has a pod end.
    public void end(Pod pod, String phase, int exitCode) {
        merge(
                Resource.PODS,
                pod.getMetadata().getName(),
                "status",
                """
                {"status":{"phase":"%s","containerStatuses":[{"name":"c","restartCount":0,
                 "state":{"terminated":{"exitCode":%d,"finishedAt":"%s"}}}]}}
                """
                        .formatted(phase, exitCode, Times.text(clock.instant())));
    }

    /// What was told in events, as `Reason: message`, oldest first.
    public List<String> events() {
        return all(Resource.EVENTS).stream()
                .map(event -> event.getReason() + ": " + event.getMessage())
                .toList();
    }

    /// Waits until something has come about.
    public static void await(BooleanSupplier wanted) {
        long deadline = System.nanoTime() + LONG.toNanos();
        while (!wanted.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it did not come").isLessThan(deadline);
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable part : parts.reversed()) {
            part.close();
        }
        informers.close();
    }
}

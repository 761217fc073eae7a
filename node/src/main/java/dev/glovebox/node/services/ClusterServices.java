package dev.glovebox.node.services;

import dev.glovebox.cluster.Backoff;
import dev.glovebox.cluster.Cluster;
import dev.glovebox.cluster.Image;
import dev.glovebox.cluster.Reflector;
import dev.glovebox.cluster.Resource;
import dev.glovebox.cluster.Scope;
import dev.glovebox.network.Ranges;
import dev.glovebox.network.ServiceNetwork;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows Services, their slices and pods; has the packet filter lead to them, and tells whoever
/// answers for their names.
///
/// Concurrency: a thread for each of the three waits for its images; what they all have then is
/// carried out by one of them at a time.
public final class ClusterServices implements AutoCloseable {
    /// core/v1 Service.
    public static final Resource<Service> SERVICES =
            new Resource<>("", "v1", "services", true, Service.class);

    /// discovery.k8s.io/v1 EndpointSlice.
    public static final Resource<EndpointSlice> SLICES =
            new Resource<>("discovery.k8s.io", "v1", "endpointslices", true, EndpointSlice.class);

    private static final Logger LOG = LoggerFactory.getLogger(ClusterServices.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /// When rules are tried again that could not be put in place.
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final Reflector<Service> services;
    private final Reflector<EndpointSlice> slices;
    private final Reflector<Pod> pods;
    private final Ranges ranges;
    private final ServiceNetwork network;
    private final Consumer<Known> names;
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch first = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /// All that was known at one moment.
    public record Known(
            Collection<Service> services, Collection<EndpointSlice> slices, Collection<Pod> pods) {}

    private ClusterServices(
            Cluster cluster,
            Ranges ranges,
            ServiceNetwork network,
            Consumer<Known> names,
            Backoff backoff) {
        this.ranges = ranges;
        this.network = network;
        this.names = names;
        services = Reflector.start(cluster, SERVICES, Scope.ALL, backoff);
        slices = Reflector.start(cluster, SLICES, Scope.ALL, backoff);
        pods = Reflector.start(cluster, Resource.PODS, Scope.ALL, backoff);
        spawn("services", services);
        spawn("service-slices", slices);
        spawn("service-pods", pods);
    }

    /// Begins to follow them.
    ///
    /// @param cluster the API as an identity sees it that may watch all three
    /// @param ranges of the Services' addresses
    /// @param names hears of each change, on one thread at a time; must not block
    public static ClusterServices start(
            Cluster cluster,
            Ranges ranges,
            ServiceNetwork network,
            Consumer<Known> names,
            Backoff backoff) {
        return new ClusterServices(cluster, ranges, network, names, backoff);
    }

    /// Waits until Services lead somewhere for the first time. Whether they do.
    public boolean await(Duration most) throws InterruptedException {
        return first.await(most.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void spawn(String name, Reflector<? extends HasMetadata> reflector) {
        threads.add(
                Thread.ofVirtual()
                        .name(name)
                        .start(() -> {
                            try {
                                follow(reflector);
                            } catch (InterruptedException e) {
                                LOG.atDebug()
                                        .addKeyValue("thread", name)
                                        .log("services are followed no more");
                            }
                        }));
    }

    private void follow(Reflector<? extends HasMetadata> reflector) throws InterruptedException {
        long seen = 0;
        while (closed.getCount() > 0) {
            Image<? extends HasMetadata> image = reflector.awaitAfter(seen, PATIENCE);
            if (image.generation() > seen) {
                carryOut();
                seen = image.generation();
            }
        }
    }

    /// Tries until the rules are in place: until then those before hold.
    private void carryOut() throws InterruptedException {
        do {
            try {
                take();
                return;
            } catch (RuntimeException e) {
                LOG.atError().setCause(e).log("services do not lead where they should");
            }
        } while (!closed.await(AGAIN.toMillis(), TimeUnit.MILLISECONDS));
    }

    private synchronized void take() {
        Image<Service> all = services.image();
        Image<EndpointSlice> behind = slices.image();
        Image<Pod> there = pods.image();
        if (!all.isSynced() || !behind.isSynced() || !there.isSynced()) {
            return;
        }
        Known known = new Known(all.values(), behind.values(), there.values());
        names.accept(known);
        network.apply(
                new ServiceCompiler(known.services(), known.slices(), known.pods(), ranges)
                        .table());
        first.countDown();
    }

    @Override
    public void close() {
        closed.countDown();
        threads.forEach(Thread::interrupt);
        services.close();
        slices.close();
        pods.close();
    }
}

package dev.glovebox.engine;

import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.cgroup.CgroupMounts;
import dev.glovebox.node.cgroup.CgroupPath;
import dev.glovebox.node.cgroup.CgroupUsage;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.runtimes.host.Cgroups;
import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads what a pod's cgroup has used, again and again from before it is made until it is gone: its
/// counters go with it. Safe for use by any thread.
final class CheckMeter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckMeter.class);
    private static final long AGAIN_MILLIS = 20;

    private final Cgroups cgroups = Cgroups.ofThisMachine();
    private final List<Place> places;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile long cpuNanos;
    private volatile long memoryPeak;

    private CheckMeter(List<Place> places) {
        this.places = List.copyOf(places);
    }

    /// Begins with a pod that will be on one of these nodes.
    static CheckMeter of(List<Parts> nodes, Pod pod) {
        CgroupMounts mounts = CgroupMounts.ofThisMachine();
        CheckMeter meter =
                new CheckMeter(
                        nodes.stream()
                                .map(node -> new PodCgroups(mounts, node.nodeName()))
                                .map(all ->
                                        new Place(
                                                all,
                                                all.path(
                                                        PodResources.of(pod).qos(),
                                                        pod.getMetadata().getUid())))
                                .toList());
        Thread.ofVirtual().name("check-meter").start(meter::measure);
        return meter;
    }

    /// Where the pod's cgroup is if the pod is on that node.
    private record Place(PodCgroups all, CgroupPath path) {}

    /// Processor time up to now; empty where nothing was seen.
    OptionalLong cpuNanos() {
        return cpuNanos == 0 ? OptionalLong.empty() : OptionalLong.of(cpuNanos);
    }

    /// The most memory up to now; empty where nothing was seen.
    OptionalLong memoryPeak() {
        return memoryPeak == 0 ? OptionalLong.empty() : OptionalLong.of(memoryPeak);
    }

    private void measure() {
        try {
            do {
                places.forEach(this::look);
            } while (!closed.await(AGAIN_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look(Place place) {
        try {
            long cpu = place.all().usage(place.path()).map(CgroupUsage::cpu).orElse(0L);
            long peak = cgroups.memoryPeak(place.path().value()).orElse(0);
            cpuNanos = Math.max(cpuNanos, cpu);
            memoryPeak = Math.max(memoryPeak, peak);
        } catch (IOException | CgroupException e) {
            // It is removed while it is read; what was seen before counts.
            LOG.atDebug()
                    .addKeyValue("cause", e.toString())
                    .log("what a checked pod uses was not read this time");
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}

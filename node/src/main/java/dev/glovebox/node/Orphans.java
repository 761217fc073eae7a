package dev.glovebox.node;

import dev.glovebox.network.NetworkException;
import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.cgroup.CgroupPath;
import dev.glovebox.node.pod.ContainerView;
import dev.glovebox.node.pod.PodView;
import dev.glovebox.node.pod.SandboxView;
import dev.glovebox.node.volume.VolumeException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes what is left of pods that the API no longer knows. To be asked only after the API's pods
/// were listed in full.
final class Orphans implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Orphans.class);
    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final Duration LONGEST_REMOVAL = Duration.ofSeconds(30);

    private final NodeSettings settings;
    private final NodeParts parts;
    private final NetworkOrphans networks;
    private final AtomicBoolean busy = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<@Nullable Thread> sweep = new AtomicReference<>();

    Orphans(NodeSettings settings, NodeParts parts) {
        this.settings = settings;
        this.parts = parts;
        this.networks =
                new NetworkOrphans(parts.runtime(), parts.network().sandboxes(), parts.clock());
    }

    /// Notes what an earlier agent left. To be called before this one has anything made.
    void begin() {
        networks.begin();
    }

    /// Begins to remove pods that nobody claims, on a thread of its own; without effect while it is
    /// still at it.
    void begin(List<ContainerRuntime.RuntimePod> unclaimed, Predicate<String> claimed) {
        if (!closed.get() && busy.compareAndSet(false, true)) {
            Thread sweeping =
                    Thread.ofVirtual()
                            .name("orphans")
                            .unstarted(() -> {
                                try {
                                    remove(unclaimed, claimed);
                                } finally {
                                    busy.set(false);
                                }
                            });
            sweep.set(sweeping);
            sweeping.start();
        }
    }

    /// Begins nothing more, and lets the present removal come to its end: nothing of a node changes
    /// the machine after its agent was closed.
    @Override
    public void close() {
        closed.set(true);
        Thread sweeping = sweep.get();
        if (sweeping != null) {
            try {
                sweeping.join(LONGEST_REMOVAL);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void remove(List<ContainerRuntime.RuntimePod> unclaimed, Predicate<String> claimed) {
        for (ContainerRuntime.RuntimePod pod : unclaimed) {
            if (!closed.get() && !claimed.test(pod.uid())) {
                attempt(pod.uid(), () -> remove(pod));
            }
        }
        List<String> inRuntime = unclaimed.stream().map(ContainerRuntime.RuntimePod::uid).toList();
        Map<String, CgroupPath> cgroups = parts.cgroups().pods();
        TreeSet<String> left = new TreeSet<>(parts.volumes().uids());
        left.addAll(parts.firewall().links().keySet());
        left.addAll(cgroups.keySet());
        for (String uid : left) {
            if (!closed.get() && !claimed.test(uid) && !inRuntime.contains(uid)) {
                attempt(uid, () -> release(uid, cgroups));
            }
        }
        for (Path logs : parts.volumes().logs(settings.logDirectory())) {
            String uid = settings.podOfLogs(logs);
            if (!closed.get() && !claimed.test(uid) && !inRuntime.contains(uid)) {
                attempt(uid, () -> parts.volumes().removeLogs(logs));
            }
        }
        if (!closed.get()) {
            networks.round();
        }
    }

    private void remove(ContainerRuntime.RuntimePod pod) {
        LOG.atInfo()
                .addKeyValue("pod", pod.namespace() + "/" + pod.name())
                .addKeyValue("uid", pod.uid())
                .log("a pod that the API does not know is removed");
        PodView view = parts.runtime().look(pod.uid());
        for (ContainerView container : view.running()) {
            parts.runtime().stop(container.id(), GRACE);
        }
        for (SandboxView sandbox : view.sandboxes()) {
            parts.runtime().stopSandbox(sandbox.id());
            parts.runtime().removeSandbox(sandbox.id());
        }
        release(pod.uid(), parts.cgroups().pods());
        parts.volumes().removeLogs(settings.logDirectory(pod.namespace(), pod.name(), pod.uid()));
    }

    private void release(String uid, Map<String, CgroupPath> cgroups) {
        parts.firewall().forget(uid);
        parts.volumes().remove(uid);
        parts.users().release(uid);
        CgroupPath cgroup = cgroups.get(uid);
        if (cgroup != null) {
            parts.cgroups().remove(cgroup);
        }
    }

    private static void attempt(String uid, Runnable removal) {
        try {
            removal.run();
        } catch (RuntimeRefusal | NetworkException | CgroupException | VolumeException e) {
            LOG.atWarn()
                    .addKeyValue("uid", uid)
                    .addKeyValue("cause", e.getMessage())
                    .log("what is left of a pod could not be removed; tried again later");
        } catch (RuntimeException e) {
            // What nobody thought of: what is left of others is removed all the same.
            LOG.atError()
                    .addKeyValue("uid", uid)
                    .setCause(e)
                    .log("removing what is left of a pod went wrong");
        }
    }
}

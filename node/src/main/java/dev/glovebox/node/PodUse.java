package dev.glovebox.node;

import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.cgroup.PodCgroups;
import dev.glovebox.node.cgroup.PodResources;
import dev.glovebox.node.eviction.Candidate;
import dev.glovebox.node.eviction.DiskUnit;
import dev.glovebox.node.eviction.LocalStorage;
import dev.glovebox.node.eviction.Ranking;
import dev.glovebox.node.eviction.Signal;
import dev.glovebox.node.eviction.StorageMeter;
import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.stats.NodeUsage;
import dev.glovebox.node.volume.PodVolumes;
import dev.glovebox.runtimes.check.RefusedCallsFile;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What single pods use of what a node can run out of.
final class PodUse {
    private static final Logger LOG = LoggerFactory.getLogger(PodUse.class);

    private final PodCgroups cgroups;
    private final NodeUsage usage;
    private final UnaryOperator<Pod> given;
    private final StorageMeter bytes;
    private final StorageMeter inodes;

    /// @param given a pod with what it was given, whatever it asks for meanwhile
    PodUse(NodeSettings settings, NodeParts parts, NodeUsage usage, UnaryOperator<Pod> given) {
        this.given = given;
        this.cgroups = parts.cgroups();
        this.usage = usage;
        this.bytes = meter(settings, parts, DiskUnit.BYTES, ContainerRuntime.RuntimeLayer::bytes);
        this.inodes =
                meter(settings, parts, DiskUnit.INODES, ContainerRuntime.RuntimeLayer::inodes);
    }

    private static StorageMeter meter(
            NodeSettings settings,
            NodeParts parts,
            DiskUnit unit,
            ToLongFunction<ContainerRuntime.RuntimeLayer> amount) {
        return new StorageMeter(
                unit,
                pod -> places(pod, settings.logDirectory(pod), parts),
                id -> layer(parts.runtime(), id, amount));
    }

    private static StorageMeter.Places places(Pod pod, Path logs, NodeParts parts) {
        PodVolumes volumes = parts.volumes();
        Map<String, List<Path>> containers = new HashMap<>();
        for (Container container : PodFacts.allContainers(pod)) {
            String name = container.getName();
            List<Path> written = new ArrayList<>();
            written.add(logs.resolve(name));
            written.add(volumes.messages(pod, name));
            containers.put(name, written);
        }
        for (ContainerStatus made : PodFacts.made(pod)) {
            List<Path> written = containers.get(made.getName());
            if (written != null) {
                imageVolumes(parts.runtime(), PodFacts.runtimeId(made)).ifPresent(written::add);
            }
        }
        return new StorageMeter.Places(
                volumes.emptyDirsOnDisk(pod),
                containers,
                List.of(volumes.hostsFile(pod), logs.resolve(RefusedCallsFile.NAME)));
    }

    private static Optional<Path> imageVolumes(ContainerRuntime runtime, String container) {
        try {
            return runtime.imageVolumes(container);
        } catch (RuntimeRefusal e) {
            unknown(container, e);
            return Optional.empty();
        }
    }

    private static void unknown(String container, RuntimeRefusal e) {
        LOG.atDebug()
                .addKeyValue("container", container)
                .addKeyValue("cause", e.getMessage())
                .log("what a container wrote is not known");
    }

    private static OptionalLong layer(
            ContainerRuntime runtime,
            String container,
            ToLongFunction<ContainerRuntime.RuntimeLayer> amount) {
        try {
            return runtime.writableLayer(container).stream().mapToLong(amount).findFirst();
        } catch (RuntimeRefusal e) {
            unknown(container, e);
            return OptionalLong.empty();
        }
    }

    /// What a pod has on the disk, in bytes; empty when it could not be measured.
    Optional<LocalStorage> storage(Pod pod) {
        return bytes.of(pod);
    }

    /// Pods with what they use of what a signal tells of, in the order in which they leave.
    List<Candidate> ranked(List<Pod> pods, Signal signal) {
        return Ranking.of(
                signal, pods.stream().map(given).map(pod -> attempt(pod, signal)).toList());
    }

    private Candidate attempt(Pod pod, Signal signal) {
        try {
            return candidate(pod, signal);
        } catch (RuntimeException e) {
            LOG.atError()
                    .addKeyValue("pod", pod.getMetadata().getUid())
                    .setCause(e)
                    .log("what a pod uses cannot be told");
            return new Candidate(pod, Candidate.UNKNOWN, 0, Map.of());
        }
    }

    private Candidate candidate(Pod pod, Signal signal) {
        return switch (signal) {
            case MEMORY_AVAILABLE, ALLOCATABLE_MEMORY -> memory(pod, signal);
            case PID_AVAILABLE -> processes(pod, signal);
            case NODEFS_AVAILABLE, IMAGEFS_AVAILABLE -> disk(pod, signal, bytes);
            case NODEFS_INODES_FREE, IMAGEFS_INODES_FREE -> disk(pod, signal, inodes);
        };
    }

    private Candidate memory(Pod pod, Signal signal) {
        String uid = pod.getMetadata().getUid();
        Optional<NodeUsage.OfPod> measured =
                usage.last().pods().stream()
                        .filter(each -> each.pod().getMetadata().getUid().equals(uid))
                        .findFirst();
        Map<String, Long> containers = new HashMap<>();
        measured.ifPresent(each ->
                each.containers()
                        .forEach(c -> containers.put(c.name(), c.reading().usage().memory())));
        return Candidate.of(
                pod,
                signal,
                measured.map(each -> each.whole().usage().memory()).orElse(Candidate.UNKNOWN),
                containers);
    }

    private Candidate processes(Pod pod, Signal signal) {
        try {
            var path = cgroups.path(PodResources.of(pod).qos(), pod.getMetadata().getUid());
            return Candidate.of(
                    pod, signal, cgroups.processes(path).orElse(Candidate.UNKNOWN), Map.of());
        } catch (CgroupException e) {
            LOG.atDebug().setCause(e).log("processes of a pod are not known");
            return Candidate.of(pod, signal, Candidate.UNKNOWN, Map.of());
        }
    }

    private static Candidate disk(Pod pod, Signal signal, StorageMeter meter) {
        Optional<LocalStorage> used = meter.of(pod);
        return Candidate.of(
                pod,
                signal,
                used.map(LocalStorage::total).orElse(Candidate.UNKNOWN),
                used.map(LocalStorage::containers).orElse(Map.of()));
    }
}

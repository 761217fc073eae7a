package dev.glovebox.node;

import dev.glovebox.node.capacity.NodeCapacity;
import dev.glovebox.node.cgroup.CgroupException;
import dev.glovebox.node.eviction.NodeSignals;
import dev.glovebox.node.resize.ResizeFit;
import dev.glovebox.placement.Amounts;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/// What a node has for its pods, and that they do not have more together.
///
/// @param capacity of the machine
record NodeRoom(NodeSettings settings, NodeParts parts, NodeCapacity capacity) {
    private static final int PODS = 110;
    private static final Duration RETRY = Duration.ofMinutes(1);
    private static final Duration RARELY = Duration.ofHours(24);

    /// Of this machine.
    static NodeRoom of(NodeSettings settings, NodeParts parts, HostFacts host) {
        try {
            Files.createDirectories(settings.dataDirectory());
            return new NodeRoom(settings, parts, host.capacity(settings.dataDirectory(), PODS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// What pods may have together.
    NodeCapacity forPods() {
        return capacity.forPods(settings.headroom().reserved());
    }

    /// What pods may be resized to.
    ResizeFit.Room forResizes() {
        NodeCapacity room = forPods();
        Quantity memory =
                capacity.allocatable(
                                settings.headroom().reserved(), settings.headroom().evictionHard())
                        .get("memory");
        return new ResizeFit.Room(room.milliCpus(), room.memory(), Amounts.whole(memory));
    }

    /// Reads what is free.
    NodeSignals signals() {
        return new NodeSignals(
                parts.cgroups(),
                capacity.memory(),
                forPods().memory(),
                capacity.processes(),
                settings.dataDirectory(),
                this::imageDirectory,
                Path.of("/proc"));
    }

    private Optional<Path> imageDirectory() {
        try {
            return parts.runtime().imageDirectory();
        } catch (RuntimeRefusal e) {
            return Optional.empty();
        }
    }

    /// Holds all pods together to it; tries again where they have more at the moment.
    Rounds enforcement(PodEvents events) {
        return new Rounds(
                "node-room",
                Duration.ZERO,
                () -> {
                    NodeCapacity room = forPods();
                    try {
                        parts.cgroups().limitAll(room.milliCpus(), room.memory(), room.processes());
                        return RARELY;
                    } catch (CgroupException e) {
                        events.nodeWarning(
                                "FailedNodeAllocatableEnforcement",
                                "Failed to update Node Allocatable Limits \"%s\": %s"
                                        .formatted(settings.cgroupRoot(), e.getMessage()));
                        return RETRY;
                    }
                });
    }
}

package dev.glovebox.node.volume;

import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.node.spec.NodeView;
import dev.glovebox.node.spec.PodObjects;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;

/// Volumes that the API fills: configMap, secret, downwardAPI, projected. What may be secret lies
/// in memory and never on a disk.
public final class ContentVolumes {
    /// The system's own objects of a new namespace may be made a moment after its first pod.
    private static final Duration LATE = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(50);

    /// Bytes: two states, of which one replaces the other, and what their files cost beside.
    private static final int MOST_MEMORY = 3 * VolumeContents.MOST_BYTES;

    private final Mounts mounts;
    private final NodeView node;
    private final VolumeContents contents;
    private final PodTokens tokens;

    /// Volumes filled from the API.
    ///
    /// @param node what pods can be told of it
    public ContentVolumes(Mounts mounts, PodObjects objects, Clock clock, NodeView node) {
        this.mounts = mounts;
        this.tokens = new PodTokens(objects, clock);
        this.node = node;
        this.contents = new VolumeContents(objects, tokens, node);
    }

    /// Whether a volume is one of these.
    static boolean holds(Volume volume) {
        return !plugin(volume).isEmpty();
    }

    /// Whether any volume of a pod is one of these.
    public static boolean holdsAny(Pod pod) {
        return PodFacts.orEmpty(pod.getSpec().getVolumes()).stream()
                .anyMatch(ContentVolumes::holds);
    }

    /// Name of kubelet's plugin for it; empty for volumes that are none of these.
    static String plugin(Volume volume) {
        if (volume.getConfigMap() != null) {
            return "kubernetes.io~configmap";
        }
        if (volume.getSecret() != null) {
            return "kubernetes.io~secret";
        }
        if (volume.getDownwardAPI() != null) {
            return "kubernetes.io~downward-api";
        }
        return volume.getProjected() == null ? "" : "kubernetes.io~projected";
    }

    /// Makes the volume and fills it.
    ///
    /// @throws VolumeException when it cannot be had
    void prepare(Pod pod, Volume volume, Path path) {
        Map<String, FileContent> files = awaited(pod, volume);
        try {
            Files.createDirectories(path);
            if (isSecret(volume) && !mounts.isMounted(path)) {
                mounts.memoryOfData(path, "mode=0755,size=" + MOST_MEMORY);
            }
            OptionalLong group = PodUsers.group(pod);
            if (group.isPresent()) {
                Files.setAttribute(path, "unix:gid", Math.toIntExact(group.getAsLong()));
            }
            Files.setAttribute(path, "unix:mode", group.isPresent() ? 02755 : 0755);
            new AtomicDirectory(path, group).write(files);
        } catch (IOException e) {
            throw new VolumeException(
                    "volume \"" + volume.getName() + "\": cannot write " + path, e);
        }
    }

    private Map<String, FileContent> awaited(Pod pod, Volume volume) {
        long end = System.nanoTime() + LATE.toNanos();
        while (true) {
            try {
                return contents.of(pod, volume);
            } catch (MissingException e) {
                if (System.nanoTime() - end >= 0 || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                LockSupport.parkNanos(LOOK.toNanos());
            }
        }
    }

    /// Brings volumes of a running pod up to the API's state.
    ///
    /// @param objects of the API
    /// @throws VolumeException when one of them cannot be; it stays as it is, the others do not
    void refresh(Pod pod, Map<Volume, Path> volumes, PodObjects objects) {
        VolumeContents now = new VolumeContents(objects, tokens, node);
        List<VolumeException> failures = new java.util.ArrayList<>();
        volumes.forEach((volume, path) -> {
            try {
                if (holds(volume)) {
                    refresh(pod, volume, path, now);
                }
            } catch (IOException e) {
                failures.add(
                        new VolumeException(
                                "volume \"" + volume.getName() + "\": cannot write " + path, e));
            } catch (VolumeException e) {
                failures.add(e);
            }
        });
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    private void refresh(Pod pod, Volume volume, Path path, VolumeContents now) throws IOException {
        Map<String, FileContent> files = now.of(pod, volume);
        if (isSecret(volume) && !mounts.isFileSystem(path)) {
            throw new VolumeException(
                    "volume \"" + volume.getName() + "\" is not in memory any more");
        }
        new AtomicDirectory(path, PodUsers.group(pod)).write(files);
    }

    /// Forgets what is remembered of a pod.
    void forget(String uid) {
        tokens.forget(uid);
    }

    private static boolean isSecret(Volume volume) {
        return volume.getSecret() != null || volume.getProjected() != null;
    }
}

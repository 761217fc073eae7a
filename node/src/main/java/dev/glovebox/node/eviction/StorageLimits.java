package dev.glovebox.node.eviction;

import dev.glovebox.node.pod.PodFacts;
import dev.glovebox.placement.Amounts;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A pod's limits on what it may have on the node's disk, and whether it holds them. Pure. Source:
/// `k8s.io/kubernetes/pkg/kubelet/eviction`.
public final class StorageLimits {
    static final String RESOURCE = "ephemeral-storage";

    private StorageLimits() {}

    /// Whether a pod has any, so that it has to be measured.
    public static boolean has(Pod pod) {
        return volumes(pod).anyMatch(v -> sizeLimit(v).isPresent())
                || PodFacts.allContainers(pod).stream().anyMatch(c -> limit(c) != null);
    }

    /// The limit that a pod is over, in the kubelet's words; empty while it holds all of them.
    public static Optional<String> exceeded(Pod pod, LocalStorage used) {
        return volume(pod, used).or(() -> whole(pod, used)).or(() -> container(pod, used));
    }

    private static Optional<String> volume(Pod pod, LocalStorage used) {
        for (Volume volume : volumes(pod).toList()) {
            Optional<Quantity> limit = sizeLimit(volume);
            Long bytes = used.volumes().get(volume.getName());
            if (limit.isPresent() && bytes != null && bytes > Amounts.whole(limit.get())) {
                return Optional.of(
                        "Usage of EmptyDir volume \"%s\" exceeds the limit \"%s\". "
                                .formatted(volume.getName(), Bytes.text(limit.get())));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> whole(Pod pod, LocalStorage used) {
        List<Quantity> limits =
                pod.getSpec().getContainers().stream()
                        .map(StorageLimits::limit)
                        .flatMap(Stream::ofNullable)
                        .toList();
        if (limits.isEmpty()) {
            return Optional.empty();
        }
        long limit = Amounts.peak(pod, container -> Amounts.whole(limit(container)));
        return used.total() > limit
                ? Optional.of(
                        "Pod ephemeral local storage usage exceeds the total limit of containers"
                                + " %s. ".formatted(Bytes.like(limits.getFirst(), limit)))
                : Optional.empty();
    }

    private static Optional<String> container(Pod pod, LocalStorage used) {
        for (Container container : pod.getSpec().getContainers()) {
            Quantity limit = limit(container);
            long bytes = used.containers().getOrDefault(container.getName(), 0L);
            if (limit != null && Amounts.whole(limit) > 0 && bytes > Amounts.whole(limit)) {
                return Optional.of(
                        "Container %s exceeded its local ephemeral storage limit \"%s\". "
                                .formatted(container.getName(), Bytes.text(limit)));
            }
        }
        return Optional.empty();
    }

    private static @Nullable Quantity limit(Container container) {
        var resources = container.getResources();
        Map<String, Quantity> limits = resources == null ? null : resources.getLimits();
        return limits == null ? null : limits.get(RESOURCE);
    }

    private static Optional<Quantity> sizeLimit(Volume volume) {
        return Optional.ofNullable(volume.getEmptyDir())
                .map(source -> source.getSizeLimit())
                .filter(limit -> Amounts.whole(limit) > 0);
    }

    private static Stream<Volume> volumes(Pod pod) {
        return PodFacts.orEmpty(pod.getSpec().getVolumes()).stream();
    }
}

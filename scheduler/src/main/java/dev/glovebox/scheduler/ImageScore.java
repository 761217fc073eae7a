package dev.glovebox.scheduler;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerImage;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Nodes that have a pod's images already are better, the more so the larger the images are, and
/// the less so the fewer nodes have them: kube-scheduler's ImageLocality.
final class ImageScore implements Score {
    private static final long LEAST = 23L << 20;
    private static final long MOST = 1000L << 20;

    private final List<NodeState> all;
    private final List<String> images;

    ImageScore(Snapshot snapshot, Pod pod) {
        this.all = snapshot.nodes();
        this.images =
                Stream.concat(
                                pod.getSpec().getInitContainers().stream(),
                                pod.getSpec().getContainers().stream())
                        .map(Container::getImage)
                        .map(image -> image == null ? "" : tagged(image))
                        .toList();
    }

    @Override
    public long[] of(List<NodeState> nodes) {
        return nodes.stream().mapToLong(this::score).toArray();
    }

    private long score(NodeState node) {
        long sum = 0;
        for (String image : images) {
            Optional<ContainerImage> there = image(node, image);
            if (there.isPresent() && there.get().getSizeBytes() != null) {
                long having = all.stream().filter(each -> image(each, image).isPresent()).count();
                sum += (long) (there.get().getSizeBytes() * ((double) having / all.size()));
            }
        }
        long most = MOST * images.size();
        long counted = Math.clamp(sum, LEAST, Math.max(LEAST, most));
        return most <= LEAST ? 0 : BEST * (counted - LEAST) / (most - LEAST);
    }

    private static Optional<ContainerImage> image(NodeState node, String name) {
        return node.node().getStatus().getImages().stream()
                .filter(image -> image.getNames().contains(name))
                .findFirst();
    }

    private static String tagged(String image) {
        return image.lastIndexOf(':') <= image.lastIndexOf('/') ? image + ":latest" : image;
    }
}

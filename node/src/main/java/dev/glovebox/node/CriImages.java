package dev.glovebox.node;

import dev.glovebox.cri.Container;
import dev.glovebox.cri.Image;
import dev.glovebox.node.images.StoredImage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// CRI's images as the node agent needs them.
final class CriImages {
    /// The engine's own, which containerd 1.6 cannot be told to keep.
    private static final List<String> OURS =
            List.of("glovebox.dev/busybox:", "glovebox.dev/pause:");

    private CriImages() {}

    static StoredImage stored(Image image) {
        List<String> names = names(image).toList();
        boolean pinned =
                image.getPinned()
                        || names.stream().anyMatch(n -> OURS.stream().anyMatch(n::startsWith));
        return new StoredImage(image.getId(), names, image.getSize(), pinned);
    }

    /// Ids of images that containers have: they name them by id, tag or digest.
    static Set<String> inUse(List<Image> images, List<Container> containers) {
        Set<String> named = new HashSet<>();
        for (Container container : containers) {
            named.add(container.getImageRef());
            named.add(container.getImage().getImage());
        }
        return images.stream()
                .filter(image ->
                        named.contains(image.getId()) || names(image).anyMatch(named::contains))
                .map(Image::getId)
                .collect(Collectors.toSet());
    }

    private static Stream<String> names(Image image) {
        return Stream.concat(image.getRepoTagsList().stream(), image.getRepoDigestsList().stream());
    }
}

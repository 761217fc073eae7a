package dev.glovebox.node;

import dev.glovebox.node.eviction.FileSystemUse;
import dev.glovebox.node.eviction.NodeSignals;
import dev.glovebox.node.images.ImageCollection;
import dev.glovebox.node.images.ImageLimits;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes images that nobody uses when the disk that they lie on fills.
final class ImageCare {
    private static final Logger LOG = LoggerFactory.getLogger(ImageCare.class);

    /// How often the disk is held to its thresholds, as the kubelet does.
    static final Duration PERIOD = Duration.ofMinutes(5);

    private final ImageCollection collection;
    private final NodeSignals signals;
    private final BiConsumer<String, String> warn;
    private boolean failedBefore;

    /// @param warn hears reason and message of what goes wrong with the node
    ImageCare(
            ContainerRuntime runtime,
            ImageLimits limits,
            Clock clock,
            NodeSignals signals,
            BiConsumer<String, String> warn) {
        this.collection =
                new ImageCollection(
                        new ImageCollection.Store(
                                runtime::images,
                                runtime::imagesInUse,
                                image -> removed(runtime, image)),
                        limits,
                        clock);
        this.signals = signals;
        this.warn = warn;
    }

    private static boolean removed(ContainerRuntime runtime, String image) {
        try {
            runtime.removeImage(image);
            return true;
        } catch (RuntimeRefusal e) {
            LOG.atWarn()
                    .addKeyValue("image", image)
                    .addKeyValue("cause", e.getMessage())
                    .log("an image could not be removed");
            return false;
        }
    }

    /// Takes note of images that came, removes them where the disk is too full of them.
    void round() {
        Optional<String> failure;
        try {
            Optional<FileSystemUse> disk = signals.images();
            if (disk.isEmpty()) {
                return;
            }
            failure =
                    collection.holdToThresholds(
                            disk.get().bytes().available(), disk.get().bytes().capacity());
            failure.ifPresent(message -> warn.accept("FreeDiskSpaceFailed", message));
        } catch (RuntimeRefusal e) {
            failure = Optional.of(String.valueOf(e.getMessage()));
        }
        // Once may be a matter of images that are too young.
        if (failedBefore) {
            failure.ifPresent(message -> warn.accept("ImageGCFailed", message));
        }
        failedBefore = failure.isPresent();
    }

    /// Takes note of what is there, so that its age is known.
    void look() {
        try {
            collection.look();
        } catch (RuntimeRefusal e) {
            LOG.atDebug().addKeyValue("cause", e.getMessage()).log("images are not known");
        }
    }

    /// Removes all that nobody uses.
    void removeUnused() {
        try {
            long freed = collection.removeUnused();
            LOG.atInfo().addKeyValue("bytes", freed).log("images that nobody used were removed");
        } catch (RuntimeRefusal e) {
            LOG.atWarn().addKeyValue("cause", e.getMessage()).log("images could not be removed");
        }
    }
}

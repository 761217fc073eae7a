package dev.glovebox.node;

import dev.glovebox.node.capacity.Reserved;
import dev.glovebox.node.eviction.Thresholds;
import dev.glovebox.node.images.ImageLimits;
import java.time.Duration;
import java.util.Objects;

/// What a node keeps free, and what it does when that is used up.
///
/// @param reserved what pods may not have
/// @param evictionHard what has to stay free, or pods leave at once
/// @param transition how long the node's conditions outlast what they tell of
/// @param images when unused images go
public record Headroom(
        Reserved reserved, Thresholds evictionHard, Duration transition, ImageLimits images) {
    /// The kubelet's: nothing is reserved, its thresholds, five minutes.
    public static final Headroom DEFAULT =
            new Headroom(
                    Reserved.NONE, Thresholds.DEFAULT, Duration.ofMinutes(5), ImageLimits.DEFAULT);

    /// Refuses a null part.
    public Headroom {
        Objects.requireNonNull(reserved, "reserved");
        Objects.requireNonNull(evictionHard, "evictionHard");
        Objects.requireNonNull(transition, "transition");
        Objects.requireNonNull(images, "images");
    }
}

package dev.glovebox.node.images;

import java.time.Duration;

/// When images go that nobody uses (kubelet's `imageGCHighThresholdPercent` and its fellows).
///
/// @param high percent of the disk in use from which on images are removed
/// @param low percent down to which they are
/// @param minAge how long an image is left alone after it came
public record ImageLimits(int high, int low, Duration minAge) {
    /// The kubelet's own.
    public static final ImageLimits DEFAULT = new ImageLimits(85, 80, Duration.ofMinutes(2));

    private static final int WHOLE = 100;

    /// Refuses what is no percentage, or a low one above the high one.
    public ImageLimits {
        if (high < 0 || high > WHOLE || low < 0 || low >= high) {
            throw new IllegalArgumentException(
                    "images are removed from " + high + "% on down to " + low + "%");
        }
    }
}

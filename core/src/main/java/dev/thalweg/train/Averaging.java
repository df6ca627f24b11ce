package dev.thalweg.train;

import dev.thalweg.data.Views;

/// The views of each example whose class scores are averaged at test.
public enum Averaging {
    /// The example as it is.
    NONE,
    /// And its mirror image.
    MIRROR,
    /// Six views, airbench94's: the example and its mirror image with half the weight, both moved by
    /// one pixel up left and down right with the other half.
    MIRROR_AND_SHIFT;

    public Views views() {
        return switch (this) {
            case NONE -> Views.PLAIN;
            case MIRROR -> Views.MIRROR;
            case MIRROR_AND_SHIFT -> Views.mirrorAndShift();
        };
    }
}

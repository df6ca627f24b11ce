package dev.thalweg.data;

import dev.thalweg.tensor.Require;
import org.jspecify.annotations.Nullable;

/// What happens to each example at random in training, in this order: a resized crop or else
/// [Preprocessing#fit]; a shift with reflected borders; a mirroring; a square cut out. All of it is
/// a function of (seed, epoch, index of the example). Examples are visited in a random order, anew
/// in each epoch.
///
/// @param cropPadding largest shift p in pixels of the network's input: the picture is padded by p
///     pixels on every side, reflected without repeating the edge, and cropped back at offsets
///     uniform in 0 … 2p; 0 for none
/// @param resizedCrop null for none
/// @param cutout side in pixels of a square set to the mean, its centre uniform over the picture
///     (DeVries & Taylor 2017, arXiv:1708.04552); 0 for none
public record Augmentation(
        Flip flip, int cropPadding, @Nullable ResizedCrop resizedCrop, int cutout) implements Variation {
    /// Random order and nothing else.
    public static final Augmentation NONE = new Augmentation(Flip.NONE, 0, null, 0);

    public Augmentation {
        Require.that(cropPadding >= 0, "Augmentation.cropPadding must be at least 0, got %s", cropPadding);
        Require.that(cutout >= 0, "Augmentation.cutout must be at least 0, got %s", cutout);
    }

    public Augmentation(Flip flip, int cropPadding, @Nullable ResizedCrop resizedCrop) {
        this(flip, cropPadding, resizedCrop, 0);
    }
}

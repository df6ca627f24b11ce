package dev.thalweg.data;

import dev.thalweg.picture.Box;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;

/// A box of random area, aspect and place, resized to the network's input (Szegedy et al. 2015,
/// arXiv:1409.4842, section 6; in the form of torchvision's RandomResizedCrop). The area is uniform
/// and the aspect log-uniform; after ten boxes that do not fit into the picture, the middle is
/// taken with the nearest aspect allowed.
///
/// @param smallest least share of the picture's area, in (0, 1]
/// @param largest greatest share of the picture's area, in [smallest, 1]
/// @param narrowest least width/height, above 0
/// @param widest greatest width/height, at least `narrowest`
public record ResizedCrop(double smallest, double largest, double narrowest, double widest) {
    /// The paper's.
    public static final ResizedCrop INCEPTION = new ResizedCrop(0.08, 1);

    private static final int TRIES = 10;

    public ResizedCrop {
        Require.that(
                0 < smallest && smallest <= largest && largest <= 1,
                "a resized crop needs 0 < smallest ≤ largest ≤ 1, got %s and %s",
                smallest,
                largest);
        Require.that(
                0 < narrowest && narrowest <= widest && Double.isFinite(widest),
                "a resized crop needs 0 < narrowest ≤ widest, got %s and %s",
                narrowest,
                widest);
    }

    /// Aspects from 3:4 to 4:3.
    public ResizedCrop(double smallest, double largest) {
        this(smallest, largest, 3 / 4.0, 4 / 3.0);
    }

    /// The box for `key` in a picture of `size`.
    public Box choose(Dimensions size, RandomKey key) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            long counter = 4L * attempt;
            double area = size.pixels() * between(key.at(counter), smallest, largest);
            double aspect =
                    StrictMath.exp(between(key.at(counter + 1), StrictMath.log(narrowest), StrictMath.log(widest)));
            long width = Math.round(Math.sqrt(area * aspect));
            long height = Math.round(Math.sqrt(area / aspect));
            if (width < 1 || height < 1 || width > size.width() || height > size.height()) continue;
            int x = key.below(counter + 2, size.width() - (int) width + 1);
            int y = key.below(counter + 3, size.height() - (int) height + 1);
            return new Box(x, y, (int) width, (int) height);
        }
        double aspect = Math.clamp((double) size.width() / size.height(), narrowest, widest);
        int width = Math.clamp(Math.round(size.height() * aspect), 1, size.width());
        int height = Math.clamp(Math.round(size.width() / aspect), 1, size.height());
        return Box.centre(new Dimensions(width, height), size);
    }

    private static double between(long bits, double low, double high) {
        return low + (high - low) * ((bits >>> 11) * 0x1p-53);
    }
}

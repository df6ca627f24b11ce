package dev.thalweg.data;

import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.Picture;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/// The built-in data set: drawn pictures of ten kinds of thing, 32 × 32 in colour, varied in place,
/// size, rotation, proportions, colours, textures, light and noise, and partly covered. It needs no
/// files and no network, and is for trying things out: a linear model stays far below what a small
/// convolutional network learns in a minute.
///
/// Example i of a part is a function of (seed, part, i) alone, and shows class i mod 10: the first
/// thousand of ten thousand training examples are the thousand of `shapes:1000`.
public final class Shapes implements Examples {
    /// Training examples unless told otherwise.
    public static final int TRAIN = 10_000;

    /// Test examples.
    public static final int TEST = 2_000;

    /// Label k is the k-th.
    public static final List<String> CLASSES = Arrays.stream(Outline.values())
            .map(outline -> outline.name().toLowerCase(Locale.ROOT))
            .toList();

    private static final String NAME = "shapes";
    private static final Outline[] OUTLINES = Outline.values();

    private final String part;
    private final int size;
    private final RandomKey key;

    /// @param part any name, such as `train`: other parts hold other pictures
    public Shapes(long seed, String part, int size) {
        Require.that(size >= 1, "the number of shapes must be at least 1, got %s", size);
        this.part = part;
        this.size = size;
        key = RandomKey.of(seed).fold(NAME).fold(part);
    }

    public static boolean isLocator(String locator) {
        return locator.equals(NAME) || locator.startsWith(NAME + ":");
    }

    /// `shapes` or `shapes:COUNT`, COUNT being the number of training examples.
    static DataSet open(String locator, SplitOptions options) {
        int train = TRAIN;
        if (!locator.equals(NAME)) {
            var count = locator.substring(NAME.length() + 1);
            boolean valid = count.matches("[1-9]\\d{0,8}");
            Require.that(valid, "expected shapes or shapes:COUNT, for example shapes:1000, got '%s'", locator);
            train = Integer.parseInt(count);
        }
        return new Parts(new Shapes(0, "train", train), Examples.none(), new Shapes(0, "test", TEST))
                .complete(NAME, CLASSES, options, List.of());
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public int label(int i) {
        return Objects.checkIndex(i, size) % OUTLINES.length;
    }

    @Override
    public String name(int i) {
        return NAME + " " + part + " " + i;
    }

    @Override
    public Picture picture(int i) {
        return ShapePainter.paint(OUTLINES[label(i)], key.fold(i));
    }

    @Override
    public Dimensions dimensions(int i) {
        return new Dimensions(ShapePainter.SIDE, ShapePainter.SIDE);
    }
}

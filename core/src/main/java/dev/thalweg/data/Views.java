package dev.thalweg.data;

import dev.thalweg.tensor.Require;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Test mode: examples in order, fitted to the network's size and shown once in each view. The
/// loader yields the first batch in every view, then the next batch.
///
/// @param views at least one
/// @param weights what share each view has in an average of predictions; they sum to 1
public record Views(List<View> views, List<Double> weights) implements Variation {
    /// Each example as it is.
    public static final Views PLAIN = equal(View.IDENTITY);

    /// Each example and its mirror image.
    public static final Views MIRROR = equal(View.IDENTITY, new View(0, 0, true));

    public Views {
        views = List.copyOf(views);
        weights = List.copyOf(weights);
        Require.that(!views.isEmpty(), "at least one view is needed");
        Require.that(
                views.size() == weights.size(), "%s views need as many weights, got %s", views.size(), weights.size());
        double sum = weights.stream().mapToDouble(Double::doubleValue).sum();
        Require.that(Math.abs(sum - 1) < 1e-9, "the weights of views must sum to 1, got %s", sum);
    }

    /// Views of equal weight.
    public static Views equal(View... views) {
        return new Views(List.of(views), Collections.nCopies(views.length, 1.0 / views.length));
    }

    /// airbench94's: half the weight on the picture and its mirror image, half on those of the
    /// picture moved by one pixel to the upper left and to the lower right.
    public static Views mirrorAndShift() {
        var views = new ArrayList<View>();
        var weights = new ArrayList<Double>();
        for (int shift : new int[] {0, -1, 1}) {
            for (boolean mirror : new boolean[] {false, true}) {
                views.add(new View(shift, shift, mirror));
                weights.add(shift == 0 ? 0.25 : 0.125);
            }
        }
        return new Views(views, weights);
    }
}

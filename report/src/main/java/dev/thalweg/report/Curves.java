package dev.thalweg.report;

import dev.thalweg.train.StepSample;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Long histories, thinned out until they are no longer than a curve is wide.
final class Curves {
    /// Points of a curve, at most about.
    static final int POINTS = 600;
    /// Columns of the layers' picture.
    private static final int COLUMNS = 100;

    private Curves() {}

    /// Every so manieth element, and the last.
    static <T> List<T> thinned(List<T> all, int most) {
        int every = Math.ceilDiv(all.size(), most);
        if (every <= 1) return all;
        var kept = new ArrayList<T>();
        for (int i = 0; i < all.size(); i += every) kept.add(all.get(i));
        if ((all.size() - 1) % every != 0) kept.add(all.getLast());
        return kept;
    }

    static Run.@Nullable Steps steps(List<StepSample> samples) {
        if (samples.isEmpty()) return null;
        var kept = thinned(samples, POINTS);
        var few = thinned(samples, COLUMNS);
        var names = new ArrayList<>(samples.getLast().layers().keySet());
        var layers = names.stream()
                .map(name -> new Run.Layer(name, column(few, s -> s.layers().getOrDefault(name, Float.NaN))))
                .toList();
        return new Run.Steps(
                column(kept, StepSample::epoch),
                column(kept, StepSample::loss),
                column(kept, StepSample::learningRate),
                column(kept, StepSample::gradientNorm),
                column(kept, StepSample::update),
                column(few, StepSample::epoch),
                layers);
    }

    private static double[] column(List<StepSample> samples, ToDoubleFunction<StepSample> number) {
        return samples.stream().mapToDouble(number).toArray();
    }

    /// The middle one of those that are numbers; NaN if there are none.
    static double median(double... values) {
        var sorted = IntStream.range(0, values.length)
                .mapToDouble(i -> values[i])
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }
}

package dev.thalweg.compare;

import java.util.Collection;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/// Mean and standard deviation over runs.
///
/// @param mean null if there are no runs
/// @param deviation of the sample, with n − 1 in the denominator; null if there are fewer than two runs
/// @param runs that had a number
public record Spread(@Nullable Double mean, @Nullable Double deviation, int runs) {

    /// Of those that are not null.
    public static Spread of(Collection<@Nullable Double> values) {
        double[] known = values.stream()
                .flatMapToDouble(value -> value == null ? DoubleStream.empty() : DoubleStream.of(value))
                .toArray();
        int n = known.length;
        if (n == 0) return new Spread(null, null, 0);
        double mean = DoubleStream.of(known).sum() / n;
        if (n == 1) return new Spread(mean, null, 1);
        double squares =
                DoubleStream.of(known).map(v -> (v - mean) * (v - mean)).sum();
        return new Spread(mean, Math.sqrt(squares / (n - 1)), n);
    }
}

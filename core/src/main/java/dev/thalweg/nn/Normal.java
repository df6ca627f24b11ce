package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// Normally distributed with mean 0.
///
/// @param deviation standard deviation, above 0
public record Normal(double deviation) implements Init.ZeroBias {

    public Normal {
        Require.that(
                deviation > 0 && Double.isFinite(deviation), "Normal.deviation must be above 0, got %s", deviation);
    }

    @Override
    public void fill(FlatVector values, Shape shape, RandomKey key) {
        for (long i = 0; i < values.length(); i += 2) {
            double radius = deviation * radius(key, i);
            double angle = angle(key, i);
            values.set(i, (float) (radius * StrictMath.cos(angle)));
            if (i + 1 < values.length()) values.set(i + 1, (float) (radius * StrictMath.sin(angle)));
        }
    }

    /// Fills `values` with standard normal numbers.
    static void fill(double[] values, RandomKey key) {
        for (int i = 0; i < values.length; i += 2) {
            double radius = radius(key, i);
            double angle = angle(key, i);
            values[i] = radius * StrictMath.cos(angle);
            if (i + 1 < values.length) values[i + 1] = radius * StrictMath.sin(angle);
        }
    }

    // The pair (i, i + 1) in polar coordinates (Box & Muller, 1958), by StrictMath because Math's
    // last bit may depend on the machine.

    private static double radius(RandomKey key, long i) {
        double positive = ((key.at(i) >>> 11) + 1) * 0x1p-53; // in (0, 1]
        return Math.sqrt(-2 * StrictMath.log(positive));
    }

    private static double angle(RandomKey key, long i) {
        return 2 * Math.PI * ((key.at(i + 1) >>> 11) * 0x1p-53);
    }
}

package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.Objective;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A function with a name, a customary start and minima that have been published.
///
/// @param name as typed: `rosenbrock`
/// @param title as people call it: `Rosenbrock`
/// @param number in Moré, Garbow and Hillstrom's collection; 0 where it is not in it
/// @param objective takes points of `start`'s length only
/// @param start the customary one
/// @param minima values of published local minima, the least first, limits at infinity included; empty where
///     none are known in so many variables
public record Problem(String name, String title, int number, Objective objective, double[] start, List<Double> minima) {
    public Problem {
        minima = List.copyOf(minima);
    }

    public int dimension() {
        return start.length;
    }

    /// The published minimum that `value` is that of: the nearest, to 10⁻⁶ or a ten thousandth of it. So much
    /// may be missing where the gradient is small enough to stop.
    public Optional<Double> reached(double value) {
        return minima.stream()
                .min(Comparator.comparingDouble(minimum -> Math.abs(value - minimum)))
                .filter(minimum -> Math.abs(value - minimum) <= Math.max(1e-6, 1e-4 * Math.abs(minimum)));
    }
}

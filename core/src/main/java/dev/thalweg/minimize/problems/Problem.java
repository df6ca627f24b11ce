package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.Objective;
import java.util.List;

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
}

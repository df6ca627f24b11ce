package dev.thalweg.minimize.problems;

import dev.thalweg.minimize.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/// A problem before its number of variables is chosen.
///
/// @param name as typed: the title in lower case, with hyphens
record Family(String name, Sizes sizes, IntFunction<Problem> maker) {

    /// A problem of one size.
    static Family of(int number, String title, Objective objective, double[] start, double... minima) {
        var values = Arrays.stream(minima).boxed().toList();
        return of(number, title, Sizes.only(start.length), _ -> objective, (j, _) -> start[j - 1], _ -> values);
    }

    /// A problem of many sizes whose objective looks at its point's length.
    static Family of(
            int number, String title, Sizes sizes, Objective objective, Start start, IntFunction<List<Double>> minima) {
        return of(number, title, sizes, _ -> objective, start, minima);
    }

    /// A problem of many sizes.
    ///
    /// @param objective by the number of variables
    /// @param minima by the number of variables
    static Family of(
            int number,
            String title,
            Sizes sizes,
            IntFunction<Objective> objective,
            Start start,
            IntFunction<List<Double>> minima) {
        String name = title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        return new Family(
                name, sizes, n -> new Problem(name, title, number, objective.apply(n), start.of(n), minima.apply(n)));
    }

    /// @throws IllegalArgumentException if there is none with so many variables
    Problem in(int n) {
        sizes.check(name, n);
        return maker.apply(n);
    }

    Problem standard() {
        return in(sizes.standard());
    }
}

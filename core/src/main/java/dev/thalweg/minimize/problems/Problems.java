package dev.thalweg.minimize.problems;

import static dev.thalweg.minimize.problems.Sizes.from;
import static dev.thalweg.minimize.problems.Sizes.multiples;

import dev.thalweg.tensor.Nearest;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/// All problems, by name. The minima are the paper's, in ten digits, and three that it does not have: 0 of
/// Biggs, the higher one of the trigonometric function, the lower one of Chebyquad in 10 variables. The higher
/// ones of Bard and of Kowalik and Osborne are limits, as two and three of the variables go to infinity.
public final class Problems {
    private Problems() {}

    private static final IntFunction<List<Double>> ZERO = _ -> List.of(0.0);
    private static final IntFunction<List<Double>> WATSON =
            only(Map.of(6, 2.287670054e-3, 9, 1.399760138e-6, 12, 4.722381105e-10));
    private static final IntFunction<List<Double>> PENALTY_1 = only(Map.of(4, 2.249977501e-5, 10, 7.087651467e-5));
    private static final IntFunction<List<Double>> PENALTY_2 = only(Map.of(4, 9.376293007e-6, 10, 2.936605375e-4));
    private static final IntFunction<List<Double>> CHEBYQUAD = n -> switch (n) {
        case 1, 2, 3, 4, 5, 6, 7, 9 -> List.of(0.0);
        case 8 -> List.of(3.516873726e-3);
        case 10 -> List.of(4.772713696e-3, 6.503954801e-3);
        default -> List.of();
    };
    private static final IntFunction<List<Double>> BROWN = _ -> List.of(0.0, 1.0);
    private static final IntFunction<List<Double>> TRIGONOMETRIC =
            n -> n == 10 ? List.of(0.0, 2.795056122e-5) : List.of(0.0);
    private static final IntFunction<List<Double>> CHAINED = n -> n == 10 ? List.of(0.0, 3.986579112) : List.of(0.0);

    /// m (m − 1) / (2 (2m + 1)), m = 2n
    private static final IntFunction<List<Double>> RANK_1 = n -> List.of(n * (2.0 * n - 1) / (4.0 * n + 1));
    /// (m² + 3m − 6) / (2 (2m − 3)), m = 2n
    private static final IntFunction<List<Double>> RANK_1_ZERO =
            n -> List.of((2.0 * n * n + 3 * n - 3) / (4.0 * n - 3));

    private static final List<Family> ALL = List.of(
            Family.of(1, "Rosenbrock", Valleys.ROSENBROCK, at(-1.2, 1), 0),
            Family.of(2, "Freudenstein–Roth", Valleys.FREUDENSTEIN_ROTH, at(0.5, -2), 0, 48.98425368),
            Family.of(3, "Powell badly scaled", Valleys.POWELL_BADLY_SCALED, at(0, 1), 0),
            Family.of(4, "Brown badly scaled", Valleys.BROWN_BADLY_SCALED, at(1, 1), 0),
            Family.of(5, "Beale", Valleys.BEALE, at(1, 1), 0),
            Family.of(6, "Jennrich–Sampson", Exponentials.JENNRICH_SAMPSON, at(0.3, 0.4), 124.3621824),
            Family.of(7, "Helical valley", Valleys.HELICAL_VALLEY, at(-1, 0, 0), 0),
            Family.of(8, "Bard", DataFits.BARD, at(1, 1, 1), 8.214877307e-3, 17.42869333),
            Family.of(9, "Gaussian", DataFits.GAUSSIAN, at(0.4, 1, 0), 1.127932770e-8),
            Family.of(10, "Meyer", DataFits.MEYER, at(0.02, 4000, 250), 87.94585517),
            Family.of(11, "Gulf", Exponentials.GULF, at(5, 2.5, 0.15), 0),
            Family.of(12, "Box", Exponentials.BOX, at(0, 10, 20), 0),
            Family.of(13, "Powell singular", Valleys.POWELL_SINGULAR, at(3, -1, 0, 1), 0),
            Family.of(14, "Wood", Valleys.WOOD, at(-3, -1, -3, -1), 0),
            Family.of(
                    15,
                    "Kowalik–Osborne",
                    DataFits.KOWALIK_OSBORNE,
                    at(.25, .39, .415, .39),
                    3.075056038e-4,
                    1.027343049e-3),
            Family.of(16, "Brown–Dennis", Exponentials.BROWN_DENNIS, at(25, 5, -5, -1), 85822.20163),
            Family.of(17, "Osborne 1", DataFits.OSBORNE_1, at(.5, 1.5, -1, .01, .02), 5.464894697e-5),
            Family.of(18, "Biggs EXP6", Exponentials.BIGGS_EXP6, at(1, 2, 1, 1, 1, 1), 0, 5.655649926e-3),
            Family.of(
                    19,
                    "Osborne 2",
                    DataFits.OSBORNE_2,
                    at(1.3, .65, .65, .7, .6, 3, 5, 7, 2, 4.5, 5.5),
                    4.013773629e-2),
            Family.of(20, "Watson", new Sizes(6, 2, 31, 1), Polynomials::watson, Start.all(0), WATSON),
            Family.of(21, "Extended Rosenbrock", multiples(2, 10), new ExtendedRosenbrock(), Start.ROSENBROCK, ZERO),
            Family.of(22, "Extended Powell", multiples(4, 12), new ExtendedPowell(), Start.POWELL, ZERO),
            Family.of(23, "Penalty 1", from(1, 10), new Penalty1(), (j, _) -> j, PENALTY_1),
            Family.of(24, "Penalty 2", from(1, 10), new Penalty2(), Start.all(0.5), PENALTY_2),
            Family.of(25, "Variably dimensioned", from(1, 10), new VariablyDimensioned(), Start.DESCENT, ZERO),
            Family.of(26, "Trigonometric", from(1, 10), new Trigonometric(), (_, n) -> 1.0 / n, TRIGONOMETRIC),
            Family.of(27, "Brown almost-linear", from(2, 10), Linear::brownAlmost, Start.all(0.5), BROWN),
            Family.of(28, "Discrete boundary value", from(1, 10), BoundaryValue::differential, Start.PARABOLA, ZERO),
            Family.of(29, "Discrete integral equation", from(1, 10), BoundaryValue::integral, Start.PARABOLA, ZERO),
            Family.of(30, "Broyden tridiagonal", from(1, 10), new Broyden.Tridiagonal(), Start.all(-1), ZERO),
            Family.of(31, "Broyden banded", from(1, 10), new Broyden.Wide(), Start.all(-1), ZERO),
            Family.of(32, "Linear, full rank", from(1, 5), Linear::fullRank, Start.all(1), n -> List.of(1.0 * n)),
            Family.of(33, "Linear, rank 1", from(1, 5), Linear::rank1, Start.all(1), RANK_1),
            Family.of(34, "Linear, rank 1, zero", from(3, 5), Linear::rank1Zero, Start.all(1), RANK_1_ZERO),
            Family.of(35, "Chebyquad", from(1, 8), Polynomials::chebyquad, Start.GRID, CHEBYQUAD),
            Family.of(0, "Chained Rosenbrock", from(2, 10), new ChainedRosenbrock(), Start.ROSENBROCK, CHAINED),
            Family.of(0, "Bowl", Surfaces.BOWL, at(10, 1), 0),
            Family.of(0, "Saddle", new Surfaces.Saddle(), at(1, 0), -0.25),
            Family.of(0, "Himmelblau", Surfaces.HIMMELBLAU, at(0, 0), 0),
            Family.of(
                    0, "Rastrigin", new Surfaces.Rastrigin(), at(1.8, -0.9), 0, .994959, 1.989918, 3.979831, 4.974790),
            Family.of(0, "Kink", Surfaces.KINK, at(2, 1), 0));

    /// Each in its customary number of variables: the paper's 35 by their numbers, then the others.
    public static List<Problem> all() {
        return ALL.stream().map(Family::standard).toList();
    }

    /// In its customary number of variables.
    ///
    /// @throws IllegalArgumentException if there is none of that name
    public static Problem named(String name) {
        return family(name).standard();
    }

    /// In `n` variables.
    ///
    /// @throws IllegalArgumentException if there is none of that name, or not in so many variables
    public static Problem named(String name, int n) {
        return family(name).in(n);
    }

    private static Family family(String name) {
        return ALL.stream()
                .filter(family -> family.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Nearest.unknown(
                        "problem", name, ALL.stream().map(Family::name).toList())));
    }

    private static double[] at(double... start) {
        return start;
    }

    private static IntFunction<List<Double>> only(Map<Integer, Double> minima) {
        return n -> minima.containsKey(n) ? List.of(minima.get(n)) : List.of();
    }
}

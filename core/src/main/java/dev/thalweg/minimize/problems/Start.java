package dev.thalweg.minimize.problems;

/// Where to begin, in any number of variables.
@FunctionalInterface
interface Start {
    Start ROSENBROCK = (j, _) -> j % 2 == 1 ? -1.2 : 1;

    /// 3, −1, 0, 1 over and over.
    Start POWELL = (j, _) -> switch (j % 4) {
        case 1 -> 3;
        case 2 -> -1;
        case 3 -> 0;
        default -> 1;
    };

    /// Evenly between 0 and 1.
    Start GRID = (j, n) -> (double) j / (n + 1);

    /// t (t − 1) on that grid.
    Start PARABOLA = (j, n) -> GRID.at(j, n) * (GRID.at(j, n) - 1);

    /// Evenly down to 0.
    Start DESCENT = (j, n) -> 1 - (double) j / n;

    static Start all(double value) {
        return (_, _) -> value;
    }

    /// @param j which coordinate, from 1
    double at(int j, int n);

    default double[] of(int n) {
        double[] x = new double[n];
        for (int j = 0; j < n; j++) x[j] = at(j + 1, n);
        return x;
    }
}

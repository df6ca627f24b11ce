package dev.thalweg.bench.breeze;

import dev.thalweg.minimize.Objective;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/// A function to be minimized from a start.
record Problem(String name, Objective f, double... start) {

    static List<Problem> all() {
        return List.of(
                new Problem("Rosenbrock", Problem::rosenbrocks, rosenbrocksStart(2)),
                new Problem("extended Rosenbrock", Problem::rosenbrocks, rosenbrocksStart(100)),
                new Problem("extended Rosenbrock", Problem::rosenbrocks, rosenbrocksStart(10_000)),
                new Problem("extended Rosenbrock", Problem::rosenbrocks, rosenbrocksStart(100_000)),
                new Problem("chained Rosenbrock", Problem::chained, rosenbrocksStart(1000)),
                quadratic(100_000, 1e4),
                logistic(2000, 200, 1e-3));
    }

    /// Those that take little time.
    static List<Problem> small() {
        return List.of(
                new Problem("Rosenbrock", Problem::rosenbrocks, rosenbrocksStart(2)),
                new Problem("extended Rosenbrock", Problem::rosenbrocks, rosenbrocksStart(100)),
                new Problem("extended Rosenbrock", Problem::rosenbrocks, rosenbrocksStart(1000)),
                new Problem("chained Rosenbrock", Problem::chained, rosenbrocksStart(100)),
                quadratic(1000, 1e4),
                logistic(500, 50, 1e-3));
    }

    int size() {
        return start.length;
    }

    private static double[] rosenbrocksStart(int n) {
        var start = new double[n];
        for (int i = 0; i < n; i++) start[i] = i % 2 == 0 ? -1.2 : 1;
        return start;
    }

    /// Rosenbrock's function of each pair of variables, summed up.
    private static double rosenbrocks(double[] x, double[] gradient) {
        double sum = 0;
        for (int i = 0; i < x.length; i += 2) {
            double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
            sum += 100 * a * a + b * b;
            gradient[i] = -400 * a * x[i] - 2 * b;
            gradient[i + 1] = 200 * a;
        }
        return sum;
    }

    /// Rosenbrock's function of each variable and the next, summed up.
    private static double chained(double[] x, double[] gradient) {
        double sum = 0;
        Arrays.fill(gradient, 0);
        for (int i = 0; i + 1 < x.length; i++) {
            double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
            sum += 100 * a * a + b * b;
            gradient[i] -= 400 * a * x[i] + 2 * b;
            gradient[i + 1] += 200 * a;
        }
        return sum;
    }

    /// A parabola whose curvatures lie between 1 and `condition`, their logarithms evenly.
    private static Problem quadratic(int n, double condition) {
        var curvatures = new double[n];
        for (int i = 0; i < n; i++) curvatures[i] = Math.pow(condition, i / (n - 1.0));
        var start = new double[n];
        Arrays.fill(start, 1);
        Objective f = (x, gradient) -> {
            double sum = 0;
            for (int i = 0; i < x.length; i++) {
                double slope = curvatures[i] * x[i];
                gradient[i] = slope;
                sum += slope * x[i];
            }
            return sum / 2;
        };
        return new Problem("quadratic, condition %.0e".formatted(condition), f, start);
    }

    /// Logistic regression: the mean loss of normal examples whose classes a plane divides but for some noise,
    /// and `decay` / 2 times the square of the weights.
    private static Problem logistic(int examples, int features, double decay) {
        var random = new SplittableRandom(1);
        var plane = random.doubles(features, -1, 1).toArray();
        var inputs = new double[examples][features];
        var classes = new double[examples];
        for (int e = 0; e < examples; e++) {
            double z = 2 * random.nextGaussian();
            for (int i = 0; i < features; i++) {
                inputs[e][i] = random.nextGaussian();
                z += plane[i] * inputs[e][i];
            }
            classes[e] = z > 0 ? 1 : -1;
        }
        Objective f = (w, gradient) -> {
            double sum = 0;
            for (int i = 0; i < features; i++) {
                sum += decay / 2 * w[i] * w[i];
                gradient[i] = decay * w[i];
            }
            for (int e = 0; e < examples; e++) {
                var input = inputs[e];
                double z = 0;
                for (int i = 0; i < features; i++) z += input[i] * w[i];
                double margin = classes[e] * z;
                double power = Math.exp(-Math.abs(margin));
                sum += (Math.max(0, -margin) + Math.log1p(power)) / examples;
                double slope = -classes[e] * (margin > 0 ? power : 1) / (1 + power) / examples;
                for (int i = 0; i < features; i++) gradient[i] += slope * input[i];
            }
            return sum;
        };
        return new Problem("logistic regression", f, new double[features]);
    }
}

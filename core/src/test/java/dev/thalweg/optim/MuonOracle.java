package dev.thalweg.optim;

import java.util.function.Supplier;

/// Muon as its author and airbench write it: the velocity a sum, the matrix laid on its side where it has more
/// rows than columns. One tensor.
final class MuonOracle implements TensorwiseTest.Oracle {
    private final double mu, epsilon, otherRate;
    private final int steps;
    private final boolean nesterov, normalise;
    private final Muon.Adjustment adjustment;
    private final Supplier<Rules.Oracle> other;
    private Rules.Oracle[] others = {};
    private double[][] buffer = {};

    MuonOracle(
            double mu,
            boolean nesterov,
            int steps,
            double epsilon,
            Muon.Adjustment adjustment,
            boolean normalise,
            double otherRate,
            Supplier<Rules.Oracle> other) {
        this.mu = mu;
        this.nesterov = nesterov;
        this.steps = steps;
        this.epsilon = epsilon;
        this.adjustment = adjustment;
        this.normalise = normalise;
        this.otherRate = otherRate;
        this.other = other;
    }

    /// Σ of 5 products a step.
    static double[][] orthogonalise(double[][] m, int steps, double a, double b, double c, double epsilon) {
        boolean tall = m.length > m[0].length;
        var x = tall ? Dense.transpose(m) : m;
        x = Dense.sum(1 / (Dense.norm(x) + epsilon), x, 0, x);
        for (int i = 0; i < steps; i++) {
            var gram = Dense.times(x, Dense.transpose(x));
            var polynomial = Dense.sum(b, gram, c, Dense.times(gram, gram));
            x = Dense.sum(a, x, 1, Dense.times(polynomial, x));
        }
        return tall ? Dense.transpose(x) : x;
    }

    @Override
    public double[] next(double[] theta, double[] g, int rows, double rate, double decay) {
        if (rows == 0) return byOther(theta, g, rate * otherRate, decay);
        var gradient = Dense.of(g, rows);
        if (buffer.length == 0) buffer = new double[rows][gradient[0].length];
        buffer = Dense.sum(mu, buffer, 1, gradient);
        var u = nesterov ? Dense.sum(1, gradient, mu, buffer) : buffer;
        var o = orthogonalise(u, steps, 3.4445, -4.775, 2.0315, epsilon / (1 - mu));
        double columns = gradient[0].length;
        double factor = switch (adjustment) {
            case ORIGINAL -> Math.max(1, Math.sqrt(rows / columns));
            case MATCH_RMS_ADAMW -> 0.2 * Math.sqrt(Math.max(rows, columns));
            case NONE -> 1;
        };
        var weights = Dense.of(theta, rows);
        double scale = normalise ? Math.sqrt(rows) / Dense.norm(weights) : 1;
        return Dense.flat(Dense.sum((1 - rate * decay) * scale, weights, -rate * factor, o));
    }

    private double[] byOther(double[] theta, double[] g, double rate, double decay) {
        if (others.length == 0) {
            others = new Rules.Oracle[g.length];
            java.util.Arrays.setAll(others, i -> other.get());
        }
        var next = new double[g.length];
        for (int i = 0; i < g.length; i++) next[i] = others[i].next(theta[i], g[i], rate) - rate * decay * theta[i];
        return next;
    }
}

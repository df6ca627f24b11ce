package dev.thalweg.minimize;

import java.util.Arrays;
import java.util.Map;

/// A descent by a model of the function, a parabola in all variables, that is trusted within a radius
/// (Conn, Gould & Toint, Trust-Region Methods, 2000, algorithm 6.1.1). A step is taken if it brings at
/// least a tenth of the decrease that the model says; the radius becomes a quarter of the step after a
/// quarter or less, and doubles after three quarters or more at its edge.
///
/// Where the decrease is so small that roundings hide it, the slopes at both ends of the step tell it.
abstract class TrustDescent extends Descent {
    private static final double TAKE = 0.1, GOOD = 0.75, POOR = 0.25;

    final double[] step;
    /// Within which the model is trusted; 0 before the first step.
    double radius;
    /// Whether the model is that of the present point.
    private boolean modelled;

    /// What the model says of the step that was written last: its decrease, and the step's length as the
    /// radius counts.
    double predicted;

    double length;

    TrustDescent(Objective f, double[] start) {
        super(f, start);
        step = new double[start.length];
    }

    /// Learns the model at the present point.
    ///
    /// @return whether it could
    abstract boolean model();

    /// Writes the step that is best by the model within the radius, [#length] and [#predicted]: NaN where
    /// the model is not finite.
    abstract void best();

    /// The first radius.
    abstract double firstRadius();

    @Override
    final boolean advance() {
        boolean notFinite = false, defined = false, unbounded = false;
        while (true) {
            if (prepare()) best();
            else predicted = Double.NaN;
            if (Double.isNaN(predicted))
                return fail(
                        Reason.NOT_FINITE,
                        "the second derivatives are not finite, or too great, at the last good point");
            if (!(predicted > 0))
                return fail(
                        Reason.LINE_SEARCH_FAILED,
                        "the model of the function promises no decrease, the gradient's norm is %.3g: this is as far as it goes"
                                .formatted(gradientNorm()));
            Dense.sum(x, 1, step, there);
            double valueThere = f.at(there, gradientThere);
            double kept;
            if (!isFinite(valueThere, gradientThere)) {
                notFinite = true;
                unbounded |= valueThere == Double.NEGATIVE_INFINITY;
                kept = Double.NEGATIVE_INFINITY;
            } else {
                defined |= !Arrays.equals(there, x);
                kept = decrease(valueThere) / predicted;
            }
            boolean atEdge = length > 0.8 * radius;
            if (kept < POOR) radius = 0.25 * Math.min(radius, length);
            else if (kept > GOOD && atEdge) radius *= 2;
            if (kept > TAKE) {
                go(valueThere);
                modelled = false;
                return true;
            }
            if (Dense.norm(step) <= 4 * f.precision() * Dense.norm(x) || radius < Double.MIN_NORMAL)
                return failSearch(notFinite && !defined, unbounded);
        }
    }

    /// Returns whether there is a model of the present point.
    final boolean prepare() {
        if (modelled) return true;
        if (!model()) return false;
        modelled = true;
        if (radius == 0) radius = firstRadius();
        return true;
    }

    private double decrease(double valueThere) {
        double decrease = value - valueThere;
        if (Math.abs(decrease) > ROUNDINGS * f.precision() * Math.abs(value)) return decrease;
        // Where it ends, the slopes are less; otherwise the gradient is not that of the function.
        if (!(Dense.norm(gradientThere) < Dense.norm(g))) return 0;
        // The mean of the slopes at both ends, as for a parabola.
        return -(Dense.dot(g, step) + Dense.dot(gradientThere, step)) / 2;
    }

    @Override
    void remember(Map<String, double[]> memory) {
        memory.put("radius", new double[] {radius});
    }

    @Override
    void recall(Map<String, double[]> memory) {
        var number = new double[1];
        copy(memory, "radius", number);
        radius = number[0];
        modelled = false;
    }
}

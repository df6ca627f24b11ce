package dev.thalweg.minimize;

import java.util.Map;

/// OWL-QN (Andrew & Gao, "Scalable training of L1-regularized log-linear models", ICML 2007): L-BFGS for
/// f(x) + λ‖x‖₁, which is smooth as long as no variable changes its sign.
///
/// Variables that are zero go to the side where the sum falls, if there is one; the pseudo-gradient is the
/// derivative to that side, and 0 where there is none. A step goes to the minimum of the model, which is
/// learned from f alone, in the variables that are not to stay zero, and is halved until the sum falls by
/// enough; what would change its sign becomes zero.
///
/// The paper multiplies the pseudo-gradient by the whole matrix H, and leaves out of the direction all that
/// goes the other way than the pseudo-gradient says; here that is left out of zeros only, and H is that of
/// the variables that may move. On problems of least squares and of logistic regression the paper's way takes
/// up to five times the evaluations.
final class OrthantDescent extends Descent {
    private static final double SUFFICIENT = 1e-4;
    /// Trials in a search; a few are the rule.
    private static final int MOST = 60;

    private final double lambda;
    private final Compact matrix;
    private final boolean[] free;
    private final double[] pseudo;
    private final double[] direction;
    private final double[] s;
    private final double[] y;
    private boolean notFinite;
    private boolean unbounded;

    OrthantDescent(Objective f, double[] start, int history, double lambda) {
        super(f, start);
        int n = start.length;
        this.lambda = lambda;
        matrix = new Compact(history, n);
        free = new boolean[n];
        pseudo = new double[n];
        direction = new double[n];
        s = new double[n];
        y = new double[n];
    }

    @Override
    double penalty(double[] x) {
        return lambda * sumOfSizes(x);
    }

    private static double sumOfSizes(double[] x) {
        double sum = 0;
        for (double v : x) sum += Math.abs(v);
        return sum;
    }

    /// Of the pseudo-gradient.
    @Override
    double norm() {
        differentiate();
        return Dense.norm(pseudo);
    }

    private void differentiate() {
        for (int i = 0; i < x.length; i++)
            pseudo[i] = x[i] != 0
                    ? g[i] + Math.copySign(lambda, x[i])
                    : Math.max(0, g[i] - lambda) + Math.min(0, g[i] + lambda);
    }

    /// The sign that variable i may have: its own, or that of the side it goes to; 0 if it is to stay zero.
    private double side(int i) {
        return x[i] != 0 ? Math.signum(x[i]) : -Math.signum(pseudo[i]);
    }

    @Override
    boolean advance() {
        while (true) {
            double first = aim();
            if (search(first)) {
                matrix.add(s, y, f.precision());
                return true;
            }
            if (!matrix.clear()) return failSearch(notFinite, unbounded);
        }
    }

    /// Writes the direction to go.
    ///
    /// @return the step along it to try first
    private double aim() {
        differentiate();
        for (int i = 0; i < free.length; i++) free[i] = side(i) != 0;
        System.arraycopy(pseudo, 0, direction, 0, pseudo.length);
        if (matrix.isEmpty() || !matrix.solve(free, direction)) {
            matrix.clear();
            Dense.scaled(-1, pseudo, direction);
            return Math.min(1, 1 / Dense.norm(pseudo));
        }
        return 1;
    }

    /// Halves the step until it is good, and takes it.
    private boolean search(double first) {
        notFinite = false;
        unbounded = false;
        double alpha = first;
        for (int trial = 0; trial < MOST; trial++, alpha /= 2) {
            for (int i = 0; i < x.length; i++) {
                double to = x[i] + alpha * direction[i];
                there[i] = to * side(i) > 0 ? to : 0;
            }
            Dense.sum(there, -1, x, s);
            double slope = Dense.dot(pseudo, s);
            if (!(slope < 0)) return false;
            double valueThere = f.at(there, gradientThere);
            if (!isFinite(valueThere, gradientThere)) {
                notFinite = true;
                unbounded |= valueThere == Double.NEGATIVE_INFINITY;
                continue;
            }
            notFinite = false;
            valueThere += lambda * sumOfSizes(there);
            // Roundings hide what a full step does near the minimum; a short one has to show it.
            if (trial > 0 && valueThere > value) continue;
            if (decrease(valueThere) < -SUFFICIENT * slope) continue;
            Dense.sum(gradientThere, -1, g, y);
            go(valueThere);
            return true;
        }
        return false;
    }

    private double decrease(double valueThere) {
        double decrease = value - valueThere;
        if (Math.abs(decrease) > ROUNDINGS * f.precision() * Math.abs(value)) return decrease;
        // The mean of the slopes at both ends, as for a parabola; the sum is smooth between them.
        double sum = 0;
        for (int i = 0; i < x.length; i++) sum += ((g[i] + gradientThere[i]) / 2 + lambda * side(i)) * s[i];
        return -sum;
    }

    @Override
    void remember(Map<String, double[]> memory) {
        matrix.remember(memory);
    }

    @Override
    void recall(Map<String, double[]> memory) {
        matrix.recall(memory);
    }
}

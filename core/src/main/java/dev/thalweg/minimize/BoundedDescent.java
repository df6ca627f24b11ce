package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;
import java.util.Arrays;
import java.util.Map;

/// L-BFGS within bounds (Byrd, Lu, Nocedal & Zhu, "A limited memory algorithm for bound constrained
/// optimization", SIAM J. Sci. Comput. 16, 1995). A step is in three parts:
///
/// 1. from x against the gradient, bent at each bound, to the first minimum of the model f + gᵀz + ½zᵀBz
///    (the Cauchy point): it tells which variables stay at their bounds;
/// 2. on to the minimum of the model in the others, put back into the box (Morales & Nocedal, "Remark on
///    Algorithm 778", ACM TOMS 38, 2011) or, if that does not lead down, up to the first bound;
/// 3. a search along the line from x to there, and on as far as the box goes.
final class BoundedDescent extends LineDescent {
    private final Bounds bounds;
    final Compact matrix;
    private final Breakpoints breakpoints;
    /// Where each variable meets its bound on the way against the gradient.
    private final double[] reach;
    /// The point to go to.
    final double[] target;

    private final double[] residual;
    private final boolean[] free;

    // Of 2m numbers: rows of W and what comes of them, in the paper's letters.
    private final double[] w, mw, p, c;

    BoundedDescent(Objective f, double[] start, int history, Bounds bounds) {
        super(f, bounds.nearest(start), 0.9, bounds);
        int n = start.length;
        this.bounds = bounds;
        matrix = new Compact(history, n);
        reach = new double[n];
        breakpoints = new Breakpoints(reach);
        target = new double[n];
        residual = new double[n];
        free = new boolean[n];
        w = new double[2 * history];
        mw = new double[2 * history];
        p = new double[2 * history];
        c = new double[2 * history];
    }

    @Override
    double norm() {
        bounds.projected(x, g, residual);
        return Dense.norm(residual);
    }

    @Override
    double aim() {
        if (!matrix.factor()) matrix.clear();
        goToCauchyPoint();
        if (!matrix.isEmpty()) goOnInside();
        Dense.sum(target, -1, x, direction);
        // A box with all its sides says how far to go at first, and the authors' program takes its word.
        return matrix.isEmpty() && !bounds.isFinite() ? Math.min(1, 1 / Dense.norm(direction)) : 1;
    }

    /// Writes the Cauchy point to [#target] (the paper's algorithm CP).
    void goToCauchyPoint() {
        var d = direction;
        breakpoints.clear();
        for (int i = 0; i < d.length; i++) {
            reach[i] = bounds.reach(i, x[i], -g[i]);
            d[i] = reach[i] > 0 ? -g[i] : 0;
            if (reach[i] > 0 && reach[i] < Double.POSITIVE_INFINITY) breakpoints.add(i);
        }
        System.arraycopy(x, 0, target, 0, x.length);
        double slope = -Dense.dot(d, d);
        if (slope == 0) return;
        double theta = matrix.theta();
        matrix.transposed(d, p);
        matrix.middle(p, mw);
        Arrays.fill(c, 0);
        double curvature = -theta * slope - matrix.dot(p, mw);
        // Roundings must not make it vanish.
        double least = Objective.DOUBLE * -theta * slope;
        curvature = Math.max(least, curvature);
        double t = 0;
        while (!breakpoints.isEmpty()) {
            int b = breakpoints.first();
            double length = reach[b] - t;
            if (-slope / curvature < length) break;
            breakpoints.removeFirst();
            t = reach[b];
            double db = d[b];
            target[b] = bounds.end(b, db);
            d[b] = 0;
            matrix.row(b, w);
            matrix.middle(w, mw);
            for (int k = 0; k < c.length; k++) c[k] += length * p[k];
            slope += length * curvature + db * (db - theta * (target[b] - x[b]) + matrix.dot(mw, c));
            curvature += db * (2 * matrix.dot(mw, p) - db * (theta + matrix.dot(mw, w)));
            curvature = Math.max(least, curvature);
            for (int k = 0; k < p.length; k++) p[k] -= db * w[k];
        }
        t += Math.max(0, -slope / curvature);
        for (int i = 0; i < d.length; i++)
            if (d[i] != 0) target[i] = reach[i] <= t ? bounds.end(i, d[i]) : bounds.clamp(i, x[i] + t * d[i]);
    }

    /// Goes on from the Cauchy point to the minimum of the model in the variables that are not at their bounds
    /// there.
    void goOnInside() {
        Dense.sum(target, -1, x, direction);
        matrix.times(direction, residual);
        boolean some = false;
        for (int i = 0; i < free.length; i++) {
            free[i] = bounds.isInside(i, target[i]);
            residual[i] = free[i] ? residual[i] + g[i] : 0;
            some |= free[i];
        }
        if (!some || !matrix.solve(free, residual)) return;
        var further = residual;
        double slope = 0;
        for (int i = 0; i < free.length; i++) slope += g[i] * (bounds.clamp(i, target[i] + further[i]) - x[i]);
        if (slope < 0) for (int i = 0; i < free.length; i++) target[i] = bounds.clamp(i, target[i] + further[i]);
        else bounds.move(target, Math.min(1, bounds.reach(target, further)), further, target);
    }

    @Override
    void learn(double length) {
        matrix.add(s, y, f.precision());
    }

    @Override
    boolean forget() {
        return matrix.clear();
    }

    @Override
    void remember(Map<String, double[]> memory) {
        super.remember(memory);
        matrix.remember(memory);
    }

    @Override
    void recall(Map<String, double[]> memory) {
        super.recall(memory);
        for (int i = 0; i < x.length; i++)
            Require.that(
                    bounds.clamp(i, x[i]) == x[i],
                    "the memory of a descent must hold a point within the bounds, number %s is %s",
                    i + 1,
                    x[i]);
        matrix.recall(memory);
    }
}

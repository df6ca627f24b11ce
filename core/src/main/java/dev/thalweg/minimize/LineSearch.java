package dev.thalweg.minimize;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A step along a direction that meets the strong Wolfe conditions (Moré & Thuente, "Line search algorithms
/// with guaranteed sufficient decrease", ACM TOMS 20, 1994): with φ(α) = f(x + αd),
///
///     φ(α) ≤ φ(0) + c₁αφ′(0)   and   |φ′(α)| ≤ c₂|φ′(0)|.
///
/// Where decreases are so small that roundings hide them, they are taken from the slopes at both ends, as for
/// a parabola: φ(α) = φ(0) + α(φ′(0) + φ′(α))/2. The first condition then says φ′(α) ≤ (2c₁ − 1)φ′(0), as
/// Hager & Zhang have it ("A new conjugate gradient method with guaranteed descent", SIAM J. Optim. 16, 2005,
/// equation 4.1). Where the function is not finite, the search draws back. Within bounds it goes no further
/// than the first of them.
final class LineSearch {
    /// Trials in a search; a few are the rule.
    private static final int MOST = 60;
    private static final double ROUNDINGS = Descent.ROUNDINGS;
    private static final double LONGEST = 1e20;
    /// An interval that is narrower, relative to where it lies, is not searched any more.
    private static final double NARROW = 1e-14;

    private final double c1;
    private final double c2;
    private final @Nullable Bounds bounds;

    /// What a search found: the value, and how long the step is.
    double value;

    double step;

    /// Whether the value or gradient was finite nowhere else, and whether a value was −∞.
    boolean notFinite;

    boolean unbounded;

    // The end of the interval with the least value so far, the other end, and whether a minimum lies between.
    private double bestStep, bestValue, bestSlope;
    private double otherStep, otherValue, otherSlope;
    private boolean bracketed;

    LineSearch(double c1, double c2, @Nullable Bounds bounds) {
        this.c1 = c1;
        this.c2 = c2;
        this.bounds = bounds;
    }

    /// Searches along `direction` from where `descent` is.
    ///
    /// @param slope φ′(0), below 0
    /// @param first the step to try first
    /// @return whether [Descent#there], [Descent#gradientThere], [#value] and [#step] are those of a better point
    boolean search(Descent descent, double slope, double[] direction, double first) {
        var f = descent.f;
        double[] from = descent.x, x = descent.there, g = descent.gradientThere;
        double start = descent.value;
        notFinite = false;
        unbounded = false;
        bracketed = false;
        bestStep = otherStep = 0;
        bestValue = otherValue = start;
        bestSlope = otherSlope = slope;
        double noise = ROUNDINGS * f.precision() * Math.abs(start);
        double sufficient = c1 * slope;
        double longest = bounds == null ? LONGEST : Math.min(LONGEST, bounds.reach(from, direction));
        double least = 0, most = first + 4 * first;
        double width = longest, before = 2 * longest;
        boolean early = true, defined = false;
        double alpha = Math.min(first, longest);
        for (int trial = 0; trial < MOST; trial++) {
            move(from, alpha, direction, x);
            step = alpha;
            double phi = f.at(x, g);
            double phiSlope = Dense.dot(g, direction);
            // No part of the gradient that is not finite leaves the slope finite.
            if (!Double.isFinite(phi) || !Double.isFinite(phiSlope)) {
                notFinite = true;
                unbounded |= phi == Double.NEGATIVE_INFINITY;
                longest = alpha;
                alpha = bestStep + (alpha - bestStep) / (trial < 4 ? 4 : 10);
                most = Math.min(most, longest);
                width = longest - bestStep;
                before = 2 * width;
                if (alpha <= bestStep || alpha >= longest) break;
                continue;
            }
            defined |= !Arrays.equals(x, from);
            value = phi;
            if (Math.abs(phi - start) <= noise) phi = start + alpha * (slope + phiSlope) / 2;
            double bound = start + alpha * sufficient;
            if (phi <= bound && Math.abs(phiSlope) <= -c2 * slope) return true;
            if (bracketed && (alpha <= least || alpha >= most || most - least <= NARROW * most)) break;
            if (alpha == longest && phi <= bound && phiSlope <= sufficient) return true;
            if (early && phi <= bound && phiSlope >= 0) early = false;
            double next;
            // First, the function less what its decrease has to be: it has a minimum where the conditions hold.
            if (early && phi <= bestValue && phi > bound) {
                bestValue -= bestStep * sufficient;
                otherValue -= otherStep * sufficient;
                bestSlope -= sufficient;
                otherSlope -= sufficient;
                next = narrowed(alpha, phi - alpha * sufficient, phiSlope - sufficient, least, most);
                bestValue += bestStep * sufficient;
                otherValue += otherStep * sufficient;
                bestSlope += sufficient;
                otherSlope += sufficient;
            } else next = narrowed(alpha, phi, phiSlope, least, most);
            if (bracketed) {
                // Where interpolation does not make it much narrower, the middle does.
                double now = Math.abs(otherStep - bestStep);
                if (now >= 0.66 * before) next = bestStep + (otherStep - bestStep) / 2;
                before = width;
                width = now;
                least = Math.min(bestStep, otherStep);
                most = Math.max(bestStep, otherStep);
            } else {
                least = next + 1.1 * (next - bestStep);
                most = next + 4 * (next - bestStep);
            }
            alpha = Math.min(next, longest);
            if (bracketed && (alpha <= least || alpha >= most || most - least <= NARROW * most)) alpha = bestStep;
        }
        notFinite &= !defined;
        return settle(descent, direction);
    }

    private void move(double[] from, double alpha, double[] direction, double[] to) {
        if (bounds == null) Dense.sum(from, alpha, direction, to);
        else bounds.move(from, alpha, direction, to);
    }

    /// A step that decreases the value but does not meet the second condition is better than none.
    private boolean settle(Descent descent, double[] direction) {
        if (!(bestStep > 0)) return false;
        if (step != bestStep) {
            move(descent.x, bestStep, direction, descent.there);
            value = descent.f.at(descent.there, descent.gradientThere);
            step = bestStep;
        }
        return value < descent.value;
    }

    /// Takes a trial into the interval.
    ///
    /// @return the next trial: the minimum of a cubic or a parabola through what is known
    private double narrowed(double alpha, double phi, double slope, double least, double most) {
        double next;
        boolean turned = slope * Math.signum(bestSlope) < 0;
        if (phi > bestValue) {
            double cubic = cubic(bestStep, bestValue, bestSlope, alpha, phi, slope);
            double parabola = bestStep
                    + bestSlope / ((bestValue - phi) / (alpha - bestStep) + bestSlope) / 2 * (alpha - bestStep);
            next = Math.abs(cubic - bestStep) < Math.abs(parabola - bestStep) ? cubic : cubic + (parabola - cubic) / 2;
            bracketed = true;
        } else if (turned) {
            double cubic = cubic(alpha, phi, slope, bestStep, bestValue, bestSlope);
            double secant = alpha + slope / (slope - bestSlope) * (bestStep - alpha);
            next = Math.abs(cubic - alpha) > Math.abs(secant - alpha) ? cubic : secant;
            bracketed = true;
        } else if (Math.abs(slope) < Math.abs(bestSlope)) {
            double secant = alpha + slope / (slope - bestSlope) * (bestStep - alpha);
            double cubic = cubicBeyond(alpha, phi, slope, least, most);
            if (bracketed) {
                next = Math.abs(cubic - alpha) < Math.abs(secant - alpha) ? cubic : secant;
                double furthest = alpha + 0.66 * (otherStep - alpha);
                next = alpha > bestStep ? Math.min(furthest, next) : Math.max(furthest, next);
            } else {
                next = Math.abs(cubic - alpha) > Math.abs(secant - alpha) ? cubic : secant;
                next = Math.max(least, Math.min(most, next));
            }
        } else if (bracketed) next = cubic(alpha, phi, slope, otherStep, otherValue, otherSlope);
        else next = alpha > bestStep ? most : least;

        if (phi > bestValue) {
            otherStep = alpha;
            otherValue = phi;
            otherSlope = slope;
        } else {
            if (turned) {
                otherStep = bestStep;
                otherValue = bestValue;
                otherSlope = bestSlope;
            }
            bestStep = alpha;
            bestValue = phi;
            bestSlope = slope;
        }
        return next;
    }

    /// The minimum of the cubic with these values and slopes at `a` and `b`, seen from `a`.
    private static double cubic(double a, double fa, double ga, double b, double fb, double gb) {
        double theta = 3 * (fa - fb) / (b - a) + ga + gb;
        double s = Math.max(Math.abs(theta), Math.max(Math.abs(ga), Math.abs(gb)));
        double root = s * Math.sqrt(Math.max(0, theta / s * (theta / s) - ga / s * (gb / s)));
        double gamma = b < a ? -root : root;
        double p = gamma - ga + theta, q = gamma - ga + gamma + gb;
        return a + p / q * (b - a);
    }

    /// The same where the slopes are of one sign and the later is the flatter: the minimum may lie beyond,
    /// or nowhere.
    private double cubicBeyond(double alpha, double phi, double slope, double least, double most) {
        double theta = 3 * (bestValue - phi) / (alpha - bestStep) + bestSlope + slope;
        double s = Math.max(Math.abs(theta), Math.max(Math.abs(bestSlope), Math.abs(slope)));
        double root = s * Math.sqrt(Math.max(0, theta / s * (theta / s) - bestSlope / s * (slope / s)));
        double gamma = alpha > bestStep ? -root : root;
        double p = gamma - slope + theta, q = gamma + (bestSlope - slope) + gamma;
        double r = p / q;
        if (r < 0 && gamma != 0) return alpha + r * (bestStep - alpha);
        return alpha > bestStep ? most : least;
    }
}

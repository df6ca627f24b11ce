package dev.thalweg.minimize;

import java.util.Arrays;
import java.util.Map;

/// A descent that chooses a direction, and then how far to go along it.
abstract class LineDescent extends Descent {
    private final LineSearch search;
    final double[] direction;
    /// The last step, and how the gradient changed over it.
    final double[] s;

    final double[] y;

    LineDescent(Objective f, double[] start, double c2) {
        super(f, start);
        search = new LineSearch(start.length, 1e-4, c2);
        direction = new double[start.length];
        s = new double[start.length];
        y = new double[start.length];
    }

    /// Writes the direction to go.
    ///
    /// @return the step along it to try first
    abstract double aim();

    /// Takes the last step, `s` and `y`, into what is remembered of the function.
    ///
    /// @param length the step's length, in units of the direction
    abstract void learn(double length);

    /// Forgets all but the present point.
    ///
    /// @return whether there was anything to forget
    abstract boolean forget();

    @Override
    final boolean advance() {
        while (true) {
            double first = aim();
            double slope = Dense.dot(g, direction);
            if (slope < 0 && search.search(f, x, value, slope, direction, first)) {
                Dense.sum(search.x, -1, x, s);
                Dense.sum(search.g, -1, g, y);
                // The search's arrays are written to again.
                System.arraycopy(search.x, 0, x, 0, x.length);
                System.arraycopy(search.g, 0, g, 0, g.length);
                value = search.value;
                learn(search.step);
                return true;
            }
            if (!forget()) return fail();
        }
    }

    private boolean fail() {
        if (search.unbounded)
            return fail(Reason.NOT_FINITE, "the function has no lower bound: it fell to -Infinity along the direction");
        if (search.notFinite)
            return fail(
                    Reason.NOT_FINITE,
                    "the value or gradient is not finite however short the step along the direction; the point is the"
                            + " last good one");
        return fail(
                Reason.LINE_SEARCH_FAILED,
                "no step against the gradient, of norm %.3g, lowers the value by what double precision can tell: this is as far as it goes,"
                                .formatted(gradientNorm())
                        + " unless the gradient is wrong or the function has a kink here");
    }

    /// Against the gradient, at first for a length of 1 at most.
    final double steepest() {
        Dense.scaled(-1, g, direction);
        return Math.min(1, 1 / Dense.norm(g));
    }

    @Override
    void remember(Map<String, double[]> memory) {
        memory.put("s", s);
        memory.put("y", y);
    }

    @Override
    void recall(Map<String, double[]> memory) {
        copy(memory, "s", s);
        copy(memory, "y", y);
        Arrays.fill(direction, 0);
    }
}

package dev.thalweg.minimize;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A descent that chooses a direction, and then how far to go along it.
abstract class LineDescent extends Descent {
    private final LineSearch search;
    final double[] direction;
    /// The last step, and how the gradient changed over it.
    final double[] s;

    final double[] y;

    LineDescent(Objective f, double[] start, double c2) {
        this(f, start, c2, null);
    }

    /// @param bounds that `start` and the direction keep within
    LineDescent(Objective f, double[] start, double c2, @Nullable Bounds bounds) {
        super(f, start);
        search = new LineSearch(1e-4, c2, bounds);
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
            if (slope < 0 && search.search(this, slope, direction, first)) {
                Dense.sum(there, -1, x, s);
                Dense.sum(gradientThere, -1, g, y);
                go(search.value);
                learn(search.step);
                return true;
            }
            if (!forget()) return failSearch(search.notFinite, search.unbounded);
        }
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

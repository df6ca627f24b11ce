package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.util.List;

/// The small problem that `pytorch.py` gave PyTorch, in the same letters.
final class PyTorch {
    static final int STEPS = 12;
    static final float[] START = {1.5f, -0.75f, 0, 0.125f, -2};
    private static final float[] FLIPPING = {1, -2, 0, 0, 3};
    private static final float[] STEADY = {0.25f, 0.125f, 0, -1, 0};

    private PyTorch() {}

    static float[] gradient(int t) {
        var gradient = new float[START.length];
        for (int i = 0; i < gradient.length; i++)
            gradient[i] = (t % 2 == 0 ? 1 : -1) * (1 + t % 3) / 4f * FLIPPING[i] + STEADY[i];
        return gradient;
    }

    static float rate(int t) {
        return t < 6 ? 0.1f : 0.01f;
    }

    /// Compares the parameters after step `t`, counted from 0.
    static void check(String name, int t, FlatVector theta) {
        var expected = Golden.PYTORCH.get(name);
        for (int i = 0; i < START.length; i++)
            assertThat((double) theta.get(i))
                    .as("%s: parameter %s at step %s", name, i, t)
                    .isCloseTo(expected[t * START.length + i], within(2e-6));
    }

    /// The elements of a matrix before the first step, row by row.
    static float[] start(int rows, int columns) {
        var start = new float[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++) start[i * columns + j] = ((5 * i + 2 * j) % 7 - 3) / 4f;
        return start;
    }

    static float[] gradient(int rows, int columns, int t) {
        var gradient = new float[rows * columns];
        for (int i = 0; i < rows; i++)
            for (int j = 0; j < columns; j++)
                gradient[i * columns + j] =
                        (t % 2 == 0 ? 1 : -1) * ((7 * i * i + 3 * j + i * j * t + 5 * t) % 11 - 5) / 8f
                                + (i == j ? 1 : 0);
        return gradient;
    }

    /// Takes the twelve steps with a matrix and compares after each.
    static void follow(String name, FirstOrder rule, Decay decay, int rows, int columns, double allowed) {
        try (var arena = Arena.ofConfined()) {
            var builder = new Layout.Builder();
            builder.add("fc.weight", Shape.of(rows, columns), Role.WEIGHT);
            var optimizer = new Optimizer(
                    rule, builder.build(), List.of(Group.everything(decay)), new Clip.None(), Workers.SERIAL, arena);
            var theta = FlatVector.of(start(rows, columns), arena);
            var expected = Golden.PYTORCH.get(name);
            int n = rows * columns;
            for (int t = 0; t < STEPS; t++) {
                optimizer.step(theta, FlatVector.of(gradient(rows, columns, t), arena), t + 1, rate(t));
                for (int i = 0; i < n; i++)
                    assertThat((double) theta.get(i))
                            .as("%s: element %s at step %s", name, i, t)
                            .isCloseTo(expected[t * n + i], within(allowed));
            }
        }
    }
}

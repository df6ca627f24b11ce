package dev.thalweg.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.tensor.FlatVector;

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
}

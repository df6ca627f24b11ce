package dev.thalweg.bench.breeze;

import dev.thalweg.minimize.Lbfgs;
import dev.thalweg.minimize.Stop;

/// [Lbfgs] as it comes.
final class Ours implements Way {
    @Override
    public End minimize(Clocked f, double[] start, int history) {
        var result = new Lbfgs(history).minimize(f, start, Stop.DEFAULT.withGradientNorm(GRADIENT_NORM));
        return new End(result.iterations(), result.value(), result.gradientNorm());
    }
}

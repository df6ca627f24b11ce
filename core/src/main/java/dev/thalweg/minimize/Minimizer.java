package dev.thalweg.minimize;

import dev.thalweg.optim.Rule;
import dev.thalweg.optim.Usual;
import dev.thalweg.tensor.KindName;

/// A way to minimize: a record of settings. What it does is a [Descent].
public sealed interface Minimizer extends Rule
        permits GradientDescent, ConjugateGradient, Newton, NewtonCg, Bfgs, Lbfgs, LbfgsB, OwlQn {

    /// A descent from `start`. The function is evaluated there when the first question asks for it.
    ///
    /// @throws IllegalArgumentException if `start` holds no number or one that is not finite, or has more
    ///     numbers than this way can do with or Java's memory holds, or not as many as there are bounds, or
    ///     if the function's precision is none
    Descent start(Objective f, double... start);

    /// Goes down from `start` until the gradient's norm is 10⁻⁵, see [Stop#DEFAULT].
    ///
    /// @throws IllegalArgumentException as [#start] does
    default Result minimize(Objective f, double... start) {
        return minimize(f, start, Stop.DEFAULT);
    }

    /// Goes down from `start`.
    ///
    /// @throws IllegalArgumentException as [#start] does
    default Result minimize(Objective f, double[] start, Stop stop) {
        return start(f, start).run(stop, descent -> {});
    }

    /// A minimizer finds its own way: there is no rate.
    @Override
    default Usual usual() {
        return new Usual(1);
    }

    /// The name on command lines and in recipes: `lbfgs`, `newton-cg`.
    @Override
    default String name() {
        return KindName.of(getClass());
    }
}

package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.MatrixProducts.Form;
import dev.thalweg.tensor.MatrixProducts.Product;
import dev.thalweg.tensor.Require;
import java.lang.foreign.MemorySegment;

/// Brings all singular values of a matrix near to 1 and leaves its singular vectors as they are, by products of
/// matrices alone: the quintic iteration of Jordan et al. (2024), "Muon: An optimizer for hidden layers in
/// neural networks" (https://kellerjordan.github.io/posts/muon/), after Newton & Schulz.
///
///     X ← M / (‖M‖ + ε)                      ‖·‖ is Frobenius's norm
///     X ← a X + b (X Xᵀ) X + c (X Xᵀ)² X      as often as `steps` says
///
/// For M = U S Vᵀ the result is U p(p(…p(S/‖M‖))) Vᵀ with p(s) = a s + b s³ + c s⁵. The usual coefficients are
/// steep at 0 and do not converge: after five steps everything above a hundredth or so of ‖M‖ lies between 0.68
/// and 1.14, which is as good as 1 for the purpose. (1.875, −1.25, 0.375) converges to 1, in more steps.
///
/// A matrix with more rows than columns is multiplied from the other side, so that X Xᵀ is the smaller square.
/// PyTorch, Keras and airbench do the same, PyTorch and airbench in bf16; here in float32. PyTorch
/// divides by the greater of ‖M‖ and ε.
///
/// @param steps how often, from 1 to 99
/// @param a of X
/// @param b of X Xᵀ X
/// @param c of (X Xᵀ)² X
/// @param epsilon ε, keeps a gradient of 0 at 0
public record NewtonSchulz(int steps, double a, double b, double c, double epsilon) {

    public NewtonSchulz {
        Require.that(1 <= steps && steps < 100, "NewtonSchulz.steps must be from 1 to 99, got %s", steps);
        Check.finite("NewtonSchulz.a", a);
        Check.finite("NewtonSchulz.b", b);
        Check.finite("NewtonSchulz.c", c);
        Check.epsilon("NewtonSchulz.epsilon", epsilon);
    }

    /// Jordan's coefficients.
    public NewtonSchulz(int steps, double epsilon) {
        this(steps, 3.4445, -4.775, 2.0315, epsilon);
    }

    /// Jordan's settings, and PyTorch's.
    public NewtonSchulz() {
        this(5, 1e-7);
    }

    /// Prepares the iteration for matrices of these extents. Takes the vectors 0 to 3 of `scratch`.
    Prepared prepare(int rows, int columns, Scratch scratch) {
        return new Prepared(this, rows, columns, scratch);
    }

    /// The iteration for one worker's matrices of one size.
    static final class Prepared {
        private static final int FROM = 0;
        private static final int TO = 1;
        private static final int GRAM = 2;
        private static final int FACTOR = 3;

        private final NewtonSchulz iteration;
        private final Scratch scratch;
        private final boolean wide;
        private final int side;
        private final Product gram;
        private final Product square;
        private final Product multiply;

        private Prepared(NewtonSchulz iteration, int rows, int columns, Scratch scratch) {
            this.iteration = iteration;
            this.scratch = scratch;
            wide = rows <= columns;
            side = Math.min(rows, columns);
            scratch.reserve(FROM, (long) rows * columns);
            scratch.reserve(TO, (long) rows * columns);
            scratch.reserve(GRAM, (long) side * side);
            scratch.reserve(FACTOR, (long) side * side);
            gram = scratch.product(
                    wide
                            ? Form.of(side, columns, side).turnRight()
                            : Form.of(side, rows, side).turnLeft());
            square = scratch.product(Form.of(side, side, side).mixed(iteration.c, iteration.b));
            multiply = scratch.product(wide ? Form.of(side, side, columns) : Form.of(rows, side, side));
        }

        /// Where the matrix is to stand, divided by its norm plus ε.
        FlatVector matrix() {
            return scratch.vector(FROM);
        }

        /// The result, which takes the matrix's place or another. Does not allocate.
        FlatVector run() {
            FlatVector x = scratch.vector(FROM), next = scratch.vector(TO);
            FlatVector gram = scratch.vector(GRAM), factor = scratch.vector(FACTOR);
            for (int i = 0; i < iteration.steps; i++) {
                this.gram.apply(x, 0, x, 0, gram, 0);
                // factor = a I + b G + c G², by which X is multiplied.
                MemorySegment.copy(gram.segment(), 0, factor.segment(), 0, (long) side * side * Float.BYTES);
                square.apply(gram, 0, gram, 0, factor, 0);
                for (long k = 0; k < side; k++) {
                    long at = k * side + k;
                    factor.set(at, (float) (factor.get(at) + iteration.a));
                }
                if (wide) multiply.apply(factor, 0, x, 0, next, 0);
                else multiply.apply(x, 0, factor, 0, next, 0);
                var before = x;
                x = next;
                next = before;
            }
            return x;
        }
    }
}

package dev.thalweg.optim;

import dev.thalweg.tensor.EigenBasis;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.MatrixProducts.Form;
import dev.thalweg.tensor.MatrixProducts.Product;
import dev.thalweg.tensor.OrthogonalFactor;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Simd;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// SOAP, Shampoo with Adam in the preconditioner's eigenbasis (Vyas et al., 2024, arXiv:2409.11321, algorithm 3),
/// as the authors' program has it.
///
///     G′ = Qₗᵀ G Qᵣ
///     M ← β₁ M + (1 − β₁) G′                   V ← β₂ V + (1 − β₂) G′ ⊙ G′
///     N = Qₗ (M / (√V + ε)) Qᵣᵀ
///     θ ← (1 − αλ) θ − α √(1 − β₂ᵗ) / (1 − β₁ᵗ) · N
///     L ← β₃ L + (1 − β₃) G Gᵀ                 R ← β₃ R + (1 − β₃) Gᵀ G
///     each k steps:  Qₗ ← orthogonal factor of L Qₗ      Qᵣ ← orthogonal factor of R Qᵣ
///
/// Adam scales each parameter by itself, as though their gradients had nothing to do with each other. L and R
/// say which combinations of a weight's outputs, and of its inputs, move together; SOAP turns the matrix to
/// these axes, lets Adam work there, and turns back. A refresh is one step of the power method: the axes are
/// sorted by Qᵀ L Q, V with them, and M, which is kept turned, is turned back and forth.
///
/// The first gradient of a tensor only fills L and R, whose eigenvectors are the first axes; nothing moves, so
/// that no step is seen in axes of its own making. t counts the steps after it. ε stands where Keras has it
/// ([Adam.Form#EPSILON_HAT]); the paper leaves out the corrections and puts ε under the root.
///
/// A weight of rank two and more is a matrix (out, rest), convolutions' included, where the program by
/// default turns each extent of a convolution by itself, kernels' three by three too. Extents above `largest`
/// keep their axes. So do biases and normalizations: they are trained by Adam, from the second step on.
/// No library of PyTorch's, Keras's or optax's own has the rule yet.
///
/// With extents m and n a step takes about 6 (m²n + mn²) floating-point operations, and a refresh 4 n³ and more for
/// each side, by the worker that has the tensor; the first step finds eigenvectors, in a second or two for a thousand
/// rows.
///
/// Memory: 8 bytes per parameter and 8 (m² + n²) per matrix: 24 bytes per parameter of a square one; room for
/// three copies of the largest matrix, and 12 bytes per element of the largest square, with each worker.
///
/// @param beta1 β₁, the share of M that survives a step
/// @param beta2 β₂, the share of V that survives a step
/// @param shampooBeta β₃, the share of L and R that survives a step
/// @param epsilon ε, keeps the denominator from 0
/// @param every k, steps between refreshes of the axes
/// @param largest extent that is turned; 0 for none, which is Adam
public record Soap(double beta1, double beta2, double shampooBeta, double epsilon, int every, int largest)
        implements Tensorwise {

    private static final String LEFT = "left";
    private static final String RIGHT = "right";
    private static final String SEEN = "seen";

    public Soap {
        Check.decayRate("Soap.beta1", beta1);
        Check.decayRate("Soap.beta2", beta2);
        Check.decayRate("Soap.shampooBeta", shampooBeta);
        Check.epsilon("Soap.epsilon", epsilon);
        Require.that(every >= 1, "Soap.every must be at least 1, got %s", every);
        Require.that(largest >= 0, "Soap.largest must be at least 0, got %s", largest);
    }

    /// The authors' settings, but for `largest`, which they have at 10,000: what a GPU can do.
    public Soap() {
        this(0.95, 0.95, 0.95, 1e-8, 10, 1024);
    }

    @Override
    public Usual usual() {
        return new Usual(3e-3, Decay.decoupled(0.01));
    }

    private static boolean isMatrix(Parameter parameter) {
        return parameter.role() == Role.WEIGHT && parameter.shape().rank() >= 2;
    }

    private static int rows(Parameter parameter) {
        return parameter.shape().dim(0);
    }

    private static int columns(Parameter parameter) {
        return Math.toIntExact(parameter.size() / rows(parameter));
    }

    /// Whether an extent of a matrix is turned. One of 1 has one axis.
    private boolean turns(int extent) {
        return 1 < extent && extent <= largest;
    }

    @Override
    public Memory start(Layout layout, Arena arena) {
        Layout.Builder left = new Layout.Builder(), right = new Layout.Builder(), seen = new Layout.Builder();
        for (var parameter : layout) {
            if (!parameter.role().trained()) continue;
            seen.add(parameter.name(), Shape.of(2), parameter.role());
            if (!isMatrix(parameter)) continue;
            addSquare(left, parameter, rows(parameter));
            addSquare(right, parameter, columns(parameter));
        }
        return new Memory.Builder()
                .add("m", FlatVector.allocate(layout.length(), arena))
                .add("v", FlatVector.allocate(layout.length(), arena))
                .part(LEFT, left.build(), squares(left.build(), arena))
                .part(RIGHT, right.build(), squares(right.build(), arena))
                .part(SEEN, seen.build(), Memory.zeros(seen.build().length(), List.of("gradients"), arena))
                .build();
    }

    private void addSquare(Layout.Builder builder, Parameter parameter, int extent) {
        if (turns(extent)) builder.add(parameter.name(), Shape.of(extent, extent), parameter.role());
    }

    private static Memory squares(Layout layout, Arena arena) {
        return Memory.zeros(layout.length(), List.of("average", "basis"), arena);
    }

    @Override
    public Update prepare(Parameter parameter, Layout layout, Memory memory, Scratch scratch) {
        return new Tensor(this, parameter, memory, scratch);
    }

    /// The gradient, and later the direction.
    private static final int GRADIENT = 0;
    /// Turned on one side.
    private static final int HALF = 1;
    /// Turned on both.
    private static final int TURNED = 2;
    /// L Qₗ or R Qᵣ.
    private static final int POWER = 3;

    /// One tensor.
    private static final class Tensor implements Update {
        private final Soap rule;
        private final Scratch scratch;
        private final long offset;
        private final long size;
        private final FlatVector m;
        private final FlatVector v;
        private final Memory seen;
        private final int count;
        private final @Nullable Side left;
        private final @Nullable Side right;

        Tensor(Soap rule, Parameter parameter, Memory memory, Scratch scratch) {
            this.rule = rule;
            this.scratch = scratch;
            offset = parameter.offset();
            size = parameter.size();
            m = memory.vector(0);
            v = memory.vector(1);
            m.requireRange(offset, offset + size);
            v.requireRange(offset, offset + size);
            var part = memory.part(SEEN);
            seen = part.memory();
            count = Math.toIntExact(part.layout().get(parameter.name()).offset() / 2);
            for (int k : new int[] {GRADIENT, HALF, TURNED}) scratch.reserve(k, size);
            boolean matrix = isMatrix(parameter);
            left = matrix && rule.turns(rows(parameter))
                    ? new Side(rule, true, parameter, memory.part(LEFT), scratch)
                    : null;
            right = matrix && rule.turns(columns(parameter))
                    ? new Side(rule, false, parameter, memory.part(RIGHT), scratch)
                    : null;
        }

        @Override
        public void apply(FlatVector theta, FlatVector gradient, Terms terms) {
            var g = scratch.vector(GRADIENT);
            Strips.gradient(theta, gradient, offset, offset + size, g, terms);
            double t = seen.kept(0, count);
            if (t == 0) {
                average(g);
                if (left != null) left.begin();
                if (right != null) right.begin();
            } else {
                var turned = scratch.vector(TURNED);
                turn(g, 0, turned, 0, false);
                average(g);
                for (long from = 0, to; from < size; from = to) {
                    to = Math.min(size, from + Elementwise.STRIDE);
                    adapt(turned, from, to);
                }
                turn(turned, 0, g, 0, true);
                double correction = Math.sqrt(1 - Math.pow(rule.beta2, t)) / (1 - Math.pow(rule.beta1, t));
                double rate = terms.learningRate * correction;
                Strips.move(theta, offset, offset + size, terms.kept(), g, rate, terms);
                if (t % rule.every == 0) refresh();
            }
            seen.keep(0, count, t + 1);
        }

        private void average(FlatVector g) {
            if (left != null) left.average(g);
            if (right != null) right.average(g);
        }

        /// Qₗᵀ X Qᵣ, or back: Qₗ X Qᵣᵀ.
        private void turn(FlatVector x, long at, FlatVector target, long targetAt, boolean back) {
            if (left != null && right != null) {
                var half = scratch.vector(HALF);
                left.turn(x, at, half, 0, back);
                right.turn(half, 0, target, targetAt, back);
            } else if (left != null) left.turn(x, at, target, targetAt, back);
            else if (right != null) right.turn(x, at, target, targetAt, back);
            else Strips.copy(x, at, target, targetAt, size);
        }

        /// M, V, and M / (√V + ε) in place of G′, for its elements [from, to).
        private void adapt(FlatVector turned, long from, long to) {
            float keep1 = (float) rule.beta1, fresh1 = (float) (1 - rule.beta1);
            float keep2 = (float) rule.beta2, fresh2 = (float) (1 - rule.beta2);
            float epsilon = (float) rule.epsilon;
            long i = Simd.AVAILABLE
                    ? Wide.adapt(m, v, offset, turned, from, to, keep1, fresh1, keep2, fresh2, epsilon)
                    : from;
            for (; i < to; i++) {
                long own = i + offset;
                float g = turned.get(i);
                float first = m.get(own) * keep1 + g * fresh1;
                float second = v.get(own) * keep2 + g * g * fresh2;
                m.set(own, first);
                v.set(own, second);
                turned.set(i, first / ((float) Math.sqrt(second) + epsilon));
            }
        }

        private void refresh() {
            if (left == null && right == null) return;
            var straight = scratch.vector(TURNED);
            turn(m, offset, straight, 0, true);
            if (left != null) left.refresh(v, offset);
            if (right != null) right.refresh(v, offset);
            turn(straight, 0, m, offset, false);
        }
    }

    /// One side of a matrix: L and Qₗ, or R and Qᵣ. The axes are the columns of Q.
    private static final class Side {
        private final boolean left;
        private final Scratch scratch;
        private final int rows;
        private final int columns;
        private final int n;
        private final long at;
        private final FlatVector average;
        private final FlatVector basis;
        private final Product gather;
        private final Product there;
        private final Product back;
        private final Product power;
        private final EigenBasis eigen;
        private final OrthogonalFactor factor;
        private final double[] estimates;
        private final int[] order;

        Side(Soap rule, boolean left, Parameter parameter, Memory.Part part, Scratch scratch) {
            this.left = left;
            this.scratch = scratch;
            rows = rows(parameter);
            columns = columns(parameter);
            n = left ? rows : columns;
            at = part.layout().get(parameter.name()).offset();
            average = part.memory().vector(0);
            basis = part.memory().vector(1);
            double keep = rule.shampooBeta;
            var square = left
                    ? Form.of(rows, columns, rows).turnRight()
                    : Form.of(columns, rows, columns).turnLeft();
            gather = scratch.product(square.mixed(1 - keep, keep));
            var plain = left ? Form.of(n, n, columns) : Form.of(rows, n, n);
            there = scratch.product(left ? plain.turnLeft() : plain);
            back = scratch.product(left ? plain : plain.turnRight());
            power = scratch.product(Form.of(n, n, n));
            eigen = new EigenBasis(n);
            factor = new OrthogonalFactor(n);
            estimates = new double[n];
            order = new int[n];
            scratch.reserve(POWER, (long) n * n);
            scratch.reserveSquare(n);
        }

        void average(FlatVector g) {
            gather.apply(g, 0, g, 0, average, at);
        }

        void turn(FlatVector x, long xAt, FlatVector target, long targetAt, boolean returning) {
            var product = returning ? back : there;
            if (left) product.apply(basis, at, x, xAt, target, targetAt);
            else product.apply(x, xAt, basis, at, target, targetAt);
        }

        /// The first axes: eigenvectors.
        void begin() {
            double[][] a = scratch.square();
            for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) a[i][j] = average.get(at + (long) i * n + j);
            eigen.of(a, n);
            for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) basis.set(at + (long) i * n + j, (float) a[j][i]);
        }

        /// New axes by one step of the power method, in the order of what the old ones make of the average; `v`
        /// follows them.
        void refresh(FlatVector v, long vAt) {
            var product = scratch.vector(POWER);
            power.apply(average, at, basis, at, product, 0);
            estimate(product);
            sort();
            double[][] a = scratch.square();
            for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) a[i][j] = product.get((long) i * n + order[j]);
            factor.of(a, n);
            for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) basis.set(at + (long) i * n + j, (float) a[i][j]);
            rearrange(v, vAt);
        }

        /// The diagonal of Qᵀ (L Q).
        private void estimate(FlatVector product) {
            for (int j = 0; j < n; j++) estimates[j] = 0;
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) {
                    long k = (long) i * n + j;
                    estimates[j] += (double) basis.get(at + k) * product.get(k);
                }
        }

        /// Which axis comes where, the greatest estimate first, equals as they were. Most are in their places
        /// from the last time.
        private void sort() {
            for (int j = 0; j < n; j++) {
                int k = j;
                for (; k > 0 && estimates[order[k - 1]] < estimates[j]; k--) order[k] = order[k - 1];
                order[k] = j;
            }
        }

        private void rearrange(FlatVector v, long vAt) {
            var sorted = scratch.vector(GRADIENT);
            for (int i = 0; i < rows; i++) {
                long row = (long) i * columns;
                if (left) Strips.copy(v, vAt + (long) order[i] * columns, sorted, row, columns);
                else for (int j = 0; j < columns; j++) sorted.set(row + j, v.get(vAt + row + order[j]));
            }
            Strips.copy(sorted, 0, v, vAt, (long) rows * columns);
        }
    }

    private static final class Wide {
        static long adapt(
                FlatVector first,
                FlatVector second,
                long offset,
                FlatVector turned,
                long from,
                long to,
                float keep1,
                float fresh1,
                float keep2,
                float fresh2,
                float epsilon) {
            long i = from;
            for (; i + Lanes.WIDTH <= to; i += Lanes.WIDTH) {
                var g = Lanes.load(turned, i);
                var m = Lanes.fade(first, i + offset, keep1, g, fresh1);
                var v = Lanes.fade(second, i + offset, keep2, g.mul(g), fresh2);
                Lanes.store(m.div(v.sqrt().add(epsilon)), turned, i);
            }
            return i;
        }
    }
}

package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Lanes;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Simd;
import dev.thalweg.tensor.Vectors;
import java.lang.foreign.Arena;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.VectorOperators;

/// Adafactor (Shazeer & Stern, 2018, arXiv:1804.04235, algorithms 4 and 5): second moments in the room of
/// one row and one column.
///
///     β = 1 − t^(−decay)                            s = g² + ε₁
///     R ← β R + (1 − β) mean of each row of s        C ← β C + (1 − β) mean of each column of s
///     v = R Cᵀ / mean(R)                             u = g / √v
///     θ ← θ − max(ε₂, RMS(θ)) · min(α, 1/√t) · u / max(1, RMS(u) / d)
///
/// A weight is the matrix (out, all else), and v the best product of a row by a column (in the sense of
/// I-divergence) for what [Adam] would remember one by one; biases and normalizations have a v of their own. No
/// velocity is kept. Steps are relative to the size of the weights, and one whose u is unusually large is
/// shortened.
///
/// PyTorch's `Adafactor` has the same steps and rates, but factors the last two axes of a convolution's four
/// (its 3×3 kernels), where nothing is saved; and it guards against 0 by its ε₁ elsewhere. On matrices the
/// two agree but for that.
///
/// Memory: 4 bytes for each row, column, bias and normalization: a thousandth of the parameters'. Traffic: 24
/// bytes per parameter and step.
///
/// @param decay how fast β approaches 1, in (0, 1]
/// @param epsilon1 ε₁, keeps v from 0
/// @param epsilon2 ε₂, what the size of weights counts for at least
/// @param limit d, the greatest root mean square of a step before it is scaled
public record Adafactor(double decay, double epsilon1, double epsilon2, double limit) implements Tensorwise {
    private static final int ROWS = 0, COLUMNS = 1, VECTORS = 2;

    public Adafactor {
        Require.that(0 < decay && decay <= 1, "Adafactor.decay must be in (0, 1], got %s", decay);
        Check.epsilon("Adafactor.epsilon1", epsilon1);
        Check.epsilon("Adafactor.epsilon2", epsilon2);
        Check.positive("Adafactor.limit", limit);
    }

    /// The paper's settings.
    public Adafactor() {
        this(0.8, 1e-30, 1e-3, 1);
    }

    private static boolean isMatrix(Parameter parameter) {
        return parameter.role() == Role.WEIGHT && parameter.shape().rank() >= 2;
    }

    private static long rows(Parameter parameter) {
        return parameter.shape().dim(0);
    }

    private static long columns(Parameter parameter) {
        return parameter.size() / rows(parameter);
    }

    /// Where what is remembered of `parameter` begins: behind that of all before it.
    private static long place(Layout layout, Parameter parameter, int vector) {
        long place = 0;
        for (var other : layout) {
            if (other.equals(parameter)) return place;
            place += room(other, vector);
        }
        return place;
    }

    private static long room(Parameter parameter, int vector) {
        if (!parameter.role().trained()) return 0;
        boolean matrix = isMatrix(parameter);
        return switch (vector) {
            case ROWS -> matrix ? rows(parameter) : 0;
            case COLUMNS -> matrix ? columns(parameter) : 0;
            default -> matrix ? 0 : parameter.size();
        };
    }

    @Override
    public Memory start(Layout layout, Arena arena) {
        var builder = new Memory.Builder();
        String[] names = {"rows", "columns", "squares"};
        for (int k = 0; k < names.length; k++) {
            long length = 0;
            for (var parameter : layout) length += room(parameter, k);
            builder.add(names[k], FlatVector.allocate(length, arena));
        }
        return builder.build();
    }

    @Override
    public Usual usual() {
        return new Usual(0.01);
    }

    @Override
    public Update prepare(Parameter parameter, Layout layout, Memory memory, Scratch scratch) {
        return isMatrix(parameter)
                ? new Matrix(this, parameter, layout, memory, scratch)
                : vector(parameter, memory.vector(VECTORS), place(layout, parameter, VECTORS), scratch);
    }

    /// A bias or the like, with second moments of its own from `at` on.
    private Update vector(Parameter parameter, FlatVector squares, long at, Scratch scratch) {
        long n = parameter.size(), offset = parameter.offset();
        scratch.reserve(COLUMN_SUMS, n);
        return (theta, gradient, terms) -> {
            var u = scratch.vector(COLUMN_SUMS);
            double beta = beta(terms), sum = 0;
            for (long i = 0; i < n; i++) {
                double g = terms.gradient(gradient.get(offset + i), theta.get(offset + i));
                double v = beta * squares.get(at + i) + (1 - beta) * (g * g + epsilon1);
                squares.set(at + i, (float) v);
                double step = g / Math.sqrt(v);
                u.set(i, (float) step);
                sum += step * step;
            }
            double rate = rate(theta, offset, offset + n, sum, terms), kept = terms.kept();
            for (long i = 0; i < n; i++)
                theta.set(offset + i, (float) terms.sparse(kept * theta.get(offset + i) - rate * u.get(i)));
        };
    }

    private double beta(Terms terms) {
        return 1 - Math.pow((double) terms.step, -decay);
    }

    /// What u is multiplied by.
    ///
    /// @param squares Σ u²
    private double rate(FlatVector theta, long from, long to, double squares, Terms terms) {
        double n = to - from;
        double size = Math.sqrt(Vectors.squaredNorm(theta, from, to) / n);
        double relative = Math.min(terms.learningRate, 1 / Math.sqrt((double) terms.step)) * Math.max(epsilon2, size);
        return relative / Math.max(1, Math.sqrt(squares / n) / limit);
    }

    /// Column sums of a matrix; u of a vector.
    private static final int COLUMN_SUMS = 0;

    /// One matrix, gone through three times: for s, for Σ u², and for the step, so that u need not be kept.
    private static final class Matrix implements Update {
        private final Adafactor rule;
        private final long offset;
        private final long end;
        private final long columns;
        private final long height;
        private final FlatVector r;
        private final FlatVector c;
        private final long rowAt;
        private final long columnAt;
        private final Scratch scratch;
        private final Stretch gather = this::gather;
        private final Stretch measure = this::measure;
        private final Stretch move = this::move;

        // Of the pass that is under way.
        private double beta;
        private double row;
        private double sum;
        private double mean;
        private double rate;
        private double kept;

        /// What is done to elements [from, to) of one row, which begin in column `column`.
        private interface Stretch {
            void apply(FlatVector theta, FlatVector prepared, long from, long to, long i, long column, Terms terms);
        }

        Matrix(Adafactor rule, Parameter parameter, Layout layout, Memory memory, Scratch scratch) {
            this.rule = rule;
            this.scratch = scratch;
            offset = parameter.offset();
            end = parameter.end();
            height = rows(parameter);
            columns = columns(parameter);
            r = memory.vector(ROWS);
            c = memory.vector(COLUMNS);
            rowAt = place(layout, parameter, ROWS);
            columnAt = place(layout, parameter, COLUMNS);
            scratch.reserve(COLUMN_SUMS, columns);
        }

        @Override
        public void apply(FlatVector theta, FlatVector gradient, Terms terms) {
            var factors = scratch.vector(COLUMN_SUMS);
            for (long j = 0; j < columns; j++) factors.set(j, 0);
            beta = rule.beta(terms);
            row = sum = 0;
            each(gather, theta, gradient, terms);
            mean = sum / height;
            for (long j = 0; j < columns; j++) {
                double average = beta * c.get(columnAt + j) + (1 - beta) * factors.get(j) / height;
                c.set(columnAt + j, (float) average);
                factors.set(j, (float) (1 / Math.sqrt(average)));
            }
            sum = 0;
            each(measure, theta, gradient, terms);
            rate = rule.rate(theta, offset, end, sum, terms);
            kept = terms.kept();
            each(move, theta, gradient, terms);
        }

        private void each(Stretch stretch, FlatVector theta, FlatVector gradient, Terms terms) {
            for (long from = offset, to; from < end; from = to) {
                to = Math.min(end, (from / Elementwise.STRIDE + 1) * Elementwise.STRIDE);
                var prepared = Gradients.prepare(gradient, theta, from, to, terms);
                long i = (from - offset) / columns, begin = offset + i * columns;
                for (long at = from, next; at < to; at = next, i++, begin += columns) {
                    next = Math.min(to, begin + columns);
                    stretch.apply(theta, prepared, at, next, i, at - begin, terms);
                }
            }
        }

        /// s, added to the sum of its row and to those of its columns.
        private void gather(FlatVector theta, FlatVector g, long from, long to, long i, long column, Terms terms) {
            var sums = scratch.vector(COLUMN_SUMS);
            long wide = wide(from, to);
            float epsilon = (float) rule.epsilon1;
            if (wide > from) row += Wide.gather(g, from + terms.ahead, sums, column, wide - from, epsilon);
            for (long k = wide; k < to; k++) {
                float x = g.get(k + terms.ahead), s = x * x + epsilon;
                long j = column + k - from;
                sums.set(j, sums.get(j) + s);
                row += s;
            }
            if (column + to - from < columns) return;
            double average = beta * r.get(rowAt + i) + (1 - beta) * row / columns;
            r.set(rowAt + i, (float) average);
            sum += average;
            row = 0;
        }

        /// Multiplies the gradient before the column's factor does: both may be large where it is 0.
        private float factor(long i) {
            return (float) Math.sqrt(mean / r.get(rowAt + i));
        }

        private void measure(FlatVector theta, FlatVector g, long from, long to, long i, long column, Terms terms) {
            var factors = scratch.vector(COLUMN_SUMS);
            float factor = factor(i);
            long wide = wide(from, to);
            if (wide > from) sum += Wide.measure(g, from + terms.ahead, factors, column, wide - from, factor);
            for (long k = wide; k < to; k++) {
                double u = g.get(k + terms.ahead) * factor * factors.get(column + k - from);
                sum += u * u;
            }
        }

        private void move(FlatVector theta, FlatVector g, long from, long to, long i, long column, Terms terms) {
            var factors = scratch.vector(COLUMN_SUMS);
            float factor = factor(i), kept = (float) this.kept, rate = (float) this.rate;
            long wide = wide(from, to);
            if (wide > from) Wide.move(theta, from, g, terms.ahead, factors, column, wide, factor, kept, rate);
            for (long k = wide; k < to; k++) {
                float u = g.get(k + terms.ahead) * factor * factors.get(column + k - from);
                theta.set(k, theta.get(k) * kept - u * rate);
            }
            if (terms.decoupledL1 > 0)
                for (long k = from; k < to; k++) theta.set(k, (float) terms.sparse(theta.get(k)));
        }

        /// Where whole registers from `from` on end.
        private static long wide(long from, long to) {
            return Simd.AVAILABLE ? Wide.end(from, to) : from;
        }
    }

    private static final class Wide {
        static long end(long from, long to) {
            return to - (to - from) % Lanes.WIDTH;
        }

        /// @return Σ s
        static double gather(FlatVector g, long at, FlatVector sums, long column, long count, float epsilon) {
            var low = Lanes.zeros();
            var high = Lanes.zeros();
            for (long k = 0; k < count; k += Lanes.WIDTH) {
                var x = Lanes.load(g, at + k);
                var s = x.mul(x).add(epsilon);
                Lanes.store(Lanes.load(sums, column + k).add(s), sums, column + k);
                low = low.add((DoubleVector) s.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0));
                high = high.add((DoubleVector) s.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 1));
            }
            double[] room = Lanes.room();
            low.add(high).intoArray(room, 0);
            return Lanes.sum(room);
        }

        /// @return Σ u²
        static double measure(FlatVector g, long at, FlatVector factors, long column, long count, float factor) {
            var low = Lanes.zeros();
            var high = Lanes.zeros();
            for (long k = 0; k < count; k += Lanes.WIDTH) {
                var u = Lanes.load(g, at + k)
                        .mul(Lanes.load(factors, column + k).mul(factor));
                var a = (DoubleVector) u.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 0);
                var b = (DoubleVector) u.convertShape(VectorOperators.F2D, Lanes.DOUBLES, 1);
                low = low.add(a.mul(a));
                high = high.add(b.mul(b));
            }
            double[] room = Lanes.room();
            low.add(high).intoArray(room, 0);
            return Lanes.sum(room);
        }

        static void move(
                FlatVector theta,
                long from,
                FlatVector g,
                long ahead,
                FlatVector factors,
                long column,
                long to,
                float factor,
                float kept,
                float rate) {
            for (long k = from; k < to; k += Lanes.WIDTH) {
                var u = Lanes.load(g, k + ahead).mul(factor).mul(Lanes.load(factors, column + k - from));
                Lanes.store(Lanes.load(theta, k).mul(kept).sub(u.mul(rate)), theta, k);
            }
        }
    }
}

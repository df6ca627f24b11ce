package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Vectors;
import java.lang.foreign.Arena;

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
/// Memory: 4 bytes for each row, column, bias and normalization: a thousandth of the parameters'. Traffic: 32
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
        Check.positive("Adafactor.epsilon1", epsilon1);
        Check.positive("Adafactor.epsilon2", epsilon2);
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
        boolean matrix = isMatrix(parameter);
        long n = parameter.size(), rows = matrix ? rows(parameter) : 1, columns = n / rows, offset = parameter.offset();
        scratch.reserve(0, n);
        if (!matrix) {
            long at = place(layout, parameter, VECTORS);
            var squares = memory.vector(VECTORS);
            return (theta, gradient, terms) -> {
                var u = scratch.vector(0);
                double beta = beta(terms), sum = 0;
                for (long i = 0; i < n; i++) {
                    double g = terms.gradient(gradient.get(offset + i), theta.get(offset + i));
                    double v = beta * squares.get(at + i) + (1 - beta) * (g * g + epsilon1);
                    squares.set(at + i, (float) v);
                    double step = g / Math.sqrt(v);
                    u.set(i, (float) step);
                    sum += step * step;
                }
                move(theta, u, offset, n, sum, terms);
            };
        }
        long rowAt = place(layout, parameter, ROWS), columnAt = place(layout, parameter, COLUMNS);
        FlatVector r = memory.vector(ROWS), c = memory.vector(COLUMNS);
        scratch.reserve(1, columns);
        return (theta, gradient, terms) -> {
            FlatVector u = scratch.vector(0), sums = scratch.vector(1);
            double beta = beta(terms), total = 0;
            for (long j = 0; j < columns; j++) sums.set(j, 0);
            for (long i = 0; i < rows; i++) {
                double row = 0;
                for (long j = 0; j < columns; j++) {
                    long k = i * columns + j;
                    double g = terms.gradient(gradient.get(offset + k), theta.get(offset + k)), s = g * g + epsilon1;
                    u.set(k, (float) g);
                    row += s;
                    sums.set(j, (float) (sums.get(j) + s));
                }
                double kept = beta * r.get(rowAt + i) + (1 - beta) * row / columns;
                r.set(rowAt + i, (float) kept);
                total += kept;
            }
            for (long j = 0; j < columns; j++) {
                double kept = beta * c.get(columnAt + j) + (1 - beta) * sums.get(j) / rows;
                c.set(columnAt + j, (float) kept);
                sums.set(j, (float) (1 / Math.sqrt(kept)));
            }
            double mean = total / rows, sum = 0;
            for (long i = 0; i < rows; i++) {
                double scale = Math.sqrt(mean / r.get(rowAt + i));
                for (long j = 0; j < columns; j++) {
                    double step = u.get(i * columns + j) * (scale * sums.get(j));
                    u.set(i * columns + j, (float) step);
                    sum += step * step;
                }
            }
            move(theta, u, offset, n, sum, terms);
        };
    }

    private double beta(Terms terms) {
        return 1 - Math.pow((double) terms.step, -decay);
    }

    /// @param squares Σ u²
    private void move(FlatVector theta, FlatVector u, long offset, long n, double squares, Terms terms) {
        double size = Math.sqrt(Vectors.squaredNorm(theta, offset, offset + n) / n);
        double relative = Math.min(terms.learningRate, 1 / Math.sqrt((double) terms.step)) * Math.max(epsilon2, size);
        double rate = relative / Math.max(1, Math.sqrt(squares / n) / limit), kept = terms.kept();
        for (long i = 0; i < n; i++)
            theta.set(offset + i, (float) terms.sparse(kept * theta.get(offset + i) - rate * u.get(i)));
    }
}

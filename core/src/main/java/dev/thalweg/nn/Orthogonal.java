package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// A random matrix with orthogonal rows of length `gain` or, where it has more rows than columns,
/// orthogonal columns of that length (Saxe, McClelland & Ganguli, 2013, arXiv:1312.6120). A
/// convolution's weight counts as the matrix (out, in · height · width).
///
/// @param gain above 0; √2 for layers before a ReLU
public record Orthogonal(double gain) implements Init.ZeroBias {

    public Orthogonal {
        Require.that(gain > 0 && Double.isFinite(gain), "Orthogonal.gain must be above 0, got %s", gain);
    }

    @Override
    public void fill(FlatVector values, Shape shape, RandomKey key) {
        Require.that(shape.rank() >= 2, "an orthogonal start needs a weight of at least 2 extents, got %s", shape);
        int rows = shape.dim(0);
        int columns = Math.toIntExact(shape.size() / rows);
        boolean wide = rows <= columns;
        double[][] frame = frame(Math.min(rows, columns), Math.max(rows, columns), key);
        for (int r = 0; r < rows; r++)
            for (int c = 0; c < columns; c++)
                values.set((long) r * columns + c, (float) (gain * (wide ? frame[r][c] : frame[c][r])));
    }

    /// `count` orthonormal vectors of `length` elements, uniformly distributed over all such
    /// frames: normal vectors, orthogonalized one after the other (Gram & Schmidt).
    static double[][] frame(int count, int length, RandomKey key) {
        double[][] frame = new double[count][length];
        for (int i = 0; i < count; i++) {
            Normal.fill(frame[i], key.fold(i));
            // Once more than in the textbook: the second pass removes what rounding left.
            for (int pass = 0; pass < 2; pass++)
                for (int j = 0; j < i; j++) add(frame[i], -dot(frame[i], frame[j]), frame[j]);
            double norm = Math.sqrt(dot(frame[i], frame[i]));
            for (int k = 0; k < length; k++) frame[i][k] /= norm;
        }
        return frame;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    private static void add(double[] to, double factor, double[] what) {
        for (int i = 0; i < to.length; i++) to[i] += factor * what[i];
    }
}

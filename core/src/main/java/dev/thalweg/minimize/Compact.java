package dev.thalweg.minimize;

import java.util.Arrays;
import java.util.Map;

/// What the last steps s and changes y of the gradient say of the matrix of second derivatives, in the
/// compact form of Byrd, Nocedal & Schnabel ("Representations of quasi-Newton matrices and their use in
/// limited memory methods", Math. Programming 63, 1994):
///
///     B = θI − W M Wᵀ,   W = [Y θS],   M⁻¹ = [−D Lᵀ; L θSᵀS],
///
/// where D is the diagonal of SᵀY, L what lies below it, and θ = yᵀy / sᵀy of the last step. Steps are
/// kept at the length where sᵀy is 1, which changes nothing of B and makes D the identity. The oldest comes
/// first.
final class Compact {
    private final double[][] s;
    private final double[][] y;
    private final double[][] sy;
    private final double[][] ss;
    /// The lower triangle of Cholesky's, of θSᵀS + LLᵀ.
    private final double[][] root;
    /// The matrix of [#solve].
    private final double[][] inner;

    private final double[] w;
    private final double[] v;
    private int size;
    private double theta = 1;

    Compact(int most, int n) {
        s = new double[most][n];
        y = new double[most][n];
        sy = new double[most][most];
        ss = new double[most][most];
        root = new double[most][most];
        inner = new double[2 * most][2 * most];
        w = new double[2 * most];
        v = new double[2 * most];
    }

    boolean isEmpty() {
        return size == 0;
    }

    double theta() {
        return theta;
    }

    /// Takes a step in, unless the gradient did not grow along it.
    void add(double[] step, double[] change, double precision) {
        double product = Dense.dot(step, change), square = Dense.dot(change, change);
        if (!Dense.curves(step, product, square, precision)) return;
        if (size == s.length) dropFirst();
        double unit = 1 / Math.sqrt(product);
        Dense.scaled(unit, step, s[size]);
        Dense.scaled(unit, change, y[size]);
        theta = square / product;
        size++;
        multiply(size - 1);
    }

    private void dropFirst() {
        size--;
        var firstS = s[0];
        var firstY = y[0];
        System.arraycopy(s, 1, s, 0, size);
        System.arraycopy(y, 1, y, 0, size);
        s[size] = firstS;
        y[size] = firstY;
        for (int i = 0; i < size; i++) {
            System.arraycopy(sy[i + 1], 1, sy[i], 0, size);
            System.arraycopy(ss[i + 1], 1, ss[i], 0, size);
        }
    }

    /// Writes what SᵀY and SᵀS hold of step i and those before it.
    private void multiply(int i) {
        for (int j = 0; j <= i; j++) {
            sy[i][j] = Dense.dot(s[i], y[j]);
            ss[i][j] = ss[j][i] = Dense.dot(s[i], s[j]);
        }
    }

    /// Returns whether there was anything to forget.
    boolean clear() {
        boolean some = size > 0;
        size = 0;
        theta = 1;
        return some;
    }

    /// Prepares [#middle], after the last change and before anything else.
    ///
    /// @return false where roundings have spoilt the matrix
    boolean factor() {
        for (int i = 0; i < size; i++)
            for (int j = 0; j <= i; j++) {
                double sum = theta * ss[i][j];
                for (int k = 0; k < j; k++) sum += sy[i][k] * sy[j][k] - root[i][k] * root[j][k];
                if (i == j && !(sum > 0)) return false;
                root[i][j] = i == j ? Math.sqrt(sum) : sum / root[j][j];
            }
        return true;
    }

    /// Row i of W, of 2m numbers.
    void row(int i, double[] to) {
        for (int k = 0; k < size; k++) {
            to[k] = y[k][i];
            to[size + k] = theta * s[k][i];
        }
    }

    /// to ← Wᵀd
    void transposed(double[] d, double[] to) {
        for (int k = 0; k < size; k++) {
            to[k] = Dense.dot(y[k], d);
            to[size + k] = theta * Dense.dot(s[k], d);
        }
    }

    /// to ← Ma, another array
    void middle(double[] a, double[] to) {
        // (θSᵀS + LLᵀ) to₂ = a₂ + La₁ and to₁ = Lᵀto₂ − a₁
        for (int i = 0; i < size; i++) {
            double sum = a[size + i];
            for (int k = 0; k < i; k++) sum += sy[i][k] * a[k] - root[i][k] * to[size + k];
            to[size + i] = sum / root[i][i];
        }
        for (int i = size - 1; i >= 0; i--) {
            double sum = to[size + i];
            for (int k = i + 1; k < size; k++) sum -= root[k][i] * to[size + k];
            to[size + i] = sum / root[i][i];
        }
        for (int i = 0; i < size; i++) {
            double sum = -a[i];
            for (int k = i + 1; k < size; k++) sum += sy[k][i] * to[size + k];
            to[i] = sum;
        }
    }

    /// aᵀb, of 2m numbers.
    double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < 2 * size; k++) sum += a[k] * b[k];
        return sum;
    }

    /// to ← Bd
    void times(double[] d, double[] to) {
        transposed(d, w);
        middle(w, v);
        Dense.scaled(theta, d, to);
        for (int k = 0; k < size; k++) {
            Dense.add(-v[k], y[k], to);
            Dense.add(-theta * v[size + k], s[k], to);
        }
    }

    /// r ← −B̂⁻¹r, where B̂ is what B holds of the free variables; by the formula of Sherman, Morrison &
    /// Woodbury
    ///
    ///     B̂⁻¹ = I/θ + ZᵀW K⁻¹ WᵀZ/θ²,   K = M⁻¹ − WᵀZZᵀW/θ,
    ///
    /// in which Z picks the free variables.
    ///
    /// @param r 0 where a variable is not free
    /// @return whether it could
    boolean solve(boolean[] free, double[] r) {
        fillInner(free);
        transposed(r, v);
        if (!eliminate(inner, v, 2 * size)) return false;
        Dense.scaled(-1 / theta, r, r);
        for (int k = 0; k < size; k++) {
            Dense.add(-v[k] / (theta * theta), y[k], r);
            Dense.add(-v[size + k] / theta, s[k], r);
        }
        for (int i = 0; i < r.length; i++) if (!free[i]) r[i] = 0;
        return true;
    }

    /// Writes K. Where M⁻¹ and WᵀZZᵀW/θ cancel, what is left is summed over the variables that are not
    /// free: with A to pick those,
    ///
    ///     K = [−D − YᵀZZᵀY/θ, Rᵀ; R, θSᵀAAᵀS],
    ///
    /// where R is SᵀAAᵀY below its diagonal and −SᵀZZᵀY from there on.
    private void fillInner(boolean[] free) {
        for (var row : inner) Arrays.fill(row, 0);
        for (int i = 0; i < free.length; i++) {
            for (int k = 0; k < size; k++) {
                w[k] = y[k][i];
                w[size + k] = s[k][i];
            }
            if (free[i])
                for (int a = 0; a < size; a++) {
                    var yy = inner[a];
                    var sy = inner[size + a];
                    for (int b = 0; b <= a; b++) yy[b] -= w[a] * w[b];
                    for (int b = a; b < size; b++) sy[b] -= w[size + a] * w[b];
                }
            else
                for (int a = 0; a < size; a++) {
                    var row = inner[size + a];
                    for (int b = 0; b < a; b++) row[b] += w[size + a] * w[b];
                    for (int b = 0; b <= a; b++) row[size + b] += w[size + a] * w[size + b];
                }
        }
        for (int a = 0; a < size; a++)
            for (int b = 0; b <= a; b++) {
                inner[a][b] /= theta;
                if (a == b) inner[a][b] -= 1;
                inner[size + a][size + b] *= theta;
                inner[b][a] = inner[a][b];
                inner[size + b][size + a] = inner[size + a][size + b];
            }
        for (int a = 0; a < size; a++) for (int b = 0; b < size; b++) inner[b][size + a] = inner[size + a][b];
    }

    /// b ← a⁻¹b, by Gaussian elimination with the greatest number of a column as pivot.
    ///
    /// @return false where a pivot is zero
    private static boolean eliminate(double[][] a, double[] b, int n) {
        for (int j = 0; j < n; j++) {
            int pivot = j;
            for (int i = j + 1; i < n; i++) if (Math.abs(a[i][j]) > Math.abs(a[pivot][j])) pivot = i;
            if (!(Math.abs(a[pivot][j]) > 0)) return false;
            var row = a[pivot];
            a[pivot] = a[j];
            a[j] = row;
            double swap = b[pivot];
            b[pivot] = b[j];
            b[j] = swap;
            for (int i = j + 1; i < n; i++) {
                double factor = a[i][j] / row[j];
                if (factor == 0) continue;
                for (int k = j + 1; k < n; k++) a[i][k] -= factor * row[k];
                b[i] -= factor * b[j];
            }
        }
        for (int i = n - 1; i >= 0; i--) {
            for (int k = i + 1; k < n; k++) b[i] -= a[i][k] * b[k];
            b[i] /= a[i][i];
        }
        return true;
    }

    void remember(Map<String, double[]> memory) {
        memory.put("history", new double[] {size, theta});
        for (int i = 0; i < s.length; i++) {
            memory.put("history.s." + i, s[i]);
            memory.put("history.y." + i, y[i]);
        }
    }

    void recall(Map<String, double[]> memory) {
        var numbers = new double[2];
        Descent.copy(memory, "history", numbers);
        size = Descent.whole(numbers, 0, "history", 0, s.length);
        theta = numbers[1];
        for (int i = 0; i < s.length; i++) {
            Descent.copy(memory, "history.s." + i, s[i]);
            Descent.copy(memory, "history.y." + i, y[i]);
        }
        for (int i = 0; i < size; i++) multiply(i);
    }
}

package dev.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.tensor.RandomKey;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SymmetricEigenTest {
    private static final double ROOT_HALF = Math.sqrt(0.5);

    /// Along the diagonals of the square.
    @Test
    void solvesTwoByTwoByHand() {
        var eigen = SymmetricEigen.of(new double[][] {{2, 1}, {1, 2}});
        assertThat(eigen.values()).containsExactly(new double[] {3, 1}, within(1e-15));
        assertThat(eigen.vectors()[0]).containsExactly(new double[] {ROOT_HALF, ROOT_HALF}, within(1e-15));
        assertThat(eigen.vectors()[1]).containsExactly(new double[] {ROOT_HALF, -ROOT_HALF}, within(1e-15));
    }

    /// The second difference matrix: 2 + √2, 2, 2 − √2, by det = (2 − λ)((2 − λ)² − 2).
    @Test
    void solvesThreeByThreeByHand() {
        var eigen = SymmetricEigen.of(new double[][] {{2, -1, 0}, {-1, 2, -1}, {0, -1, 2}});
        assertThat(eigen.values()).containsExactly(new double[] {2 + Math.sqrt(2), 2, 2 - Math.sqrt(2)}, within(1e-14));
        assertThat(eigen.vectors()[0]).containsExactly(new double[] {-0.5, ROOT_HALF, -0.5}, within(1e-14));
        assertThat(eigen.vectors()[2]).containsExactly(new double[] {0.5, ROOT_HALF, 0.5}, within(1e-14));
    }

    @Test
    void sortsADiagonalAndReadsTheLowerTriangleOnly() {
        var eigen = SymmetricEigen.of(new double[][] {{-1, 99, 99}, {0, 5, 99}, {0, 0, 2}});
        assertThat(eigen.values()).containsExactly(5, 2, -1);
        assertThat(eigen.vectors()).isDeepEqualTo(new double[][] {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}});
    }

    static Stream<double[][]> symmetricMatrices() {
        return Stream.of(
                new double[][] {{7}},
                new double[5][5], // all zeros
                products(27, 40, 1),
                products(48, 100, 2),
                products(27, 5, 3), // rank 5: the others are 0 up to rounding
                hilbert(12)); // condition number 1.7e16
    }

    @ParameterizedTest
    @MethodSource("symmetricMatrices")
    void givesOrthonormalVectorsThatTheMatrixOnlyStretches(double[][] matrix) {
        int n = matrix.length;
        var eigen = SymmetricEigen.of(matrix);
        double tolerance = 1e-13 * Math.max(1, Math.abs(eigen.values()[0]));
        for (int i = 0; i < n; i++) {
            double[] v = eigen.vectors()[i];
            for (int j = 0; j < n; j++) assertThat(dot(v, eigen.vectors()[j])).isCloseTo(i == j ? 1 : 0, within(1e-13));
            for (int row = 0; row < n; row++)
                assertThat(dot(matrix[row], v)).isCloseTo(eigen.values()[i] * v[row], within(tolerance));
            if (i > 0) assertThat(eigen.values()[i]).isLessThanOrEqualTo(eigen.values()[i - 1]);
        }
    }

    @Test
    void refusesWhatIsNotFinite() {
        assertThatThrownBy(() -> SymmetricEigen.of(new double[][] {{1, 0}, {Double.NaN, 1}}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a matrix must be finite to have eigenvalues, element (1, 0) is NaN");
    }

    /// Σ x xᵀ over `count` random vectors.
    private static double[][] products(int n, int count, long seed) {
        double[][] matrix = new double[n][n];
        double[] x = new double[n];
        for (int k = 0; k < count; k++) {
            Normal.fill(x, RandomKey.of(seed).fold(k));
            for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) matrix[i][j] += x[i] * x[j];
        }
        return matrix;
    }

    private static double[][] hilbert(int n) {
        double[][] matrix = new double[n][n];
        for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) matrix[i][j] = 1.0 / (i + j + 1);
        return matrix;
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }
}

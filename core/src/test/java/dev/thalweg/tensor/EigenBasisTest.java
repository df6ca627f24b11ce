package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EigenBasisTest {

    /// (1, 1) and (1, −1), each √½ long, at 3 and 1.
    @Test
    void byHand() {
        double[][] a = {{2, 1}, {1, 2}};
        var eigen = new EigenBasis(2);
        eigen.of(a, 2);
        assertThat(eigen.values()).containsExactly(new double[] {3, 1}, within(1e-15));
        assertThat(Math.abs(a[0][0])).isCloseTo(Math.sqrt(0.5), within(1e-15));
        assertThat(a[0][1]).isCloseTo(a[0][0], within(1e-15));
        assertThat(a[1][1]).isCloseTo(-a[1][0], within(1e-15));
    }

    /// The second difference on n points: 2 − 2 cos(kπ / (n + 1)), and sines.
    @Test
    void secondDifference() {
        int n = 31;
        var a = new double[n][n];
        for (int i = 0; i < n; i++) {
            a[i][i] = 2;
            if (i > 0) a[i][i - 1] = a[i - 1][i] = -1;
        }
        var eigen = new EigenBasis(n);
        eigen.of(a, n);
        for (int k = 0; k < n; k++) {
            double angle = (n - k) * Math.PI / (n + 1), sign = Math.signum(a[k][0]);
            assertThat(eigen.values()[k]).isCloseTo(2 - 2 * Math.cos(angle), within(1e-13));
            for (int i = 0; i < n; i++)
                assertThat(sign * a[k][i])
                        .isCloseTo(Math.sqrt(2.0 / (n + 1)) * Math.sin((i + 1) * angle), within(1e-13));
        }
    }

    /// A = Σ λ u uᵀ with orthonormal u and falling λ. The workspace is larger than the matrix.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 17, 64, 101})
    void isTheMatrixAgain(int n) {
        var eigen = new EigenBasis(n + 3);
        for (var kind : Matrices.Kind.values()) {
            double[][] a = Matrices.symmetric(kind, n, 2), u = Matrices.copy(a, n + 3);
            eigen.of(u, n);
            double[] values = Arrays.copyOf(eigen.values(), n);
            assertThat(Matrices.distance(Matrices.gram(u, n, true), Matrices.identity(n)))
                    .as("%s", kind)
                    .isLessThan(1e-13);
            var sum = new double[n][n];
            for (int k = 0; k < n; k++)
                for (int i = 0; i < n; i++) for (int j = 0; j < n; j++) sum[i][j] += values[k] * u[k][i] * u[k][j];
            assertThat(Matrices.distance(sum, a)).as("%s", kind).isLessThanOrEqualTo(1e-13 * n * Matrices.size(a, n));
            for (int k = 1; k < n; k++) assertThat(values[k]).isLessThanOrEqualTo(values[k - 1]);
        }
    }

    @Test
    void whatIsNotFiniteHasNoBasis() {
        double[][] a = {{1, 0}, {0, Double.POSITIVE_INFINITY}};
        new EigenBasis(2).of(a, 2);
        for (var row : a) assertThat(row).containsOnly(Double.NaN);
    }
}

package dev.thalweg.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrthogonalFactorTest {

    /// (3, 4) is 5 long; (1, 2) is 11/5 long beside it and 2/5 across.
    @Test
    void byHand() {
        double[][] a = {{3, 1}, {4, 2}};
        new OrthogonalFactor(2).of(a, 2);
        double first = Math.signum(a[0][0]), second = Math.signum(a[1][1]);
        assertThat(first * a[0][0]).isCloseTo(0.6, within(1e-15));
        assertThat(first * a[1][0]).isCloseTo(0.8, within(1e-15));
        assertThat(second * a[0][1]).isCloseTo(-0.8, within(1e-15));
        assertThat(second * a[1][1]).isCloseTo(0.6, within(1e-15));
    }

    /// Q has orthonormal columns, and R = QᵀA nothing below its diagonal. The workspace is larger than the matrix.
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 17, 64, 101})
    void isOrthogonalAndLeavesATriangle(int n) {
        var factor = new OrthogonalFactor(n + 5);
        for (var kind : Matrices.Kind.values()) {
            double[][] a = Matrices.of(kind, n, 1), q = Matrices.copy(a, n + 5);
            factor.of(q, n);
            assertThat(Matrices.distance(Matrices.gram(q, n, false), Matrices.identity(n)))
                    .as("%s", kind)
                    .isLessThan(1e-13);
            double size = Matrices.size(a, n);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < i; j++) {
                    double r = 0;
                    for (int k = 0; k < n; k++) r += q[k][i] * a[k][j];
                    assertThat(r).as("%s, element (%s, %s) of R", kind, i, j).isCloseTo(0, within(1e-13 * size));
                }
        }
    }
}

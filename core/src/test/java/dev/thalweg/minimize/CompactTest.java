package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The compact form is the matrix of the updates.
class CompactTest {
    /// B from the update formula itself, B ← B − Bs(Bs)ᵀ/sᵀBs + yyᵀ/sᵀy from θI, for what is in the memory.
    @Test
    void theCompactFormIsThatOfTheUpdates() {
        int n = 7, most = 3;
        var random = new SplittableRandom(20260);
        var f = Quadratic.random(n, random);
        var compact = new Compact(most, n);
        var s = new double[5][n];
        var y = new double[5][n];
        for (int k = 0; k < 5; k++) {
            for (int i = 0; i < n; i++) s[k][i] = random.nextDouble(-1, 1);
            for (int i = 0; i < n; i++) y[k][i] = Dense.dot(f.h()[i], s[k]);
            compact.add(s[k], y[k], Objective.DOUBLE);
        }
        double theta = Dense.dot(y[4], y[4]) / Dense.dot(s[4], y[4]);
        var b = new double[n][n];
        for (int i = 0; i < n; i++) b[i][i] = theta;
        for (int k = 2; k < 5; k++) {
            var bs = new double[n];
            for (int i = 0; i < n; i++) bs[i] = Dense.dot(b[i], s[k]);
            double sbs = Dense.dot(s[k], bs), sy = Dense.dot(s[k], y[k]);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) b[i][j] += y[k][i] * y[k][j] / sy - bs[i] * bs[j] / sbs;
        }
        assertThat(compact.factor()).isTrue();
        assertThat(compact.theta()).isCloseTo(theta, within(1e-12 * theta));
        var product = new double[n];
        for (int j = 0; j < n; j++) {
            var e = new double[n];
            e[j] = 1;
            compact.times(e, product);
            for (int i = 0; i < n; i++) assertThat(product[i]).isCloseTo(b[i][j], within(1e-11 * theta));
        }

        // Of the free variables, B̂ times what is solved for is what was given.
        for (int set = 1; set < 1 << n; set++) {
            var free = new boolean[n];
            var r = new double[n];
            for (int i = 0; i < n; i++) {
                free[i] = (set >> i & 1) == 1;
                r[i] = free[i] ? random.nextDouble(-1, 1) : 0;
            }
            var d = r.clone();
            assertThat(compact.solve(free, d)).isTrue();
            for (int i = 0; i < n; i++)
                if (free[i]) assertThat(-Dense.dot(b[i], d)).isCloseTo(r[i], within(1e-9));
                else assertThat(d[i]).isZero();
        }
    }
}

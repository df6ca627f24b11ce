package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.minimize.problems.Problems;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How far a model is trusted.
class TrustDescentTest {

    /// Goes down −x in steps of a part of the radius, by a model that says of each how much of it is kept.
    private static final class Told extends TrustDescent {
        private final double part;
        private final double[] kept;
        private int steps;

        Told(double part, double... kept) {
            super(
                    (x, g) -> {
                        g[0] = -1;
                        return -x[0];
                    },
                    new double[1]);
            this.part = part;
            this.kept = kept;
        }

        @Override
        boolean model() {
            return true;
        }

        @Override
        void best() {
            step[0] = part * radius;
            length = step[0];
            predicted = step[0] / kept[steps++];
        }

        @Override
        double firstRadius() {
            return 1;
        }
    }

    /// Conn, Gould & Toint's algorithm 6.1.1, with η₁ = 0.1, η₂ = 0.75 and a quarter and twice.
    @ParameterizedTest
    @CsvSource({
        "1, 0.11, 0.25",
        "0.5, 0.11, 0.125",
        "1, 0.24, 0.25",
        "0.5, 0.24, 0.125",
        "1, 0.26, 1",
        "1, 0.74, 1",
        "1, 0.76, 2",
        "0.81, 0.76, 2",
        "0.79, 0.76, 1",
        "1, 100, 2",
    })
    void theRadiusGoesByWhatIsKept(double part, double kept, double radius) {
        var descent = new Told(part, kept);
        assertThat(descent.step()).isTrue();
        assertThat(descent.evaluations()).isEqualTo(2);
        assertThat(descent.point()).containsExactly(part);
        assertThat(descent.radius).isEqualTo(radius);
    }

    /// A step that keeps less than a tenth is not taken, and the next goes by a radius of a quarter of its length.
    @ParameterizedTest
    @ValueSource(doubles = {0.09, 1e-9})
    void whatKeepsLessThanATenthIsNotTaken(double kept) {
        var descent = new Told(0.5, kept, 0.5);
        assertThat(descent.step()).isTrue();
        assertThat(descent.evaluations()).isEqualTo(3);
        assertThat(descent.point()).containsExactly(0.0625);
        assertThat(descent.radius).isEqualTo(0.125);
    }

    static List<Minimizer> both() {
        return List.of(new Newton(), new NewtonCg());
    }

    /// (x − 100)²/2 is its own model, and all is kept: from 0 it goes by 1, 2, 4, 8, 16 and 32, and the last 37.
    @ParameterizedTest
    @MethodSource("both")
    void aParabolaIsReachedInStepsThatDouble(Minimizer minimizer) {
        Objective f = (x, g) -> {
            g[0] = x[0] - 100;
            return (x[0] - 100) * (x[0] - 100) / 2;
        };
        var descent = minimizer.start(f, 0);
        for (double x : new double[] {1, 3, 7, 15, 31, 63, 100}) {
            descent.step();
            assertThat(descent.point()[0]).isCloseTo(x, within(1e-6));
        }
    }

    @ParameterizedTest
    @MethodSource("both")
    void noStepIsLongerThanTheRadius(Minimizer minimizer) {
        for (String name :
                List.of("rosenbrock", "wood", "biggs-exp6", "trigonometric", "chained-rosenbrock", "beale")) {
            var problem = Problems.named(name);
            var descent = (TrustDescent) minimizer.start(problem.objective(), problem.start());
            descent.value();
            descent.prepare();
            for (int k = 0; k < 30 && descent.gradientNorm() > 1e-6; k++) {
                double radius = descent.radius;
                double[] before = descent.point();
                if (!descent.step()) break;
                double[] step = descent.point();
                Dense.add(-1, before, step);
                assertThat(Dense.norm(step)).as("%s, step %d", name, k).isLessThanOrEqualTo(radius * (1 + 1e-9));
            }
        }
    }

    /// A parabola is its own model, which says what a step brings: one to the edge, where the radius is a part
    /// of the way to the minimum, and one within.
    @ParameterizedTest
    @MethodSource("both")
    void theModelOfAParabolaSaysWhatTheStepBrings(Minimizer minimizer) {
        int n = 33;
        var f = Parabola.random(n, 5);
        double way = Dense.norm(f.minimum());
        for (double part = 0.05; part < 1.2; part += 0.05) {
            var descent = (TrustDescent) minimizer.start(f, new double[n]);
            double before = descent.value();
            descent.prepare();
            descent.radius = part * way;
            assertThat(descent.step()).isTrue();
            assertThat(Dense.norm(descent.point())).isLessThanOrEqualTo(part * way * (1 + 1e-9));
            double brought = before - descent.value();
            assertThat(descent.predicted).as("part %s", part).isCloseTo(brought, within(1e-6 * brought));
        }
    }

    /// Of a parabola, what is left of the gradient is what conjugate gradients leave: at most min(½, √‖g‖) of it, and
    /// no product more than that takes. They are worked out beside.
    @Test
    void conjugateGradientsGoOnUntilEnoughIsSolved() {
        int n = 33;
        var f = Parabola.random(n, 5);
        var descent = (TrustDescent) new NewtonCg().start(f, new double[n]);
        descent.value();
        descent.prepare();
        // So that no edge is in the way.
        descent.radius = 1e6;
        int products = 0;
        for (int k = 0; k < 4; k++) {
            double[] g = descent.gradient();
            double norm = Dense.norm(g), enough = Math.min(0.5, Math.sqrt(norm)) * norm;
            var r = g.clone();
            var d = g.clone();
            Dense.scaled(-1, g, d);
            while (Dense.norm(r) > enough) {
                var product = new double[n];
                for (int i = 0; i < n; i++) product[i] = Dense.dot(f.a(), i * n, d);
                double squares = Dense.dot(r, r);
                Dense.add(squares / Dense.dot(d, product), product, r);
                double beta = Dense.dot(r, r) / squares;
                for (int i = 0; i < n; i++) d[i] = beta * d[i] - r[i];
                products++;
            }
            descent.step();
            assertThat(descent.f.products).as("step %d", k).isEqualTo(products);
            assertThat(descent.gradient()).as("step %d", k).containsExactly(r, within(1e-6 * norm));
        }
    }

    // Differences.

    /// x³ at 10⁸: relative to 6x, differences of gradients over h = ∛ε·x are right to some 10⁻¹⁰, and over ∛ε they
    /// would have three digits.
    @Test
    void differencesGoByTheVariablesSize() {
        Objective f = (x, g) -> {
            for (int i = 0; i < x.length; i++) g[i] = 3 * x[i] * x[i];
            return Arrays.stream(x).map(v -> v * v * v).sum();
        };
        double[] x = {1e8, 3e8};
        var differences = new Differences(f);
        var hessian = new double[4];
        differences.hessian(x, hessian);
        assertThat(hessian).containsExactly(new double[] {6e8, 0, 0, 18e8}, within(1.0));
        for (double length : new double[] {1e-9, 1, 1e9}) {
            var product = new double[2];
            differences.product(x, new double[] {length, -length}, product);
            assertThat(product).containsExactly(new double[] {6e8 * length, -18e8 * length}, within(10 * length));
        }
        var none = new double[] {7, 7};
        differences.product(x, new double[2], none);
        assertThat(none).containsOnly(0);
    }

    /// The derivatives (y, −x) are of no function: the mean of both halves of what should be symmetric is 0.
    @Test
    void halvesThatDifferAreReplacedByTheirMean() {
        Objective turning = (x, g) -> {
            g[0] = x[1];
            g[1] = -x[0];
            return 0;
        };
        var hessian = new double[4];
        new Differences(turning).hessian(new double[] {1, 2}, hessian);
        assertThat(hessian).containsExactly(new double[4], within(1e-9));
        var f = new WithProducts() {
            @Override
            public double at(double[] x, double[] g) {
                return turning.at(x, g);
            }

            @Override
            public void product(double[] x, double[] direction, double[] product) {
                product[0] = direction[1];
                product[1] = 3 * direction[0];
            }
        };
        new Counted(f).hessian(new double[] {1, 2}, hessian);
        assertThat(hessian).containsExactly(0, 2, 2, 0);
    }
}

package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.minimize.problems.Problems;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/// What second derivatives are for, and what they cost.
class NewtonTest {

    /// x⁴/4 − x²/2 + y²/2: a saddle at 0 between minima at (±1, 0).
    private static final Objective TWO_VALLEYS = (x, g) -> {
        g[0] = x[0] * x[0] * x[0] - x[0];
        g[1] = x[1];
        return Math.pow(x[0], 4) / 4 - x[0] * x[0] / 2 + x[1] * x[1] / 2;
    };

    /// A parabola is its own model: one step, as soon as the radius holds it.
    @Test
    void oneStepSolvesAParabola() {
        var f = Parabola.random(5, 1);
        var descent = new Newton().start(f, new double[5]);
        assertThat(descent.step()).isTrue();
        assertThat(descent.point()).usingComparatorWithPrecision(1e-8).containsExactly(f.minimum());
    }

    @Test
    void leavesASaddlePointOnWhichItStarts() {
        var result = new Newton().minimize(TWO_VALLEYS, 0, 0);
        assertThat(result.converged()).isTrue();
        assertThat(Math.abs(result.point()[0])).isCloseTo(1, within(1e-6));
        assertThat(result.value()).isCloseTo(-0.25, within(1e-12));
    }

    /// From the ridge the gradient leads straight into the saddle. BFGS has no means to see it.
    @Test
    void leavesTheRidge() {
        assertThat(new Newton().minimize(TWO_VALLEYS, 0, 1).value()).isCloseTo(-0.25, within(1e-12));
        assertThat(new Bfgs().minimize(TWO_VALLEYS, 0, 1).value()).isCloseTo(0, within(1e-9));
        var saddle = Problems.named("saddle");
        assertThat(new Newton().minimize(saddle.objective(), saddle.start()).value())
                .isCloseTo(-0.25, within(1e-12));
    }

    /// Beside the ridge, be it by ever so little, it goes down on the side where it is.
    @Test
    void leavesTheRidgeToItsOwnSide() {
        assertThat(new Newton().minimize(TWO_VALLEYS, 1e-20, 1).point()[0]).isCloseTo(1, within(1e-6));
        assertThat(new Newton().minimize(TWO_VALLEYS, -1e-20, 1).point()[0]).isCloseTo(-1, within(1e-6));
    }

    /// Where the curvature is negative, steps still go down: from close to the top of a cosine.
    @Test
    void goesDownWhereTheCurvatureIsNegative() {
        Objective hill = (x, g) -> {
            g[0] = -Math.sin(x[0]);
            return Math.cos(x[0]);
        };
        for (var minimizer : new Minimizer[] {new Newton(), new NewtonCg()}) {
            var result = minimizer.minimize(hill, 0.1);
            assertThat(result.converged()).isTrue();
            assertThat(result.value()).isCloseTo(-1, within(1e-12));
        }
    }

    /// Six digits in a step become twelve in the next.
    @Test
    void convergesQuadratically() {
        var problem = Problems.named("rosenbrock");
        var descent = new Newton().start(problem.objective(), problem.start());
        double before = descent.gradientNorm();
        while (before > 1e-3) {
            descent.step();
            before = descent.gradientNorm();
        }
        descent.step();
        descent.step();
        assertThat(descent.gradientNorm()).isLessThan(1e-12);
    }

    @Test
    void refusesMoreVariablesThanItCanKeep() {
        Objective f = (x, g) -> 0;
        assertThatThrownBy(() -> new Newton().start(f, new double[61_706]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Newton's method keeps matrices of N × N numbers and takes N³ operations a step: of 61,706"
                        + " variables that would be 30.5 GB a matrix and 2.3e+14 operations, and it takes at most 2,000"
                        + " variables; Newton-CG and L-BFGS keep a few vectors instead");
        assertThatThrownBy(() -> new Bfgs(100).start(f, new double[101]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("BFGS keeps a matrix of N × N numbers: of 101 variables that would be 0.1 MB, and it takes"
                        + " at most 100 variables; L-BFGS keeps a few vectors instead");
        assertThatThrownBy(() -> new Newton(0)).hasMessage("Newton.most must be from 1 to 46340, got 0");
        assertThatThrownBy(() -> new Bfgs(46_341)).hasMessage("Bfgs.most must be from 1 to 46340, got 46341");
        assertThatThrownBy(() -> new Lbfgs(0)).hasMessage("Lbfgs.history must be at least 1, got 0");
    }

    /// 46,340² doubles are 17 GB.
    @Test
    void refusesMatricesThatJavaCannotHold() {
        Assumptions.assumeTrue(Runtime.getRuntime().maxMemory() < 17e9, "Java has too much memory here");
        Objective f = (x, g) -> 0;
        assertThatThrownBy(() -> new Bfgs(46_340).start(f, new double[46_340]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching(
                        "BFGS of 46,340 variables keeps matrices of 17.2 GB, and Java has \\S+ GB: a larger heap"
                                + " \\(-Xmx\\) or L-BFGS, which keeps a few vectors");
    }

    /// x² + y², in whose matrix four times `number` is given.
    private static Objective withMatrixOf(double number) {
        return new WithHessian() {
            @Override
            public double at(double[] x, double[] g) {
                g[0] = 2 * x[0];
                g[1] = 2 * x[1];
                return x[0] * x[0] + x[1] * x[1];
            }

            @Override
            public void hessian(double[] x, double[] hessian) {
                Arrays.fill(hessian, number);
            }
        };
    }

    private static final String TOO_GREAT =
            "the second derivatives are not finite, or too great, at the last good point";

    @Test
    void secondDerivativesThatAreNotFiniteAreAResult() {
        for (var minimizer : new Minimizer[] {new Newton(), new NewtonCg()})
            for (double number : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
                var result = minimizer.minimize(withMatrixOf(number), 3, 4);
                assertThat(result.reason()).as(minimizer.name()).isEqualTo(Reason.NOT_FINITE);
                assertThat(result.detail()).isEqualTo(TOO_GREAT);
                assertThat(result.point()).containsExactly(3, 4);
            }
    }

    /// Of 10³⁰⁸ the eigenvalues overflow.
    @Test
    void secondDerivativesWithoutEigenvaluesAreAResult() {
        var result = new Newton().minimize(withMatrixOf(1e308), 3, 4);
        assertThat(result.reason()).isEqualTo(Reason.NOT_FINITE);
        assertThat(result.detail()).isEqualTo(TOO_GREAT);
        assertThat(result.point()).containsExactly(3, 4);
    }

    /// (λ − 1)(λ + 4) = λ² + 3λ − 4.
    @Test
    void eigenvaluesAreThoseOfTheMatrix() {
        var spectrum = Spectrum.of(new double[] {0, 2, 2, -3}, 2);
        assertThat(spectrum.least()).isCloseTo(-4, within(1e-14));
        assertThat(spectrum.greatest()).isCloseTo(4, within(1e-14));
        for (int k = 0; k < 2; k++) {
            var q = spectrum.vectors()[k];
            assertThat(Dense.norm(q)).isCloseTo(1, within(1e-14));
            assertThat(2 * q[1]).isCloseTo(spectrum.values()[k] * q[0], within(1e-14));
            assertThat(2 * q[0] - 3 * q[1]).isCloseTo(spectrum.values()[k] * q[1], within(1e-14));
        }
    }

    // What is asked for, and how often.

    /// Rosenbrock's function, that counts how often it is asked for its matrix, or for products with it.
    private static class Asked implements Objective {
        final Objective f = Problems.named("rosenbrock").objective();
        int evaluations, hessians, products;

        @Override
        public double at(double[] x, double[] gradient) {
            evaluations++;
            return f.at(x, gradient);
        }

        static final class Matrix extends Asked implements WithHessian {
            @Override
            public void hessian(double[] x, double[] hessian) {
                hessians++;
                ((WithHessian) f).hessian(x, hessian);
            }
        }

        static final class Product extends Asked implements WithProducts {
            @Override
            public void product(double[] x, double[] direction, double[] product) {
                products++;
                var matrix = new double[4];
                ((WithHessian) f).hessian(x, matrix);
                for (int i = 0; i < 2; i++) product[i] = Dense.dot(matrix, 2 * i, direction);
            }
        }
    }

    @Test
    void countsWhatTheFunctionIsAskedFor() {
        var minimizers = new Minimizer[] {new Newton(), new NewtonCg()};
        for (var minimizer : minimizers)
            for (var f : new Asked[] {new Asked(), new Asked.Matrix(), new Asked.Product()}) {
                var result = minimizer.minimize(f, -1.2, 1);
                assertThat(result.converged()).isTrue();
                assertThat(result.evaluations()).isEqualTo(f.evaluations);
                if (f instanceof WithHessian) assertThat(result.hessians()).isEqualTo(f.hessians);
                if (f instanceof WithProducts) assertThat(result.products()).isEqualTo(f.products);
            }
    }

    /// A matrix that is known is asked for once at each point, however many products are taken with it; the way is
    /// that of the products themselves.
    @Test
    void productsAreOfOneMatrixAtEachPoint() {
        var byMatrix = new NewtonCg().minimize(new Asked.Matrix(), -1.2, 1);
        var byProducts = new NewtonCg().minimize(new Asked.Product(), -1.2, 1);
        assertThat(byMatrix.point()).containsExactly(byProducts.point());
        assertThat(byMatrix.iterations()).isEqualTo(byProducts.iterations());
        assertThat(byMatrix.products()).isEqualTo(byProducts.products()).isGreaterThan(byMatrix.iterations());
        assertThat(byMatrix.hessians()).isEqualTo(byMatrix.iterations());
        assertThat(byProducts.hessians()).isZero();
    }

    /// Newton's method looks at the curvature where it ends, too: a matrix more than there were steps.
    @Test
    void newtonTakesOneMatrixAtEachPoint() {
        var result = new Newton().minimize(new Asked.Matrix(), -1.2, 1);
        assertThat(result.hessians()).isEqualTo(result.iterations() + 1);
        result = new Newton().minimize(new Asked.Product(), -1.2, 1);
        assertThat(result.hessians()).isEqualTo(result.iterations() + 1);
        assertThat(result.products()).isEqualTo(2 * result.hessians());
    }

    @Test
    void refusesAKnownMatrixThatJavaCannotHold() {
        var f = new WithHessian() {
            @Override
            public double at(double[] x, double[] gradient) {
                return 0;
            }

            @Override
            public void hessian(double[] x, double[] hessian) {}
        };
        assertThatThrownBy(() -> new NewtonCg().start(f, new double[46_341]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "Newton-CG by a known matrix of 46,341 variables keeps more numbers in a matrix than an array"
                                + " of Java holds: L-BFGS keeps a few vectors");
    }

    // Second derivatives by differences.

    /// Their error is of the order of ε⅔ of their size: 4·10⁻¹¹ in doubles.
    @Test
    void differencesOfGradientsAreAsExactAsSaid() {
        for (String name : new String[] {"rosenbrock", "wood", "beale", "biggs-exp6", "watson", "brown-dennis"}) {
            var problem = Problems.named(name);
            int n = problem.dimension();
            var known = (WithHessian) problem.objective();
            var exact = new double[n * n];
            known.hessian(problem.start(), exact);
            Objective unknown = problem.objective()::at;
            var counted = new Counted(unknown);
            var differences = new double[n * n];
            counted.hessian(problem.start(), differences);
            double greatest = Arrays.stream(exact).map(Math::abs).max().orElseThrow();
            assertThat(differences)
                    .as(name)
                    .usingComparatorWithPrecision(1e-8 * greatest)
                    .containsExactly(exact);
            assertThat(counted.evaluations).isEqualTo(2 * n);
            assertThat(counted.hessians).isEqualTo(1);

            var direction = new double[n];
            for (int i = 0; i < n; i++) direction[i] = i % 2 == 0 ? 1 : -3;
            var product = new double[n];
            counted.product(problem.start(), direction, product);
            var expected = new double[n];
            new Counted(problem.objective()).product(problem.start(), direction, expected);
            assertThat(product)
                    .as(name)
                    .usingComparatorWithPrecision(1e-7 * greatest)
                    .containsExactly(expected);
            assertThat(counted.evaluations).isEqualTo(2 * n + 2);
        }
    }

    /// A function that knows its products is asked for them: of a matrix one for each variable, without gradients.
    @Test
    void productsThatAreKnownAreUsed() {
        var problem = Problems.named("extended-rosenbrock", 6);
        var counted = new Counted(problem.objective());
        var hessian = new double[36];
        counted.hessian(problem.start(), hessian);
        assertThat(counted.evaluations).isZero();
        var single = new double[4];
        ((WithHessian) Problems.named("rosenbrock").objective()).hessian(new double[] {-1.2, 1}, single);
        assertThat(new double[] {hessian[0], hessian[1], hessian[6], hessian[7]})
                .usingComparatorWithPrecision(1e-9)
                .containsExactly(single);
        assertThat(hessian[2]).isZero();
        assertThat(counted.hessians).isOne();
        assertThat(counted.products).isEqualTo(6);
        var result = new NewtonCg().minimize(problem.objective(), problem.start());
        assertThat(result.converged()).isTrue();
        assertThat(result.products()).isPositive();
        assertThat(result.hessians()).isZero();
        assertThat(result.evaluations()).isLessThan(2 * result.iterations() + 5);
    }
}

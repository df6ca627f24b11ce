package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.minimize.problems.Problems;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps are those that the formulas say.
class StepsTest {

    /// A function that remembers where it was asked.
    private record Asked(Objective f, List<double[]> at) implements Objective {
        Asked(Objective f) {
            this(f, new ArrayList<>());
        }

        @Override
        public double at(double[] x, double[] g) {
            at.add(x.clone());
            return f.at(x, g);
        }
    }

    private static double[] minus(double[] a, double[] b) {
        var difference = new double[a.length];
        Dense.sum(a, -1, b, difference);
        return difference;
    }

    /// Nocedal & Wright's equation (3.60): the first trial of a step has the decrease to first order of the last.
    @Test
    void steepestDescentBeginsWithTheLastStepByTheRatioOfSlopes() {
        var f = new Asked(Problems.named("bowl").objective());
        var descent = new GradientDescent().start(f, 3, -2);
        for (int k = 0; k < 5; k++) {
            double[] x = descent.point(), g = descent.gradient();
            descent.step();
            double[] now = descent.point(), gradient = descent.gradient();
            double length = Dense.norm(minus(now, x)) / Dense.norm(g);
            double first = length * Dense.dot(g, g) / Dense.dot(gradient, gradient);
            f.at.clear();
            var next = new GradientDescent().start(f, 0, 0);
            next.restore(Memories.copy(descent.memory()));
            next.step();
            var expected = new double[2];
            Dense.sum(now, -first, gradient, expected);
            assertThat(f.at.getFirst()).containsExactly(expected, within(1e-10));
        }
    }

    /// Hager & Zhang's equations (1.3) to (1.6), worked out beside: where each step's first trial is, with the last
    /// step's length by the ratio of slopes.
    @Test
    void conjugateDirectionsAreHagerAndZhangs() {
        int negative = 0, limited = 0;
        for (String name : List.of("rosenbrock", "wood", "biggs-exp6", "box", "trigonometric", "helical-valley")) {
            var problem = Problems.named(name);
            var f = new Asked(problem.objective());
            var descent = new ConjugateGradient().start(f, problem.start());
            double[] before = descent.point(), gradientBefore = descent.gradient();
            var d = new double[before.length];
            Dense.scaled(-1, gradientBefore, d);
            descent.step();
            // Until roundings are a part of the differences that counts.
            for (int k = 1; k < 40 && descent.gradientNorm() > 1e-4; k++) {
                double[] x = descent.point(), g = descent.gradient();
                double length = Dense.norm(minus(x, before)) / Dense.norm(d);
                double slope = Dense.dot(gradientBefore, d);
                double[] y = minus(g, gradientBefore);
                double dy = Dense.dot(d, y);
                double beta = (Dense.dot(y, g) - 2 * Dense.dot(d, g) * Dense.dot(y, y) / dy) / dy;
                double least = -1 / (Dense.norm(d) * Math.min(0.01, Dense.norm(gradientBefore)));
                if (beta < 0) negative++;
                if (beta < least) limited++;
                var next = new double[x.length];
                for (int i = 0; i < next.length; i++) next[i] = -g[i] + Math.max(beta, least) * d[i];
                f.at.clear();
                descent.step();
                double first = length * slope / Dense.dot(g, next);
                var way = minus(f.at.getFirst(), x);
                // Of the direction in its memory, since small differences of directions grow.
                d = descent.memory().getOrDefault("last", new double[0]).clone();
                for (int i = 0; i < way.length; i++) {
                    double rounding = 1e-7 * Dense.norm(next);
                    assertThat(d[i]).as("%s, step %d", name, k).isCloseTo(next[i], within(rounding));
                    assertThat(way[i]).as("%s, step %d", name, k).isCloseTo(first * next[i], within(first * rounding));
                }
                before = x;
                gradientBefore = g;
            }
        }
        assertThat(negative).isPositive();
        assertThat(limited).isPositive();
    }

    /// After one step both know it alone, and begin with sᵀy / yᵀy.
    @ParameterizedTest
    @ValueSource(strings = {"rosenbrock", "wood", "watson", "brown-dennis"})
    void theSecondStepsOfBfgsAndLbfgsAreTheSame(String name) {
        var problem = Problems.named(name);
        var asked = new Asked(problem.objective());
        var descent = new Bfgs().start(asked, problem.start());
        descent.step();
        asked.at.clear();
        descent.step();
        var limited = new Asked(problem.objective());
        var other = new Lbfgs().start(limited, problem.start());
        other.step();
        limited.at.clear();
        other.step();
        double[] bfgs = asked.at.getFirst(), lbfgs = limited.at.getFirst();
        assertThat(bfgs).containsExactly(lbfgs, within(1e-12 * Dense.norm(lbfgs)));
    }

    @Test
    void whatDoesNotCurveIsNotLearned() {
        for (double[] change : new double[][] {{-1, 0}, {0, 1}, {0, 0}, {1e-17, 1}, {1e200, 1e200}}) {
            var history = new History(3, 2);
            history.add(new double[] {1, 0}, change, Objective.DOUBLE);
            assertThat(history.isEmpty()).isTrue();
            var compact = new Compact(3, 2);
            compact.add(new double[] {1, 0}, change, Objective.DOUBLE);
            assertThat(compact.isEmpty()).isTrue();
        }
        for (double[] change : new double[][] {{1, 0}, {1e-15, 1}, {1e100, 0}, {1e-100, 0}}) {
            var history = new History(3, 2);
            history.add(new double[] {1, 0}, change, Objective.DOUBLE);
            assertThat(history.isEmpty()).isFalse();
            var compact = new Compact(3, 2);
            compact.add(new double[] {1, 0}, change, Objective.DOUBLE);
            assertThat(compact.isEmpty()).isFalse();
        }
    }

    /// Down a straight slope to an edge no step shows any curvature, and BFGS keeps that it knows none.
    @Test
    void bfgsLearnsNothingFromAStraightSlope() {
        var descent = new Bfgs()
                .start(
                        (x, g) -> {
                            g[0] = -1;
                            return x[0] < 1 ? -x[0] : Double.NaN;
                        },
                        0);
        int steps = 0;
        while (descent.step()) steps++;
        assertThat(steps).isPositive();
        assertThat(descent.memory().get("learned")).containsExactly(0);
        assertThat(descent.memory().get("inverse")).containsExactly(0);
    }
}

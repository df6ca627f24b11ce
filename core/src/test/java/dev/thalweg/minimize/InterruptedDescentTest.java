package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A function that throws in the middle of a step.
class InterruptedDescentTest {
    private static final int STEPS = 12;

    static List<Minimizer> minimizers() {
        return List.of(
                new Newton(),
                new NewtonCg(),
                new Bfgs(),
                new Lbfgs(3),
                new Lbfgs(3).withBounds(new double[] {-2, -2}, new double[] {0.5, 5}),
                new Lbfgs(3).withL1(0.1),
                new ConjugateGradient(),
                new GradientDescent());
    }

    /// Thrown by the function.
    private static final class Enough extends RuntimeException {}

    /// Rosenbrock's function; a kink's steep side, beyond which it is not defined, makes searches fail now and then.
    private static final class Throwing implements Objective {
        /// Evaluations until it throws.
        private int left = Integer.MAX_VALUE;

        @Override
        public double at(double[] x, double[] gradient) {
            if (left-- == 0) throw new Enough();
            double a = x[1] - x[0] * x[0], b = 1 - x[0];
            gradient[0] = -400 * x[0] * a - 2 * b;
            gradient[1] = 200 * a;
            return x[0] < -1.3 ? Double.NaN : 100 * a * a + b * b;
        }
    }

    /// Whichever evaluation throws, what was stored before the step undoes it, and the way goes on to the same bits.
    @ParameterizedTest
    @MethodSource("minimizers")
    void isUndone(Minimizer minimizer) {
        var straight = minimizer.start(new Throwing(), -1.2, 1);
        for (int i = 0; i < STEPS; i++) straight.step();
        int interrupted = 0;
        for (int after = 0; after < straight.evaluations(); after++) {
            var f = new Throwing();
            var descent = minimizer.start(f, -1.2, 1);
            f.left = after;
            for (int i = 0; i < STEPS; i++) {
                var before = descent.memory();
                var copy = Memories.copy(before);
                try {
                    descent.step();
                } catch (Enough e) {
                    interrupted++;
                    f.left = Integer.MAX_VALUE;
                    descent.restore(before);
                    if (i > 0) assertSame(descent.memory(), copy);
                    descent.step();
                }
            }
            assertSame(descent.memory(), straight.memory());
        }
        assertThat(interrupted).isEqualTo(straight.evaluations());
    }

    /// The first question after it finds what it would have found.
    @ParameterizedTest
    @MethodSource("minimizers")
    void aStartThatCouldNotBeEvaluatedIsAskedAgain(Minimizer minimizer) {
        var f = new Throwing();
        var descent = minimizer.start(f, -1.2, 1);
        f.left = 0;
        assertThatThrownBy(descent::gradient).isInstanceOf(Enough.class);
        f.left = Integer.MAX_VALUE;
        var undisturbed = minimizer.start(new Throwing(), -1.2, 1);
        assertThat(descent.gradient()).containsExactly(undisturbed.gradient());
        assertThat(descent.value()).isEqualTo(undisturbed.value()).isGreaterThan(4);
    }

    /// A search that fails makes a descent forget what it had learned: that is undone as well.
    @ParameterizedTest
    @MethodSource("minimizers")
    void whatWasForgottenIsKnownAgain(Minimizer minimizer) {
        var f = new Misleading();
        var descent = minimizer.start(f, -1.2, 1);
        for (int i = 0; i < 5; i++) descent.step();
        // From here on every trial seems to lead up, and after some of them the function throws.
        for (int trials = 0; trials < 200; trials++) {
            var before = descent.memory();
            var copy = Memories.copy(before);
            f.wrong = true;
            f.left = trials;
            try {
                descent.step();
                break;
            } catch (Enough e) {
                descent.restore(before);
                assertSame(descent.memory(), copy);
            }
            f.wrong = false;
        }
    }

    private static final class Misleading implements Objective {
        private final Objective f = new Throwing();
        private boolean wrong;
        private int left;

        @Override
        public double at(double[] x, double[] gradient) {
            double value = f.at(x, gradient);
            if (!wrong) return value;
            if (left-- == 0) throw new Enough();
            return value + 1e6;
        }
    }

    private static void assertSame(Map<String, double[]> memory, Map<String, double[]> expected) {
        assertThat(memory.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> assertThat(memory.get(name)).as(name).isEqualTo(values));
    }
}

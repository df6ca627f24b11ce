package dev.thalweg.minimize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.minimize.problems.Problems;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What a descent remembers is all that it needs, and its own.
class DescentMemoryTest {
    /// A descent that is given another's memory in the middle goes on with the same bits.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void goesOnFromItsMemory(Minimizer minimizer) {
        for (var problem : List.of(Problems.named("rosenbrock"), Problems.named("chained-rosenbrock", 7))) {
            var whole = minimizer.start(problem.objective(), problem.start());
            var first = minimizer.start(problem.objective(), problem.start());
            for (int i = 0; i < 9; i++) {
                whole.step();
                first.step();
            }
            var memory = Memories.copy(first.memory());
            var second = minimizer.start(problem.objective(), new double[problem.dimension()]);
            second.restore(memory);
            for (int i = 0; i < 9; i++) {
                assertThat(second.step()).isEqualTo(whole.step());
                assertThat(second.point()).isEqualTo(whole.point());
                assertThat(second.value()).isEqualTo(whole.value());
            }
            assertThat(second.result(MinimizersTest.TIGHT))
                    .usingRecursiveComparison()
                    .isEqualTo(whole.result(MinimizersTest.TIGHT));
        }
    }

    /// From each point of its way a descent that is given the memory goes on as the other does.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void goesOnFromItsMemoryOfEveryStep(Minimizer minimizer) {
        for (String name : List.of("rosenbrock", "wood", "biggs-exp6", "box", "trigonometric", "helical-valley")) {
            var problem = Problems.named(name);
            var descent = minimizer.start(problem.objective(), problem.start());
            for (int k = 0; k < 40; k++) {
                var again = minimizer.start(problem.objective(), new double[problem.dimension()]);
                again.restore(Memories.copy(descent.memory()));
                assertThat(again.step()).isEqualTo(descent.step());
                assertThat(again.point()).as("step %d", k).containsExactly(descent.point());
            }
        }
    }

    /// What has ended stays ended.
    @Test
    void anEndIsRemembered() {
        Objective wrong = (x, g) -> {
            g[0] = -20 * x[0];
            return 10 * x[0] * x[0];
        };
        var ended = new Bfgs().start(wrong, 3);
        assertThat(ended.step()).isFalse();
        var again = new Bfgs().start(wrong, 3);
        again.restore(ended.memory());
        assertThat(again.goesOn(MinimizersTest.TIGHT)).isFalse();
        assertThat(again.result(MinimizersTest.TIGHT).reason()).isEqualTo(Reason.LINE_SEARCH_FAILED);
        assertThat(again.evaluations()).isEqualTo(ended.evaluations());
    }

    @Test
    void aMemoryOfAnotherSizeIsRefused() {
        var memory = new Bfgs()
                .start(new Parabola(new double[] {1}, new double[1]), 1)
                .memory();
        assertThatThrownBy(() -> new Bfgs()
                        .start(Problems.named("rosenbrock").objective(), 1, 1)
                        .restore(memory))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the memory of a descent must hold 2 numbers named 'point', holds 1");
    }

    /// Numbers that no descent remembers, as a file may hold that was damaged.
    @Test
    void aMemoryOfWhatCannotBeIsRefused() {
        var problem = Problems.named("rosenbrock");
        for (var minimizer : MinimizersTest.withBoundsAndL1(2)) {
            refuses(minimizer, "counts", 2, -1, "2147483647 as number 3 of 'counts', holds -1.0");
            refuses(minimizer, "counts", 3, 0.5, "2147483647 as number 4 of 'counts', holds 0.5");
            refuses(minimizer, "counts", 4, 3e9, "2147483647 as number 5 of 'counts', holds 3.0E9");
            refuses(minimizer, "counts", 9, Double.NaN, "2147483647 as number 10 of 'counts', holds NaN");
            refuses(minimizer, "counts", 10, 4, "from -1 to 3 as number 11 of 'counts', holds 4.0");
            var memory = minimizer.start(problem.objective(), problem.start()).memory();
            int numbers = memory.getOrDefault("history", new double[0]).length;
            if (numbers == 3) {
                refuses(new Lbfgs(3), "history", 0, 3, "from 0 to 2 as number 1 of 'history', holds 3.0");
                refuses(new Lbfgs(3), "history", 1, 4, "from 0 to 3 as number 2 of 'history', holds 4.0");
            }
            if (numbers == 2) refuses(minimizer, "history", 0, 11, "from 0 to 10 as number 1 of 'history', holds 11.0");
        }
    }

    private static void refuses(Minimizer minimizer, String name, int at, double number, String end) {
        var problem = Problems.named("rosenbrock");
        var memory = Memories.copy(
                minimizer.start(problem.objective(), problem.start()).memory());
        memory.get(name)[at] = number;
        assertThatThrownBy(() ->
                        minimizer.start(problem.objective(), problem.start()).restore(memory))
                .as(minimizer.name())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("the memory of a descent must hold a whole number from ")
                .hasMessageEndingWith(end);
    }

    /// Whoever writes to what was given or got changes nothing of the way.
    @ParameterizedTest
    @MethodSource("dev.thalweg.minimize.MinimizersTest#everyMinimizer")
    void arraysAreItsOwn(Minimizer minimizer) {
        Problem problem = Problems.named("wood");
        var start = problem.start().clone();
        var descent = minimizer.start(problem.objective(), start);
        var undisturbed = minimizer.start(problem.objective(), problem.start());
        start[0] = 7;
        for (int k = 0; k < 5; k++) {
            descent.step();
            undisturbed.step();
            descent.point()[0] = 7;
            descent.gradient()[0] = 7;
            descent.result(Stop.DEFAULT).point()[0] = 7;
            assertThat(descent.point()).containsExactly(undisturbed.point());
        }
        assertThat(start).containsExactly(7, -1, -3, -1);
        assertThat(problem.start()).containsExactly(-3, -1, -3, -1);
    }
}

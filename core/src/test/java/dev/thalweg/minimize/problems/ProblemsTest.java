package dev.thalweg.minimize.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.Allocated;
import dev.thalweg.minimize.WithProducts;
import java.util.Arrays;
import java.util.HashSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProblemsTest {

    @Test
    void thirtyFiveStandInThePapersOrderBeforeTheOthers() {
        var all = Problems.all();
        assertThat(all)
                .extracting(Problem::number)
                .startsWith(IntStream.rangeClosed(1, 35).boxed().toArray(Integer[]::new));
        assertThat(all.subList(35, all.size())).extracting(Problem::number).containsOnly(0);
        assertThat(all)
                .extracting(Problem::name)
                .containsExactly(
                        "rosenbrock freudenstein-roth powell-badly-scaled brown-badly-scaled beale jennrich-sampson"
                                .concat(" helical-valley bard gaussian meyer gulf box powell-singular wood")
                                .concat(" kowalik-osborne brown-dennis osborne-1 biggs-exp6 osborne-2 watson")
                                .concat(" extended-rosenbrock extended-powell penalty-1 penalty-2")
                                .concat(" variably-dimensioned trigonometric brown-almost-linear")
                                .concat(" discrete-boundary-value discrete-integral-equation broyden-tridiagonal")
                                .concat(" broyden-banded linear-full-rank linear-rank-1 linear-rank-1-zero chebyquad")
                                .concat(" chained-rosenbrock bowl saddle himmelblau rastrigin kink")
                                .split(" "));
    }

    @Test
    void minimaAreGivenWhereTheyAreKnown() {
        assertThat(Problems.named("watson", 9).minima()).containsExactly(1.399760138e-6);
        assertThat(Problems.named("watson", 8).minima()).isEmpty();
        assertThat(Problems.named("penalty-2", 5).minima()).isEmpty();
        assertThat(Problems.named("chebyquad", 7).minima()).containsExactly(0.0);
        assertThat(Problems.named("chebyquad", 11).minima()).isEmpty();
        assertThat(Problems.named("chained-rosenbrock", 11).minima()).containsExactly(0.0);
        assertThat(Problems.all())
                .allSatisfy(problem -> assertThat(problem.minima()).isSorted());
    }

    @Test
    void takesAHundredThousandVariables() {
        int n = 100_000;
        assertThat(value(Problems.named("extended-rosenbrock", n))).isCloseTo(24.2 * n / 2, within(1e-4));
        assertThat(value(Problems.named("extended-powell", n))).isCloseTo(215.0 * n / 4, within(1e-4));
        // from −1.2 to 1 24.2, from 1 to −1.2 484
        assertThat(value(Problems.named("chained-rosenbrock", n)))
                .isCloseTo(24.2 * n / 2 + 484.0 * (n / 2 - 1), within(1e-3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "extended-rosenbrock",
                "extended-powell",
                "chained-rosenbrock",
                "penalty-1",
                "penalty-2",
                "variably-dimensioned",
                "trigonometric",
                "discrete-boundary-value",
                "broyden-tridiagonal",
                "broyden-banded",
            })
    void allocatesNothing(String name) {
        int n = 40;
        var problem = Problems.named(name, n);
        var objective = (WithProducts) problem.objective();
        double[] gradient = new double[n], product = new double[n];
        assertThat(Allocated.soonBy(() -> {
                    objective.at(problem.start(), gradient);
                    objective.product(problem.start(), gradient, product);
                }))
                .isZero();
    }

    @Test
    void whatOverflowsIsNotFinite() {
        var problem = Problems.named("jennrich-sampson");
        assertThat(value(problem, 1000, 1000)).isInfinite();
        assertThat(gradient(problem, 1000, 1000)[0]).isInfinite();
    }

    /// Somebody who changes the start of a problem changes it for nobody else.
    @Test
    void everyProblemHasAStartOfItsOwn() {
        Problems.named("wood").start()[0] = 7;
        assertThat(Problems.named("wood").start()).containsExactly(-3, -1, -3, -1);
        var names = new HashSet<String>();
        assertThat(Problems.all())
                .allSatisfy(problem -> assertThat(names.add(problem.name())).isTrue());
    }

    @Test
    void suggestsTheNameThatWasMeant() {
        assertThatThrownBy(() -> Problems.named("rosenbrok"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(
                        "there is no problem 'rosenbrok'; did you mean 'rosenbrock'? Known are: rosenbrock, ");
        assertThatThrownBy(() -> Problems.named("ackley", 3))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("there is no problem 'ackley'; known are: rosenbrock, freudenstein-roth, ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "wood | 3 | wood has 4 variables, got 3",
                "watson | 32 | watson takes 2 to 31 variables, got 32",
                "extended-rosenbrock | 5 | extended-rosenbrock takes an even number of variables, got 5",
                "extended-rosenbrock | 0 | extended-rosenbrock takes at least 2 variables, got 0",
                "extended-powell | 6 | extended-powell takes a multiple of 4 variables, got 6",
                "trigonometric | 0 | trigonometric takes at least 1 variable, got 0",
                "chained-rosenbrock | 1 | chained-rosenbrock takes at least 2 variables, got 1",
            })
    void refusesANumberOfVariables(String name, int n, String sentence) {
        assertThatThrownBy(() -> Problems.named(name, n))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(sentence);
    }

    private static double value(Problem problem, double... x) {
        double[] at = x.length == 0 ? problem.start() : x;
        return problem.objective().at(at, new double[at.length]);
    }

    private static double[] gradient(Problem problem, double... x) {
        double[] gradient = new double[x.length];
        Arrays.fill(gradient, Double.NaN);
        problem.objective().at(x, gradient);
        return gradient;
    }

    @Test
    void valuesAreThoseOfTheNearestMinimumOrOfNone() {
        var problem = Problems.named("freudenstein-roth");
        assertThat(problem.reached(1e-11)).contains(0.0);
        assertThat(problem.reached(48.9843)).contains(48.98425368);
        assertThat(problem.reached(48)).isEmpty();
        assertThat(problem.reached(Double.NaN)).isEmpty();
        assertThat(Problems.named("trigonometric").reached(2.7951e-5)).contains(2.795056122e-5);
        assertThat(Problems.named("chebyquad", 13).reached(0)).isEmpty();
    }
}

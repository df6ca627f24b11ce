package dev.thalweg.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.compare.Grid.Score;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

class GridTest {
    private final Map<Double, Score> scores = new HashMap<>();

    /// The rates that are tried, in order, if accuracy is this function of the rate; NaN for divergence.
    private List<Double> tried(Grid grid, double usual, DoubleUnaryOperator accuracy) {
        scores.clear();
        var rates = new ArrayList<Double>();
        for (var next = grid.next(usual, scores); next.isPresent(); next = grid.next(usual, scores)) {
            double rate = next.get();
            rates.add(rate);
            scores.put(rate, new Score(accuracy.applyAsDouble(rate), 1, 1_000_000));
        }
        return rates;
    }

    /// Highest at `peak`, on a logarithmic scale.
    private static DoubleUnaryOperator hill(double peak) {
        return rate -> 0.9 - 0.1 * Math.abs(Math.log10(rate / peak));
    }

    @Test
    void halfDecadesAroundTheUsualRate() {
        var grid = new Grid(5, 1);
        assertThat(tried(grid, 0.001, hill(0.001))).containsExactly(0.0001, 0.000316, 0.001, 0.00316, 0.01);
        assertThat(grid.best(0.001, scores)).hasValue(0.001);
        assertThat(grid.atEdge(0.001, scores)).isFalse();
        assertThat(tried(new Grid(3, 1), 0.1, hill(0.1))).containsExactly(0.0316, 0.1, 0.316);
        assertThat(tried(new Grid(4, 1), 1, hill(0.4))).containsExactly(0.1, 0.316, 1.0, 3.16);
    }

    @Test
    void theGridGrowsBeyondAnEndThatIsTheBest() {
        var grid = new Grid(3, 1);
        assertThat(tried(grid, 1, hill(10))).containsExactly(0.316, 1.0, 3.16, 10.0, 31.6);
        assertThat(grid.best(1, scores)).hasValue(10.0);
        assertThat(grid.atEdge(1, scores)).isFalse();
        assertThat(tried(grid, 1, hill(0.1))).containsExactly(0.316, 1.0, 3.16, 0.1, 0.0316);
    }

    @Test
    void itGrowsByThreeAtTheMost() {
        var grid = new Grid(3, 1);
        assertThat(tried(grid, 1, hill(1e9))).containsExactly(0.316, 1.0, 3.16, 10.0, 31.6, 100.0);
        assertThat(grid.best(1, scores)).hasValue(100.0);
        assertThat(grid.atEdge(1, scores)).isTrue();
    }

    /// The highest rate that holds is no end when the next one diverged.
    @Test
    void divergenceIsWorseThanAnything() {
        var grid = new Grid(3, 1);
        assertThat(tried(grid, 1, rate -> rate > 1 ? Double.NaN : rate)).containsExactly(0.316, 1.0, 3.16);
        assertThat(grid.best(1, scores)).hasValue(1.0);
        assertThat(grid.atEdge(1, scores)).isFalse();
    }

    @Test
    void whereAllDivergeLowerRatesAreTried() {
        var grid = new Grid(3, 1);
        assertThat(tried(grid, 1, rate -> rate > 0.05 ? Double.NaN : 0.5))
                .containsExactly(0.316, 1.0, 3.16, 0.1, 0.0316, 0.01);
        assertThat(grid.best(1, scores)).hasValue(0.01);
        assertThat(tried(grid, 1, rate -> Double.NaN)).hasSize(6);
        assertThat(grid.best(1, scores)).isEmpty();
    }

    /// Of 100 examples, 0.5 is right to ± 0.05.
    @Test
    void whatAccuracyCannotTellLossDoes() {
        var grid = new Grid(3, 1);
        scores.put(0.316, new Score(0.44, 1, 100));
        scores.put(1.0, new Score(0.46, 2, 100));
        scores.put(3.16, new Score(0.5, 3, 100));
        assertThat(grid.best(1, scores)).hasValue(1.0);
        scores.put(1.0, new Score(0.44, 2, 100));
        assertThat(grid.best(1, scores)).hasValue(3.16);
    }

    @Test
    void amongEqualsTheLowerRateIsTaken() {
        var grid = new Grid(3, 1);
        for (double rate : new double[] {3.16, 0.316, 1}) scores.put(rate, new Score(0.5, 2, 100));
        assertThat(grid.best(1, scores)).hasValue(0.316);
    }

    @Test
    void withOneRateNothingIsSearchedFor() {
        var grid = new Grid(1, 1);
        assertThat(grid.next(0.1 * (1 - 0.9), Map.of())).isEmpty();
        assertThat(grid.best(0.1 * (1 - 0.9), Map.of())).hasValue(0.01);
        assertThat(grid.atEdge(0.1, Map.of())).isFalse();
    }

    @Test
    void refusesWhatIsNoGrid() {
        assertThatThrownBy(() -> new Grid(0, 1)).hasMessage("the number of learning rates must be from 1 to 15, got 0");
        assertThatThrownBy(() -> new Grid(5, 0)).hasMessage("the search's epochs must be > 0, got 0.0");
    }
}

package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.minimize.GradientDescent;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.minimize.Newton;
import dev.thalweg.minimize.Objective;
import dev.thalweg.minimize.Stop;
import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.minimize.problems.Problems;
import dev.thalweg.report.DescentTrace.Moment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescentPlotTest {
    @TempDir
    private Path folder;

    private static DescentPlot plot(Problem problem, Minimizer method) {
        var trace = new DescentTrace();
        var result = method.start(problem.objective(), problem.start()).run(Stop.DEFAULT.withIterations(500), trace);
        return new DescentPlot(problem, method.name(), trace, result);
    }

    private static Moment at(double x, double y) {
        return new Moment(new double[] {x, y}, 0, 0, 1);
    }

    private static int count(String text, String part) {
        return text.split(part, -1).length - 1;
    }

    private String svg(DescentPlot plot) throws Exception {
        var file = folder.resolve("plot.svg");
        plot.write(file);
        return Files.readString(file);
    }

    /// Each has two circles, and so has the key.
    @ParameterizedTest
    @CsvSource({"rosenbrock, 1", "saddle, 2", "beale, 1"})
    void minimaAreFoundWithoutTables(String name, int minima) throws Exception {
        assertThat(count(svg(plot(Problems.named(name), new Newton())), "r=\"8.5\""))
                .isEqualTo(2 * minima + 2);
    }

    @Test
    void aFunctionOfOnesOwnNeedsNoMinima() throws Exception {
        Objective f = (x, gradient) -> {
            gradient[0] = -1 / x[0] + 1;
            gradient[1] = 2 * x[1];
            return x[0] - Math.log(x[0]) + x[1] * x[1];
        };
        var mine = new Problem("mine", "<Mine> & yours", 0, f, new double[] {3, 1}, List.of());
        // It is not defined left of 0, and a mark would be one too many.
        assertThat(svg(plot(mine, new GradientDescent())))
                .contains("&lt;Mine&gt; &amp; yours by gradient-descent")
                .doesNotContain("known minimum", "NaN");
    }

    @Test
    void aThousandStepsAreNotAThousandDots() throws Exception {
        assertThat(svg(plot(Problems.named("rosenbrock"), new GradientDescent())))
                .hasSizeLessThan(100_000);
    }

    @Test
    void oneWildPointDoesNotMakeTheWindow() {
        var moments = new ArrayList<Moment>(
                IntStream.range(0, 30).mapToObj(k -> at(k / 29.0, k / 58.0)).toList());
        moments.add(2, at(1e6, -1e5));
        var window = MapWindow.of(moments);
        assertThat(window).isEqualTo(new MapWindow(0, 0, 1, 0.5));
        var padded = window.padded(4 / 3.0);
        assertThat(padded.holds(new double[] {0, 0})).isTrue();
        assertThat(padded.holds(new double[] {1, 0.5})).isTrue();
        assertThat(padded.width()).isBetween(1.1, 2.0);
        // To the same scale.
        assertThat(padded.width() / padded.height()).isEqualTo(4 / 3.0);
    }

    @Test
    void startAndEndAreInTheWindowWhereverTheyLie() {
        var moments = new ArrayList<Moment>(
                IntStream.range(0, 30).mapToObj(k -> at(k / 29.0, 0)).toList());
        moments.addFirst(at(-1000, 3));
        assertThat(MapWindow.of(moments)).isEqualTo(new MapWindow(-1000, 0, 1001, 3));
        var point = MapWindow.of(List.of(at(5, 7))).padded(1);
        assertThat(point.holds(new double[] {5, 7})).isTrue();
        assertThat(point.width()).isBetween(1.0, 2.0);
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 6, 0.2, 0.4", "-1.5, 1.5, 8, 0.5, −0.5", "0, 1e6, 6, 200000, 4e5", "0, 1e-4, 5, 2e-5, 4e−5"})
    void ticksAreRoundNumbers(double low, double high, int count, double step, String label) {
        var ticks = Ticks.between(low, high, count);
        assertThat(ticks.step()).isCloseTo(step, within(step * 1e-9));
        assertThat(IntStream.range(0, ticks.values().length).mapToObj(k -> ticks.label(ticks.values()[k])))
                .contains(label);
    }

    @ParameterizedTest
    @CsvSource({
        "1234.5678, 1235",
        "0.000012344, 1.234e−5",
        "-2, −2",
        "0, 0",
        "1500000, 1.5e6",
        "1e-30, 1e−30",
        "NaN, NaN"
    })
    void numbersAreBrief(double value, String text) {
        assertThat(Ticks.number(value, 4)).isEqualTo(text);
    }

    @Test
    void otherEndingsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DescentPlot.check(Path.of("way.pdf")))
                .withMessage("a picture's name must end in .svg or .png, got 'way.pdf'");
    }
}

package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.step.PlanStep;
import dev.thalweg.train.RunRecord;
import dev.thalweg.train.TimeAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The small parts that a page is computed from.
class PartsTest {

    @Test
    void thinningKeepsTheFirstAndTheLast() {
        var all = IntStream.range(0, 2500).boxed().toList();
        var few = Curves.thinned(all, 1000);
        assertThat(few).hasSizeLessThanOrEqualTo(1001).startsWith(0, 3, 6).endsWith(2496, 2499);
        assertThat(Curves.thinned(all.subList(0, 1000), 1000)).hasSize(1000);
        assertThat(Curves.thinned(IntStream.range(0, 2501).boxed().toList(), 1000))
                .endsWith(2499, 2500);
    }

    @Test
    void medianLeavesOutWhatIsNoNumber() {
        assertThat(Curves.median(3, Double.NaN, 1, 2)).isEqualTo(2);
        assertThat(Curves.median()).isNaN();
    }

    /// One filter (2 channels, 1 × 2) becomes channels-last bytes, its largest weight black or white.
    @Test
    void filtersAreStretchedAboutTheMiddle() {
        var pixels = FirstLayer.pixels(new float[] {1, -2, 0, 0.5f}, 1, 2, 2);
        var unsigned = new int[4];
        for (int i = 0; i < 4; i++) unsigned[i] = pixels[i] & 0xff;
        assertThat(unsigned).containsExactly(191, 128, 0, 159);
    }

    private static PlanStep step(String layer, double milliseconds) {
        return new PlanStep("forward", "convolution", layer, "jit", "", 10, 2e6, milliseconds);
    }

    @Test
    void partsOfOneOperationAreAddedUp() {
        var operations = Seconds.operations(List.of(step("a", 1), step("b", 5), step("a", 3), step("idle", 0)));
        assertThat(operations)
                .containsExactly(
                        new Run.Operation("b", "convolution", "forward", "jit", 5, 0.4),
                        new Run.Operation("a", "convolution", "forward", "jit", 4, 1));
    }

    @Test
    void smallOperationsAreAddedUpAtTheEnd() {
        var steps = new ArrayList<PlanStep>();
        for (int i = 1; i <= 60; i++) steps.add(step("layer" + i, i));
        var operations = Seconds.operations(steps);
        assertThat(operations).hasSize(41);
        assertThat(operations.getLast()).isEqualTo(new Run.Operation("…", "20 more", "", "", 210, 0));
    }

    @Test
    void theRestIsWhatNoPartHas() {
        var time = Seconds.of(
                new TimeAccount(1, 2, 3, 4, 5, 6, 7, 8, 40), new RunRecord.Profile(10, List.of(step("a", 2))));
        assertThat(time.parts().getLast().seconds()).isEqualTo(40 - (1 + 2 + 3 + 4 + 5 + 7 + 8));
        assertThat(time.parts().stream().mapToDouble(Run.Part::seconds).sum()).isEqualTo(40);
        assertThat(time.stepMilliseconds()).isEqualTo(2);
    }

    /// Wilson's interval for 8 of 10 is 0.490 to 0.943, and for 10 of 10 it does
    /// not shrink to nothing.
    @Test
    void marginsAreWilsons() {
        assertThat(Headline.margin(0.8, 10)).isCloseTo((0.943 - 0.490) / 2, within(5e-4));
        assertThat(Headline.margin(1, 10)).isCloseTo((1 - 0.722) / 2, within(5e-4));
    }

    @Test
    void numbersForPeople() {
        assertThat(PageText.number(0.0021349)).isEqualTo("0.00213");
        assertThat(PageText.number(12)).isEqualTo("12");
        assertThat(PageText.number(0.5)).isEqualTo("0.5");
        assertThat(PageText.number(12_345.6)).isEqualTo("12,346");
        assertThat(PageText.number(1.25e-5)).isEqualTo("1.3e-05");
        assertThat(PageText.clock(7.32)).isEqualTo("7.3 s");
        assertThat(PageText.clock(754)).isEqualTo("12:34 min");
        assertThat(PageText.clock(3723)).isEqualTo("1:02:03 h");
        assertThat(PageText.share(0.031)).isEqualTo("3.1 %");
        assertThat(PageText.name("x".repeat(300))).hasSize(48).contains("…");
    }

    @Test
    void bestValuesAreMarkedUnlessAllAreTheSame() {
        assertThat(RunComparison.best(new double[] {0.9, 0.95, Double.NaN, 0.95}, 1))
                .containsExactly(1, 3);
        assertThat(RunComparison.best(new double[] {3, 2}, -1)).containsExactly(1);
        assertThat(RunComparison.best(new double[] {3, 3}, -1)).isEmpty();
        assertThat(RunComparison.best(new double[] {3, 2}, 0)).isEmpty();
        assertThat(RunComparison.best(new double[] {3, Double.NaN}, 1)).isEmpty();
    }
}

package dev.thalweg.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.train.RateSuggestion.Way;
import dev.thalweg.train.RateSweep.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

/// Suggestions on curves made by hand, of 100 steps over five factors of ten.
class RateCurveTest {
    private static final RangeFinder RANGE = new RangeFinder(1e-4, 10, 100);

    /// Losses that need no smoothing.
    private static RateSweep plain(int points, Ended ended, IntToDoubleFunction loss) {
        var all = new ArrayList<RateSweep.Point>();
        for (int i = 0; i < points; i++)
            all.add(new RateSweep.Point(RANGE.rate(i), loss.applyAsDouble(i), loss.applyAsDouble(i)));
        return new RateSweep("sgd", 0.1, RANGE, ended, 1, all);
    }

    /// Losses smoothed as a sweep does it, by the sum of all that have been, each with its weight.
    private static RateSweep smoothed(int points, Ended ended, IntToDoubleFunction loss) {
        var all = new ArrayList<RateSweep.Point>();
        var losses = new double[points];
        for (int i = 0; i < points; i++) {
            losses[i] = loss.applyAsDouble(i);
            double sum = 0, weights = 0;
            for (int j = 0; j <= i; j++) {
                double weight = Math.pow(RANGE.smoothing(), i - j);
                sum += weight * losses[j];
                weights += weight;
            }
            all.add(new RateSweep.Point(RANGE.rate(i), losses[i], sum / weights));
        }
        return new RateSweep("sgd", 0.1, RANGE, ended, 1, all);
    }

    /// Level at 2.3 for 40 steps, half a cosine down to 0.8 at step 70, then up threefold each step.
    private static double textbook(int i) {
        if (i <= 40) return 2.3;
        if (i <= 70) return 0.8 + 0.75 * (1 + Math.cos(Math.PI * (i - 40) / 30));
        return 0.8 * Math.pow(3, i - 70);
    }

    private static double rate(RateSweep sweep, Way way) {
        return sweep.suggestions().stream()
                .filter(s -> s.way() == way)
                .findFirst()
                .orElseThrow()
                .rate();
    }

    private static double rounded(int i) {
        return Double.parseDouble("%.2e".formatted(RANGE.rate(i)));
    }

    /// Steepest in the middle of the cosine; lowest at step 70; the decline is that of steps 42 (the first that
    /// is more than half of a hundredth lower than the beginning) to 70, 29 points, the third third of which
    /// begins 9 before its end.
    @Test
    void aTextbookCurve() {
        var sweep = plain(73, Ended.RISEN, RateCurveTest::textbook);
        assertThat(textbook(41)).isGreaterThan(2.3 * 0.995);
        assertThat(textbook(42)).isLessThan(2.3 * 0.995);
        assertThat(sweep.start()).isCloseTo(2.3, within(1e-12));
        assertThat(sweep.lowest()).isCloseTo(0.8, within(1e-12));
        assertThat(rate(sweep, Way.STEEPEST)).isEqualTo(rounded(55));
        assertThat(rate(sweep, Way.MINIMUM)).isCloseTo(RANGE.rate(70) / 10, within(1e-4));
        assertThat(rate(sweep, Way.VALLEY)).isEqualTo(rounded(70 - 9));
        assertThat(sweep.suggested().way()).isEqualTo(Way.VALLEY);
        assertThat(sweep.suggested().loss()).isEqualTo(textbook(61));
        assertThat(sweep.trouble()).isEmpty();
    }

    /// What is written is what is used: three digits.
    @Test
    void ratesAreRounded() {
        var sweep = plain(73, Ended.RISEN, RateCurveTest::textbook);
        for (var suggestion : sweep.suggestions())
            assertThat(suggestion.rate()).isEqualTo(Double.parseDouble("%.2e".formatted(suggestion.rate())));
    }

    /// A straight line down to the last step.
    @Test
    void aLossThatOnlyFalls() {
        var sweep = plain(100, Ended.COMPLETE, i -> 2.3 - 0.02 * i);
        assertThat(rate(sweep, Way.MINIMUM)).isEqualTo(1);
        assertThat(rate(sweep, Way.VALLEY)).isBetween(rounded(64), rounded(70));
        assertThat(rate(sweep, Way.STEEPEST)).isBetween(RANGE.from(), RANGE.to());
    }

    @Test
    void aLevelLossSuggestsNothing() {
        var sweep = plain(100, Ended.COMPLETE, i -> 2.3);
        assertThat(sweep.suggestions()).isEmpty();
        assertThatThrownBy(sweep::suggested)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "no learning rate can be suggested: the loss does not clearly fall between 0.0001 and 10; ./thalweg lr"
                                + " looks at another range (--from, --to) or with less noise (--steps)");
    }

    /// Nor if it wavers: of a thousand such curves a few seem to fall.
    @Test
    void noiseAloneSuggestsNothing() {
        int fooled = 0;
        for (int seed = 0; seed < 1000; seed++) {
            var random = new SplittableRandom(seed);
            var sweep = smoothed(100, Ended.COMPLETE, i -> 2.3 + 0.1 * random.nextGaussian());
            if (!sweep.suggestions().isEmpty()) fooled++;
        }
        assertThat(fooled).isLessThan(60);
    }

    @Test
    void aLossThatRisesAtOnceSuggestsNothing() {
        var sweep = smoothed(9, Ended.RISEN, i -> 2.3 * Math.pow(1.5, i));
        assertThatThrownBy(sweep::suggested)
                .hasMessage(
                        "no learning rate can be suggested: the loss does not clearly fall before it rises between 0.0001 and"
                                + " 0.000254; ./thalweg lr looks at lower rates (--from) or with less noise (--steps)");
        var one = plain(1, Ended.NOT_FINITE, i -> 2.3);
        assertThatThrownBy(one::suggested).hasMessageContaining("before it rises between 0.0001 and 0.0001;");
    }

    @Test
    void aLossThatIsNoNumberSuggestsNothing() {
        assertThatThrownBy(plain(0, Ended.NOT_FINITE, i -> 0)::suggested)
                .hasMessage("no learning rate can be suggested: the loss is not a number from the first step on");
        assertThatThrownBy(plain(5, Ended.STOPPED, i -> 2.3)::suggested)
                .hasMessage("no learning rate can be suggested: it was stopped before the loss had fallen");
    }

    /// Noise of an eighth of the fall: the rate to follow stays within a factor of two of the quiet curve's.
    @Test
    void aNoisyValley() {
        double quiet =
                smoothed(73, Ended.RISEN, RateCurveTest::textbook).suggested().rate();
        for (int seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            var sweep = smoothed(73, Ended.RISEN, i -> textbook(i) + 0.2 * random.nextGaussian());
            assertThat(sweep.suggested().rate()).as("seed %d", seed).isBetween(quiet / 2, quiet * 2);
        }
    }

    /// The rate to follow is on the decline, not where one batch stands out of it.
    @Test
    void aSpikeIsPassedOver() {
        var without = plain(73, Ended.RISEN, RateCurveTest::textbook);
        var with = plain(73, Ended.RISEN, i -> i == 61 ? 4 : textbook(i));
        assertThat(with.suggested().rate()).isEqualTo(rounded(60));
        assertThat(without.suggested().rate()).isEqualTo(rounded(61));
    }

    /// A network that has died and lives again by chance: what comes after the lowest loss does not count.
    @Test
    void aSecondDeclineDoesNotCount() {
        var sweep = plain(100, Ended.COMPLETE, i -> i <= 70 ? textbook(i) : 2.9 - 0.02 * (i - 71));
        assertThat(sweep.suggested().rate()).isEqualTo(rounded(61));
    }

    @Test
    void asJson() {
        var json = Json.MAPPER.readTree(
                plain(73, Ended.RISEN, RateCurveTest::textbook).json());
        assertThat(json.path("suggested").asDouble()).isEqualTo(rounded(61));
        assertThat(json.path("suggestions").propertyNames()).containsExactly("steepest", "minimum", "valley");
        assertThat(json.path("ended").asString()).isEqualTo("risen");
        assertThat(json.path("recipe_rate").asDouble()).isEqualTo(0.1);
        assertThat(json.path("points")).hasSize(73);
        assertThat(json.at("/points/0/rate").asDouble()).isEqualTo(1e-4);
        assertThat(json.at("/points/0/loss").asDouble()).isEqualTo(2.3);
        assertThat(json.at("/points/0/smoothed").asDouble()).isEqualTo(2.3);
        var none = Json.MAPPER.readTree(plain(100, Ended.COMPLETE, i -> 2.3).json());
        assertThat(none.has("suggested")).isFalse();
        assertThat(none.path("trouble").asString()).startsWith("the loss does not clearly fall");
        assertThat(List.copyOf(none.path("suggestions").propertyNames())).isEmpty();
    }
}

package dev.thalweg.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.train.RangeFinder;
import dev.thalweg.train.RateSweep;
import dev.thalweg.train.Recipe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatePageTest {
    private static final RangeFinder RANGE = new RangeFinder(1e-4, 10, 100);

    @TempDir
    static Path folder;

    static Recipe recipe;

    @BeforeAll
    static void recipe() throws IOException {
        recipe = SmallRuns.recipe(folder).withLearningRate(0.5);
    }

    private static RateSweep sweep(int points, RateSweep.Ended ended, IntToDoubleFunction loss) {
        var all = new ArrayList<RateSweep.Point>();
        for (int i = 0; i < points; i++)
            all.add(new RateSweep.Point(RANGE.rate(i), loss.applyAsDouble(i), loss.applyAsDouble(i)));
        return new RateSweep("nesterov", 0.5, RANGE, ended, 4.2, all);
    }

    /// Level at 2.3, then down to 0.8 at step 70, then up.
    private static RateSweep valley() {
        return sweep(
                74,
                RateSweep.Ended.RISEN,
                i -> i <= 40 ? 2.3 : i <= 70 ? 2.3 - 0.05 * (i - 40) : 0.8 * Math.pow(2, i - 70));
    }

    private static RateSweep level() {
        return sweep(100, RateSweep.Ended.COMPLETE, i -> 2.3 + 0.01 * (i % 3));
    }

    private Chromium.Loaded load(RatePage page, String name, String... flags) throws Exception {
        var file = folder.resolve(name + ".html");
        page.write(file);
        assertThat(Files.readString(file)).doesNotContain("src=\"http", "href=");
        var loaded = Chromium.find().load(file, folder.resolve("profile-" + name), flags);
        assertThat(loaded.dom()).contains("data-ready=\"true\"").doesNotContain("data-error=", "data-violation=");
        assertThat(loaded.log()).doesNotContain(":CONSOLE");
        return loaded;
    }

    @ParameterizedTest
    @CsvSource({"light, 1", "dark, 0"})
    void thePageDrawsTheCurveAndItsMarks(String scheme, int preferred) throws Exception {
        var loaded = load(
                new RatePage("Learning <rates>", recipe, "photos & more", valley(), false),
                scheme,
                "--blink-settings=preferredColorScheme=" + preferred);
        String dom = loaded.dom();
        assertThat(dom)
                .contains("Learning &lt;rates&gt;", "lenet5 on photos &amp; more, batches of 8, nesterov")
                .contains(
                        "<polyline id=\"smoothed\"",
                        ">the network learns<",
                        ">too small to learn<",
                        ">loss of one step<");
        assertThat(dom.split("<circle ", -1))
                .as("a dot a step, and the suggestion's")
                .hasSize(1 + 74 + 1);
        assertThat(dom.split("class=\"mark\"", -1))
                .as("three suggestions and the recipe's")
                .hasSize(1 + 4);
        var suggested = valley().suggested();
        assertThat(dom)
                .contains("● " + RateSweep.text(suggested.rate()) + ": suggested (valley)")
                .contains(">0.5: the recipe's own<")
                .contains(">↑ up to 6.4<")
                .containsPattern("aria-label=\"The loss falls from a rate of about [^\"]+ is suggested\\.\"");
    }

    @Test
    void aCurveWithoutADeclineSaysSo() throws Exception {
        var loaded = load(new RatePage("Learning rates", recipe, "photos", level(), false), "level");
        assertThat(loaded.dom())
                .contains("No learning rate can be suggested: the loss does not clearly fall between 0.0001 and 10;")
                .contains("<polyline id=\"smoothed\"", ">0.5: the recipe's own")
                .doesNotContain(">the network learns<", "suggested (valley)");
        var nothing = load(
                new RatePage("x", recipe, "photos", sweep(0, RateSweep.Ended.NOT_FINITE, i -> 0), false), "nothing");
        assertThat(nothing.dom())
                .contains("No learning rate can be suggested: the loss is not a number from the first step on.")
                .doesNotContain("<circle");
    }

    /// The decline is from 2.25 at step 41 to 0.8 at step 70: what is drawn reaches 0.45 of it above the
    /// beginning.
    @Test
    void numbersOfTheDrawing() {
        var shown = new RatePage("x", recipe, "photos", valley(), true).shown();
        assertThat(shown.curve().least()).isCloseTo(0.8, within(1e-12));
        assertThat(shown.curve().most()).isCloseTo(2.3 + 0.45 * 1.5, within(1e-12));
        assertThat(shown.curve().declines()).isEqualTo(RANGE.rate(41));
        assertThat(shown.curve().lowest()).isEqualTo(RANGE.rate(70));
        assertThat(shown.marks())
                .extracting(RatePage.Mark::kind)
                .containsExactly("steepest", "minimum", "valley", "recipe");
        assertThat(shown.marks()).extracting(RatePage.Mark::chosen).containsExactly(false, false, true, false);
        assertThat(shown.marks().get(2).label()).isEqualTo("taken (valley)");
        assertThat(shown.marks().get(2).loss()).isEqualTo(valley().suggested().loss());
        assertThat(shown.says().get("curve")).endsWith(", marked ●, is what the run was trained with.");
        assertThat(shown.headline())
                .extracting(Run.Fact::value)
                .containsExactly(
                        RateSweep.text(valley().suggested().rate()), "0.5", "0.0001 – 10", "74 of 100", "4.2 s");
        var level = new RatePage("x", recipe, "photos", level(), false).shown();
        assertThat(level.curve().most()).isCloseTo(2.32, within(1e-12));
        assertThat(level.curve().declines()).isNaN();
        assertThat(level.headline().getFirst().value()).isEqualTo("none");
    }
}

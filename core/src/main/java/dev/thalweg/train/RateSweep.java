package dev.thalweg.train;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What a [RangeFinder] has seen, and what it suggests.
///
/// @param rule name of the update rule
/// @param recipeRate the learning rate that the recipe had, for comparison
/// @param range that was asked for
/// @param seconds it took
/// @param points one for each step whose loss was a number
public record RateSweep(
        String rule, double recipeRate, RangeFinder range, Ended ended, double seconds, List<Point> points) {

    public RateSweep {
        points = List.copyOf(points);
    }

    /// One step.
    ///
    /// @param rate at which it was taken
    /// @param loss mean over its examples, before it was taken
    /// @param smoothed mean of the losses so far, those further back counting less: see [RangeFinder#smoothing]
    public record Point(double rate, double loss, double smoothed) {}

    /// Why there are no more steps.
    public enum Ended {
        /// All were taken.
        COMPLETE,
        /// The smoothed loss had risen to [RangeFinder#RISEN] times its lowest.
        RISEN,
        /// The loss or the gradient was not a number any more.
        NOT_FINITE,
        /// Somebody asked for it.
        STOPPED
    }

    private RateCurve curve() {
        return new RateCurve(points, range);
    }

    /// All suggestions, in the order of [RateSuggestion.Way], or none where the loss does not fall.
    public List<RateSuggestion> suggestions() {
        return curve().suggestions();
    }

    /// The suggestion to follow: the valley. It lies on the decline whatever the curve is like, since it depends
    /// only on which losses are lower than which. A single lucky batch moves the steepest descent, and where a
    /// sweep ends before the loss has risen, a tenth of the minimum's rate is a tenth of nothing in particular.
    /// It is also nearest to rates that were tuned by hand, where the others are often several times too low.
    ///
    /// @throws IllegalStateException if there is none, saying why
    public RateSuggestion suggested() {
        return suggestions().stream()
                .filter(suggestion -> suggestion.way() == RateSuggestion.Way.VALLEY)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException(
                        "no learning rate can be suggested: " + trouble().orElse("")));
    }

    /// Why there are no suggestions; empty if there are some.
    public Optional<String> trouble() {
        return curve().trouble(ended);
    }

    /// The smoothed loss at the rate of the sweep that is nearest to `rate`.
    public double lossAt(double rate) {
        return curve().lossAt(rate);
    }

    /// Mean loss of the first fifth, where rates are too small to learn anything.
    public double start() {
        return curve().start();
    }

    /// Lowest smoothed loss, but for the first tenth; NaN if there are no points.
    public double lowest() {
        return points.isEmpty() ? Double.NaN : points.get(curve().lowest()).smoothed();
    }

    /// As JSON, for programs.
    public String json() {
        var all = new LinkedHashMap<String, Object>();
        var suggestions = suggestions();
        if (!suggestions.isEmpty()) all.put("suggested", suggested().rate());
        var byWay = new LinkedHashMap<String, Double>();
        for (var suggestion : suggestions)
            byWay.put(suggestion.way().name().toLowerCase(Locale.ROOT), suggestion.rate());
        all.put("suggestions", byWay);
        trouble().ifPresent(sentence -> all.put("trouble", sentence));
        all.put("recipe_rate", recipeRate);
        all.put("rule", rule);
        all.put("from", range.from());
        all.put("to", range.to());
        all.put("steps", range.steps());
        all.put("ended", ended);
        all.put("seconds", seconds);
        all.put("points", points);
        return RecipeFile.pretty(all);
    }

    /// Replaces `file` by [#json].
    public void write(Path file) throws IOException {
        RunFolder.write(file, json() + "\n");
    }

    /// A rate as people read it.
    static String text(double rate) {
        return "%.3g".formatted(rate).replaceAll("(\\.\\d*?)0+($|e)", "$1$2").replaceAll("\\.($|e)", "$1");
    }
}

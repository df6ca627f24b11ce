package dev.thalweg.report;

import dev.thalweg.train.RateSuggestion;
import dev.thalweg.train.RateSweep;
import dev.thalweg.train.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The page of a search for a learning rate: the loss against the rate, what it suggests and what was taken.
///
/// @param title of the page
/// @param recipe that was swept
/// @param data its name
/// @param used whether a run was trained with the rate that is suggested
public record RatePage(String title, Recipe recipe, String data, RateSweep sweep, boolean used) {
    /// How far above the beginning the drawing goes, in falls of the loss: what rises further leaves it.
    private static final double ABOVE = 0.45;
    /// And where the loss does not fall, in losses.
    private static final double ABOVE_LEVEL = 0.5;

    /// Writes the page: one file with everything in it.
    public void write(Path file) throws IOException {
        RunReport.write(file, Page.html(title, Page.json(shown()), "", ""));
    }

    Shown shown() {
        var says = new LinkedHashMap<String, String>();
        says.put("curve", curveSays());
        says.put("suggestions", suggestionsSay());
        var t = recipe.training();
        return new Shown(
                "rates",
                title,
                "%s on %s, %s, %s"
                        .formatted(
                                recipe.network().name(),
                                data,
                                t.accumulate() == 1
                                        ? "batches of " + PageText.count(t.batch())
                                        : "%d batches of %s a step"
                                                .formatted(t.accumulate(), PageText.count(t.batch())),
                                sweep.rule()),
                headline(),
                curve(),
                marks(),
                says);
    }

    private @Nullable RateSuggestion chosen() {
        return sweep.suggestions().isEmpty() ? null : sweep.suggested();
    }

    private List<Run.Fact> headline() {
        var facts = new ArrayList<Run.Fact>();
        var chosen = chosen();
        facts.add(
                chosen == null
                        ? new Run.Fact("learning rate", "none", "nothing can be suggested")
                        : new Run.Fact(
                                "learning rate",
                                rate(chosen.rate()),
                                used ? "suggested, and taken for the run" : "suggested"));
        facts.add(new Run.Fact("the recipe's own", rate(sweep.recipeRate()), "without a search"));
        var range = sweep.range();
        facts.add(new Run.Fact(
                "searched", "%s – %s".formatted(rate(range.from()), rate(range.to())), "a constant factor a step"));
        facts.add(new Run.Fact(
                "steps", "%s of %s".formatted(PageText.count(taken()), PageText.count(range.steps())), ended()));
        facts.add(new Run.Fact("took", PageText.clock(sweep.seconds()), ""));
        return facts;
    }

    /// A last step whose loss is no number has no point.
    private int taken() {
        return sweep.points().size() + (sweep.ended() == RateSweep.Ended.NOT_FINITE ? 1 : 0);
    }

    private String ended() {
        return switch (sweep.ended()) {
            case COMPLETE -> "all that were asked for";
            case RISEN -> "then the loss was four times its lowest";
            case NOT_FINITE -> "then the loss was no number any more";
            case STOPPED -> "then it was stopped";
        };
    }

    private String curveSays() {
        var chosen = chosen();
        var decline = sweep.decline();
        if (chosen == null || decline.isEmpty())
            return "No learning rate can be suggested: " + sweep.trouble().orElse("") + ".";
        return "The loss falls from a rate of about %s on and is lowest at %s; a good rate lies between, not too close to the upper end. %s, marked ●, %s."
                .formatted(
                        rate(decline.get().from()),
                        rate(decline.get().to()),
                        rate(chosen.rate()),
                        used ? "is what the run was trained with" : "is suggested");
    }

    private String suggestionsSay() {
        if (chosen() == null) return "Where the loss does not fall, none can be read off.";
        return "The valley is followed because it lies on the decline whatever the curve is like; where all three are"
                + " close together, any of them will do.";
    }

    private Curve curve() {
        var points = sweep.points();
        var rates = new double[points.size()];
        var losses = new double[points.size()];
        var smoothed = new double[points.size()];
        for (int i = 0; i < rates.length; i++) {
            rates[i] = points.get(i).rate();
            losses[i] = points.get(i).loss();
            smoothed[i] = points.get(i).smoothed();
        }
        var decline = sweep.decline();
        double least = Double.POSITIVE_INFINITY, most = 0;
        for (double loss : losses) {
            least = Math.min(least, loss);
            most = Math.max(most, loss);
        }
        double start = sweep.start();
        double top = decline.isPresent() ? start + ABOVE * (start - sweep.lowest()) : (1 + ABOVE_LEVEL) * start;
        return new Curve(
                rates,
                losses,
                smoothed,
                least,
                Math.min(most, top),
                decline.map(RateSweep.Decline::from).orElse(Double.NaN),
                decline.map(RateSweep.Decline::to).orElse(Double.NaN));
    }

    private List<Mark> marks() {
        var marks = new ArrayList<Mark>();
        var chosen = chosen();
        for (var suggestion : sweep.suggestions()) {
            boolean taken = suggestion.equals(chosen);
            String name = name(suggestion.way());
            marks.add(new Mark(
                    suggestion.way().name().toLowerCase(Locale.ROOT),
                    name,
                    taken ? "%s (%s)".formatted(used ? "taken" : "suggested", name) : name,
                    how(suggestion.way()),
                    suggestion.rate(),
                    rate(suggestion.rate()),
                    suggestion.loss(),
                    taken));
        }
        if (!sweep.points().isEmpty())
            marks.add(new Mark(
                    "recipe",
                    "the recipe's own",
                    "the recipe's own",
                    "what is trained with if no search is asked for",
                    sweep.recipeRate(),
                    rate(sweep.recipeRate()),
                    sweep.lossAt(sweep.recipeRate()),
                    false));
        return marks;
    }

    private static String name(RateSuggestion.Way way) {
        return switch (way) {
            case STEEPEST -> "steepest descent";
            case MINIMUM -> "minimum ÷ 10";
            case VALLEY -> "valley";
        };
    }

    private static String how(RateSuggestion.Way way) {
        return switch (way) {
            case STEEPEST -> "where the loss falls fastest";
            case MINIMUM -> "a tenth of the rate at which the loss is lowest";
            case VALLEY -> "two thirds of the way through the longest decline";
        };
    }

    private static String rate(double rate) {
        return RateSweep.text(rate);
    }

    /// A search as the page's script takes it.
    ///
    /// @param kind `rates`
    /// @param says what a panel shows, by its name
    record Shown(
            String kind,
            String title,
            String about,
            List<Run.Fact> headline,
            Curve curve,
            List<Mark> marks,
            Map<String, String> says) {}

    /// @param least loss that is drawn
    /// @param most loss that is drawn: what is higher leaves the drawing
    /// @param declines rate at which the loss begins to fall; NaN if it does not
    /// @param lowest rate at which it is lowest; NaN if it does not fall
    record Curve(
            double[] rates,
            double[] losses,
            double[] smoothed,
            double least,
            double most,
            double declines,
            double lowest) {}

    /// A rate that is marked.
    ///
    /// @param kind `steepest`, `minimum`, `valley` or `recipe`
    /// @param label what the drawing says of it
    /// @param how it was found
    /// @param text the rate as it is read
    /// @param loss smoothed, at the nearest step
    record Mark(
            String kind,
            String name,
            String label,
            String how,
            double rate,
            String text,
            double loss,
            boolean chosen) {}
}

package dev.thalweg.compare;

import dev.thalweg.tensor.Require;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// The learning rates that are tried with each rule: half decades around the rate that is customary with it. Where
/// the best lies at an end of them, the grid grows beyond that end, by a few at the most.
///
/// @param points of the grid, in the middle of which the customary rate stands; with 1 nothing is searched for
/// @param epochs of each try
public record Grid(int points, double epochs) {
    public static final int MOST_POINTS = 15;

    /// Points that are added, at most.
    static final int EXTENSIONS = 3;

    /// Rates have so many digits, so that they can be read.
    private static final MathContext DIGITS = new MathContext(3);

    public Grid {
        Require.that(
                1 <= points && points <= MOST_POINTS,
                "the number of learning rates must be from 1 to %s, got %s",
                MOST_POINTS,
                points);
        Require.that(epochs > 0, "the search's epochs must be > 0, got %s", epochs);
    }

    /// What came of a try.
    ///
    /// @param accuracy on the validation part in the end; NaN if the run diverged, which is worse than anything
    /// @param loss likewise
    /// @param examples of the validation part
    public record Score(double accuracy, double loss, int examples) {
        static final Score DIVERGED = new Score(Double.NaN, Double.NaN, 0);

        /// How far from the accuracy on ever more examples this one is, usually.
        private double error() {
            return Math.sqrt(accuracy * (1 - accuracy) / examples);
        }

        public boolean diverged() {
            return Double.isNaN(accuracy);
        }
    }

    /// The rate `place` half decades from `usual`.
    static double rate(double usual, int place) {
        return new BigDecimal(usual * Math.pow(10, place / 2.0)).round(DIGITS).doubleValue();
    }

    /// The next rate to be tried, none if the search is over.
    ///
    /// @param scores of the rates tried so far
    public Optional<Double> next(double usual, Map<Double, Score> scores) {
        if (points == 1) return Optional.empty();
        var known = places(usual, scores);
        for (int place : base()) if (!known.containsKey(place)) return Optional.of(rate(usual, place));
        if (known.size() >= points + EXTENSIONS) return Optional.empty();
        int best = best(known);
        if (best == known.firstKey()) return Optional.of(rate(usual, best - 1));
        if (best == known.lastKey()) return Optional.of(rate(usual, best + 1));
        return Optional.empty();
    }

    /// The best of the rates tried so far; the customary one where nothing is searched for; none if all diverged.
    public Optional<Double> best(double usual, Map<Double, Score> scores) {
        if (points == 1) return Optional.of(rate(usual, 0));
        var known = places(usual, scores);
        if (known.values().stream().allMatch(Score::diverged)) return Optional.empty();
        return Optional.of(rate(usual, best(known)));
    }

    /// Whether the best rate lies at the end of all that were tried, so that a better one may lie beyond.
    public boolean atEdge(double usual, Map<Double, Score> scores) {
        var known = places(usual, scores);
        if (known.size() < 2) return false;
        int best = best(known);
        return best == known.firstKey() || best == known.lastKey();
    }

    /// The places of the grid as it begins, from left to right.
    private List<Integer> base() {
        var places = new ArrayList<Integer>();
        for (int i = 0; i < points; i++) places.add(i - points / 2);
        return places;
    }

    private NavigableMap<Integer, Score> places(double usual, Map<Double, Score> scores) {
        var known = new TreeMap<Integer, Score>();
        int reach = points / 2 + EXTENSIONS;
        for (int place = -reach; place <= reach; place++) {
            var score = scores.get(rate(usual, place));
            if (score != null) known.put(place, score);
        }
        return known;
    }

    /// Of the rates that are no farther than a standard error below the highest accuracy, which nobody can tell apart
    /// by that, the one with the lowest loss; among equals the lowest. Where all diverged, the lowest of all.
    private static int best(NavigableMap<Integer, Score> known) {
        var highest = known.values().stream()
                .filter(score -> !score.diverged())
                .max(Comparator.comparingDouble(Score::accuracy));
        if (highest.isEmpty()) return known.firstKey();
        double least = highest.get().accuracy() - highest.get().error();
        return known.entrySet().stream()
                .filter(entry -> entry.getValue().accuracy() >= least)
                .min(Comparator.comparingDouble(entry -> entry.getValue().loss()))
                .orElseThrow()
                .getKey();
    }
}

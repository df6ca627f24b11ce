package dev.thalweg.train;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// What the losses of a [RateSweep] say. The curve is expected to be level at first, where rates are too small
/// to learn anything, then to fall, then to rise.
///
/// Noise: batches differ, so that losses waver even where nothing is learned. Their deviation σ is estimated
/// from the median of |Lᵢ − Lᵢ₋₁|, up to the lowest point, which for independent normal deviations is 0.954 σ
/// and which the slope hardly moves. Averaging leaves σ √((1 − β)/(1 + β)) of it. The curve falls if it comes
/// below where it began by more than [#CLEAR] times that, and by more than a hundredth.
///
/// @param range that was asked for; the sweep may have ended early
record RateCurve(List<RateSweep.Point> points, RangeFinder range) {
    /// So that of twenty level curves one seems to fall.
    private static final double CLEAR = 4;
    /// The least share of the loss at the beginning by which it must fall.
    private static final double LEAST = 0.01;
    /// The median of |X − Y| for X and Y normal with deviation 1.
    private static final double MEDIAN_DIFFERENCE = 0.954;
    /// The fifth of a sweep whose mean loss is where it began.
    private static final int START = 5;
    /// The tenth of it in which the smoothed loss is of too few.
    private static final int UNSETTLED = 10;
    /// Fewer points are no curve.
    private static final int FEWEST = 8;

    private static final MathContext THREE = new MathContext(3);

    /// All three suggestions, or none where the loss does not fall.
    List<RateSuggestion> suggestions() {
        if (!falls()) return List.of();
        int lowest = lowest();
        return List.of(
                at(RateSuggestion.Way.STEEPEST, points.get(steepest(lowest)).rate()),
                at(RateSuggestion.Way.MINIMUM, points.get(lowest).rate() / 10),
                at(RateSuggestion.Way.VALLEY, points.get(valley(lowest)).rate()));
    }

    private RateSuggestion at(RateSuggestion.Way way, double rate) {
        double rounded = new BigDecimal(rate).round(THREE).doubleValue();
        return new RateSuggestion(way, rounded, lossAt(rounded));
    }

    /// The smoothed loss at the rate of the sweep that is nearest to `rate`.
    double lossAt(double rate) {
        int nearest = 0;
        for (int i = 1; i < points.size(); i++) if (distance(i, rate) < distance(nearest, rate)) nearest = i;
        return smoothed(nearest);
    }

    private double distance(int i, double rate) {
        return Math.abs(Math.log(points.get(i).rate() / rate));
    }

    private boolean falls() {
        return points.size() >= FEWEST && smoothed(lowest()) < level();
    }

    /// What is below this is below where the curve began, by more than noise.
    private double level() {
        double keep = range.smoothing();
        double left = Math.sqrt((1 - keep) / (1 + keep));
        return start() - Math.max(CLEAR * left * noise(), LEAST * start());
    }

    /// The loss before anything is learned.
    double start() {
        return points.stream()
                .limit(first(START))
                .mapToDouble(RateSweep.Point::loss)
                .average()
                .orElse(Double.NaN);
    }

    /// So many points at the beginning are one of `parts` of the sweep that was asked for.
    private int first(int parts) {
        return Math.max(2, Math.min(range.steps() / parts, points.size() / 2));
    }

    private int settled() {
        return first(UNSETTLED);
    }

    /// σ.
    private double noise() {
        var differences = new double[lowest()];
        for (int i = 0; i < differences.length; i++)
            differences[i] = Math.abs(points.get(i + 1).loss() - points.get(i).loss());
        Arrays.sort(differences);
        return differences[differences.length / 2] / MEDIAN_DIFFERENCE;
    }

    private double smoothed(int i) {
        return points.get(i).smoothed();
    }

    /// The lowest point of the smoothed curve, where that has settled.
    int lowest() {
        int lowest = Math.min(settled(), points.size() - 1);
        for (int i = lowest; i < points.size(); i++) if (smoothed(i) < smoothed(lowest)) lowest = i;
        return lowest;
    }

    /// Where a straight line through the points around has the greatest descent, between the beginning and
    /// `lowest`.
    private int steepest(int lowest) {
        int reach = Math.max(2, range.steps() / 20);
        int steepest = lowest;
        double least = 0;
        for (int i = settled(); i < lowest; i++) {
            double slope = slope(Math.max(0, i - reach), Math.min(lowest, i + reach));
            if (slope < least) {
                least = slope;
                steepest = i;
            }
        }
        return steepest;
    }

    /// Of the line of least squares through points `from` to `to`, a step being 1.
    private double slope(int from, int to) {
        double middle = (from + to) / 2.0, products = 0, squares = 0;
        for (int i = from; i <= to; i++) {
            products += (i - middle) * smoothed(i);
            squares += (i - middle) * (i - middle);
        }
        return products / squares;
    }

    /// Two thirds of the way through the longest decline: the most points, not necessarily neighbours, each of
    /// which is lower than the one before; of several as long, the one that falls furthest. What is level at
    /// the beginning declines by chance and does not count, nor does what comes after the lowest point.
    private int valley(int lowest) {
        int from = declineBegins(lowest);
        var length = new int[lowest + 1];
        var before = new int[lowest + 1];
        var top = new double[lowest + 1];
        int end = from;
        for (int i = from; i <= lowest; i++) {
            length[i] = 1;
            before[i] = i;
            top[i] = smoothed(i);
            for (int j = from; j < i; j++) {
                if (smoothed(j) <= smoothed(i)) continue;
                int longer = length[j] + 1;
                if (longer > length[i] || longer == length[i] && top[j] > top[i]) {
                    length[i] = longer;
                    before[i] = j;
                    top[i] = top[j];
                }
            }
            double fall = top[i] - smoothed(i), greatest = top[end] - smoothed(end);
            if (length[i] > length[end] || length[i] == length[end] && fall > greatest) end = i;
        }
        int place = end;
        for (int back = length[end] / 3; back > 0; back--) place = before[place];
        return place;
    }

    /// The first point clearly below the beginning, and those before it that were on their way.
    private int declineBegins(int lowest) {
        int from = settled();
        while (from < lowest && smoothed(from) >= level()) from++;
        double half = (start() + level()) / 2;
        while (from > settled() && smoothed(from - 1) < half) from--;
        return from;
    }

    /// Why there are no suggestions, in a sentence; empty if there are some.
    Optional<String> trouble(RateSweep.Ended ended) {
        if (falls()) return Optional.empty();
        if (ended == RateSweep.Ended.STOPPED) return Optional.of("it was stopped before the loss had fallen");
        if (points.isEmpty()) return Optional.of("the loss is not a number from the first step on");
        String range = "between %s and %s"
                .formatted(
                        RateSweep.text(points.getFirst().rate()),
                        RateSweep.text(points.getLast().rate()));
        return Optional.of(
                ended == RateSweep.Ended.COMPLETE
                        ? "the loss does not clearly fall %s; ./thalweg lr looks at another range (--from, --to) or with less noise (--steps)"
                                .formatted(range)
                        : "the loss does not clearly fall before it rises %s; ./thalweg lr looks at lower rates (--from) or with less noise (--steps)"
                                .formatted(range));
    }
}

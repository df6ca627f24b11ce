package dev.thalweg.report;

import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.report.DescentTrace.Moment;
import dev.thalweg.report.Drawing.Anchor;
import dev.thalweg.report.Drawing.Ink;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/// How far the value is above the least that is known, and the gradient's norm, against the evaluations.
record DescentCourse(Problem problem, List<Moment> moments) {
    private static final double LEFT = 84, TOP = 80, WIDE = 690, HIGH = 450;
    /// So far below the highest number the drawing goes.
    private static final double DECADES = 24;

    void draw(Drawing drawing) {
        double reached = moments.stream()
                .mapToDouble(Moment::value)
                .filter(Double::isFinite)
                .min()
                .orElse(0);
        boolean known = !problem.minima().isEmpty();
        double least = known ? problem.minima().getFirst() : reached;
        // The published numbers are rounded.
        double base = Math.min(least, reached);
        ToDoubleFunction<Moment> above = moment -> moment.value() - base;
        var range = moments.stream()
                .flatMapToDouble(m -> DoubleStream.of(above.applyAsDouble(m), m.gradientNorm()))
                .filter(v -> v > 0 && Double.isFinite(v))
                .summaryStatistics();
        double high = range.getCount() == 0 ? 1 : Math.ceil(Math.log10(range.getMax()) + 1e-9);
        double low = range.getCount() == 0 ? -1 : Math.max(Math.floor(Math.log10(range.getMin())), high - DECADES);
        if (high - low < 1) low = high - 1;
        int last = Math.max(1, moments.getLast().evaluations());
        axes(drawing, low, high, last);

        drawing.window(LEFT, TOP - 3, WIDE, HIGH + 6);
        line(drawing, Ink.ORANGE, Moment::gradientNorm, low, high, last);
        line(drawing, Ink.BLUE, above, low, high, last);
        drawing.endOfWindow();

        String what = known
                ? "value above the least known, %s".formatted(Ticks.number(least, 10))
                : "value above the least of this descent, %s".formatted(Ticks.number(reached, 6));
        double at = key(drawing, LEFT, Ink.BLUE, what);
        key(drawing, at, Ink.ORANGE, "gradient's norm");
    }

    private static double key(Drawing drawing, double x, Ink ink, String text) {
        double y = Drawing.HEIGHT - 22;
        drawing.line(ink, 2.2, x, y - 4, x + 22, y - 4);
        drawing.text(x + 30, y, text, 13, false, Anchor.START, Ink.TEXT);
        return x + 30 + Drawing.width(text, 13) + 24;
    }

    private static void axes(Drawing drawing, double low, double high, int last) {
        int each = (int) Math.max(1, Math.ceil((high - low) / 9));
        for (int decade = (int) low; decade <= high; decade++) {
            if (Math.floorMod(decade, each) != 0) continue;
            double y = TOP + HIGH * (high - decade) / (high - low);
            drawing.line(Ink.GRID, 1, LEFT, y, LEFT + WIDE, y);
            drawing.text(LEFT - 8, y + 4, Ticks.number(Math.pow(10, decade), 1), 12, false, Anchor.END, Ink.SOFT);
        }
        var ticks = Ticks.between(0, last, Math.min(8, last));
        for (double value : ticks.values()) {
            double x = LEFT + WIDE * value / last;
            drawing.line(Ink.GRID, 1, x, TOP, x, TOP + HIGH);
            drawing.text(x, TOP + HIGH + 18, ticks.label(value), 12, false, Anchor.MIDDLE, Ink.SOFT);
        }
        drawing.frame(Ink.EDGE, LEFT, TOP, WIDE, HIGH);
        drawing.text(LEFT + WIDE / 2, TOP + HIGH + 38, "evaluations", 13, false, Anchor.MIDDLE, Ink.TEXT);
    }

    /// Where the number is 0, which has no logarithm, the line leaves the drawing below; where it is none, it has a
    /// gap.
    private void line(Drawing drawing, Ink ink, ToDoubleFunction<Moment> number, double low, double high, int last) {
        var points = new ArrayList<double[]>();
        for (var moment : moments) {
            double value = number.applyAsDouble(moment);
            if (!Double.isFinite(value)) {
                draw(drawing, ink, points);
                points.clear();
                continue;
            }
            double height = (high - Math.log10(Math.max(0, value))) / (high - low);
            points.add(new double[] {LEFT + WIDE * moment.evaluations() / last, TOP + HIGH * Math.min(height, 1.02)});
        }
        draw(drawing, ink, points);
    }

    private static void draw(Drawing drawing, Ink ink, List<double[]> points) {
        if (points.isEmpty()) return;
        if (points.size() == 1) drawing.circle(points.getFirst()[0], points.getFirst()[1], 2.5, ink, ink, 1);
        var kept = DoubleStream.builder();
        double[] before = {-1e9, -1e9};
        for (var point : points) {
            boolean last = point == points.getLast();
            if (!last && Math.hypot(point[0] - before[0], point[1] - before[1]) < 0.7) continue;
            kept.add(point[0]).add(point[1]);
            before = point;
        }
        drawing.line(ink, 2, kept.build().toArray());
    }
}

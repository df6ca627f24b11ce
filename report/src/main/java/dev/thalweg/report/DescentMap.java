package dev.thalweg.report;

import dev.thalweg.minimize.Newton;
import dev.thalweg.minimize.Objective;
import dev.thalweg.minimize.Result;
import dev.thalweg.minimize.Stop;
import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.report.DescentTrace.Moment;
import dev.thalweg.report.Drawing.Anchor;
import dev.thalweg.report.Drawing.Ink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/// A function of two variables as a map, deep water where it is low, with a descent's way on it.
record DescentMap(Problem problem, List<Moment> moments, Result result) {
    static final double LEFT = 84, TOP = 76, WIDE = 600, HIGH = 450;
    /// Of the grid on which the function is evaluated.
    private static final int COLUMNS = 361, ROWS = 271;
    /// From how many places along each side minima are sought.
    private static final int SEEKERS = 9;

    private static final Stop SEEK = new Stop(1e-9, 100, 1000);
    /// From the lowest to the highest.
    private static final int[][] SHADES = {
        {0x14, 0x3a, 0x5f}, {0x2b, 0x6c, 0x9b}, {0x6d, 0xa6, 0xc4}, {0xb9, 0xd6, 0xd9}, {0xf1, 0xeb, 0xd8}
    };

    /// Where there is nothing to tell apart.
    private static final String NOTHING = "#8a949d";

    void draw(Drawing drawing) {
        var minima = minima(MapWindow.of(moments).times(3));
        var window = MapWindow.of(moments).including(minima).padded(WIDE / HIGH);
        drawing.window(LEFT, TOP, WIDE, HIGH);
        ground(drawing, window);
        way(drawing, window);
        for (double[] minimum : minima) ring(drawing, x(window, minimum[0]), y(window, minimum[1]));
        drawing.endOfWindow();
        axes(drawing, window);
        double at = LEFT;
        double y = Drawing.HEIGHT - 22;
        start(drawing, at + 6, y - 4);
        at = key(drawing, at + 20, y, "start");
        end(drawing, at + 6, y - 4);
        at = key(drawing, at + 20, y, "end");
        if (minima.stream().anyMatch(window::holds)) {
            ring(drawing, at + 9, y - 4);
            key(drawing, at + 26, y, "known minimum");
        }
    }

    private static double key(Drawing drawing, double x, double y, String text) {
        drawing.text(x, y, text, 13, false, Anchor.START, Ink.TEXT);
        return x + Drawing.width(text, 13) + 22;
    }

    /// Points within the window of the values that are published: problems name no points, so Newton's method
    /// looks for them from all over the window.
    private List<double[]> minima(MapWindow window) {
        var found = new ArrayList<double[]>();
        if (problem.minima().isEmpty()) return found;
        seek(result.point(), window, found);
        for (int i = 0; i < SEEKERS; i++)
            for (int j = 0; j < SEEKERS; j++)
                seek(
                        new double[] {
                            window.left() + window.width() * (i + 0.5) / SEEKERS,
                            window.bottom() + window.height() * (j + 0.5) / SEEKERS
                        },
                        window,
                        found);
        return found;
    }

    private void seek(double[] from, MapWindow window, List<double[]> found) {
        var result = new Newton().minimize(problem.objective(), from, SEEK);
        double value = result.value();
        if (problem.minima().stream().noneMatch(m -> Math.abs(value - m) <= 1e-9 + 1e-6 * Math.abs(m))) return;
        double[] point = result.point();
        if (window.holds(point) && found.stream().noneMatch(other -> window.distance(other, point) < 0.01))
            found.add(point);
    }

    private void ground(Drawing drawing, MapWindow window) {
        Objective f = problem.objective();
        var values = new double[COLUMNS * ROWS];
        var point = new double[2];
        var gradient = new double[2];
        for (int j = 0; j < ROWS; j++)
            for (int i = 0; i < COLUMNS; i++) {
                point[0] = window.left() + window.width() * i / (COLUMNS - 1);
                point[1] = window.bottom() + window.height() * (ROWS - 1 - j) / (ROWS - 1);
                values[j * COLUMNS + i] = f.at(point, gradient);
            }
        double base = DoubleStream.concat(
                        Arrays.stream(values), moments.stream().mapToDouble(Moment::value))
                .filter(Double::isFinite)
                .min()
                .orElse(0);
        var levels = Levels.of(Arrays.stream(values)
                .map(v -> v - base)
                .filter(v -> v > 0 && Double.isFinite(v))
                .sorted()
                .toArray());
        // Where the function is not defined is as high as it gets.
        double most = levels.isEmpty() ? 1 : Math.log(levels.getLast()) + 1;
        double least = levels.isEmpty() ? 0 : Math.log(levels.getFirst()) - 20;
        for (int k = 0; k < values.length; k++) {
            double above = values[k] - base;
            values[k] = Double.isNaN(above) ? most : Math.clamp(Math.log(Math.max(0, above)), least, most);
        }
        var contours = new Contours(COLUMNS, ROWS, values);
        drawing.area(List.of(rectangle(LEFT, TOP, WIDE, HIGH)), levels.isEmpty() ? NOTHING : shade(0));
        for (int k = 0; k < levels.size(); k++) {
            var edges = contours.above(Math.log(levels.get(k)), 0.12);
            for (double[] edge : edges)
                for (int p = 0; p < edge.length; p += 2) {
                    edge[p] = LEFT + WIDE * edge[p] / (COLUMNS - 1);
                    edge[p + 1] = TOP + HIGH * edge[p + 1] / (ROWS - 1);
                }
            if (!edges.isEmpty()) drawing.area(edges, shade((k + 1.0) / levels.size()), Ink.WHITE, 0.5);
        }
        scale(drawing, levels, base);
    }

    private static double[] rectangle(double x, double y, double width, double height) {
        return new double[] {x, y, x + width, y, x + width, y + height, x, y + height};
    }

    private static String shade(double share) {
        double at = Math.clamp(share, 0, 1) * (SHADES.length - 1);
        int k = Math.min(SHADES.length - 2, (int) at);
        int color = 0;
        for (int c = 0; c < 3; c++)
            color = color << 8 | (int) Math.round(SHADES[k][c] + (at - k) * (SHADES[k + 1][c] - SHADES[k][c]));
        return "#%06x".formatted(color);
    }

    /// What the shades mean, beside the map.
    private void scale(Drawing drawing, List<Double> levels, double base) {
        if (levels.isEmpty()) return;
        drawing.endOfWindow();
        double x = LEFT + WIDE + 18, each = HIGH / (levels.size() + 1);
        for (int k = 0; k <= levels.size(); k++) {
            double y = TOP + HIGH - (k + 1) * each;
            drawing.area(List.of(rectangle(x, y, 14, each)), shade((double) k / levels.size()));
            if (k < levels.size())
                drawing.text(x + 20, y + 4, Ticks.number(levels.get(k), 2), 11, false, Anchor.START, Ink.SOFT);
        }
        drawing.frame(Ink.EDGE, x, TOP, 14, HIGH);
        boolean zero = Math.abs(base) < 1e-3 * levels.getFirst();
        drawing.text(
                x + 22, TOP + 11, zero ? "value" : "above " + Ticks.number(base, 3), 11, false, Anchor.START, Ink.TEXT);
        drawing.window(LEFT, TOP, WIDE, HIGH);
    }

    private void way(Drawing drawing, MapWindow window) {
        var points = DoubleStream.builder();
        var dots = new ArrayList<double[]>();
        double lastX = Double.NaN, lastY = Double.NaN;
        double[] dot = {-1e9, -1e9};
        for (int i = 0; i < moments.size(); i++) {
            double[] point = moments.get(i).point();
            double x = x(window, point[0]), y = y(window, point[1]);
            boolean last = i + 1 == moments.size();
            if (!last && Math.hypot(x - lastX, y - lastY) < 0.7) continue;
            points.add(x).add(y);
            lastX = x;
            lastY = y;
            if (Math.hypot(x - dot[0], y - dot[1]) < 6) continue;
            dot = new double[] {x, y};
            dots.add(dot);
        }
        double[] way = points.build().toArray();
        drawing.line(Ink.WHITE, 3.6, way);
        drawing.line(Ink.WAY, 1.8, way);
        for (double[] at : dots) drawing.circle(at[0], at[1], 2.9, Ink.WAY, Ink.WHITE, 0.8);
        start(drawing, way[0], way[1]);
        end(drawing, way[way.length - 2], way[way.length - 1]);
    }

    private static void start(Drawing drawing, double x, double y) {
        drawing.circle(x, y, 5.5, Ink.WHITE, Ink.BLACK, 2);
    }

    private static void end(Drawing drawing, double x, double y) {
        drawing.circle(x, y, 5, Ink.WAY, Ink.WHITE, 1.6);
    }

    private static void ring(Drawing drawing, double x, double y) {
        drawing.circle(x, y, 8.5, null, Ink.BLACK, 4);
        drawing.circle(x, y, 8.5, null, Ink.YELLOW, 2);
    }

    private static double x(MapWindow window, double x) {
        return LEFT + WIDE * (x - window.left()) / window.width();
    }

    private static double y(MapWindow window, double y) {
        return TOP + HIGH * (1 - (y - window.bottom()) / window.height());
    }

    private static void axes(Drawing drawing, MapWindow window) {
        var across = Ticks.between(window.left(), window.left() + window.width(), 8);
        for (double value : across.values()) {
            double x = x(window, value);
            drawing.line(Ink.EDGE, 1, x, TOP + HIGH, x, TOP + HIGH + 5);
            drawing.text(x, TOP + HIGH + 19, across.label(value), 12, false, Anchor.MIDDLE, Ink.SOFT);
        }
        var up = Ticks.between(window.bottom(), window.bottom() + window.height(), 7);
        for (double value : up.values()) {
            double y = y(window, value);
            drawing.line(Ink.EDGE, 1, LEFT - 5, y, LEFT, y);
            drawing.text(LEFT - 9, y + 4, up.label(value), 12, false, Anchor.END, Ink.SOFT);
        }
        drawing.frame(Ink.EDGE, LEFT, TOP, WIDE, HIGH);
        drawing.text(LEFT + WIDE / 2, TOP + HIGH + 38, "x₁", 14, false, Anchor.MIDDLE, Ink.TEXT);
        drawing.upright(22, TOP + HIGH / 2, "x₂", 14, Ink.TEXT);
    }

    /// Heights at which a map has its lines: numbers such as 1, 2, 5, 10, as many of them as give about a dozen.
    static final class Levels {
        private static final double[][] MANTISSAS = {{1, 1.5, 2, 3, 5, 7}, {1, 2, 5}, {1, 3}, {1}};
        private static final int MOST = 15;

        private Levels() {}

        /// @param heights that occur, sorted, above 0
        static List<Double> of(double[] heights) {
            if (heights.length == 0) return List.of();
            // A fiftieth of the map is below the lowest line, so that valleys are wide enough to be seen.
            double high = heights[(int) (0.995 * (heights.length - 1))];
            double low = heights[(int) (0.02 * (heights.length - 1))];
            if (low > high / 30) low = high / 30;
            for (double[] mantissas : MANTISSAS) {
                var levels = between(low, high, mantissas, 1);
                if (levels.size() <= MOST) return levels;
            }
            for (int decades = 2; ; decades++) {
                var levels = between(low, high, new double[] {1}, decades);
                if (levels.size() <= MOST) return levels;
            }
        }

        private static List<Double> between(double low, double high, double[] mantissas, int decades) {
            var levels = new ArrayList<Double>();
            int from = Math.floorDiv((int) Math.floor(Math.log10(low)), decades) * decades;
            for (int k = from; Math.pow(10, k) <= high; k += decades)
                for (double mantissa : mantissas) {
                    double level = mantissa * Math.pow(10, k);
                    if (low <= level && level <= high) levels.add(level);
                }
            return levels;
        }
    }
}

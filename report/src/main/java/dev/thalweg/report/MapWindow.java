package dev.thalweg.report;

import dev.thalweg.report.DescentTrace.Moment;
import java.util.Arrays;
import java.util.List;

/// The part of the plane that a map shows.
record MapWindow(double left, double bottom, double width, double height) {
    /// What is kept free around the points, as a share of their extent.
    private static final double MARGIN = 0.12;
    /// Extents that differ by less are drawn to the same scale.
    private static final double ALIKE = 5;
    /// So many points may lie outside at each end, but of a few not all.
    private static final int WILD = 3;

    /// Around a descent. Start and end lie inside, and all points but a few that are far from all others.
    static MapWindow of(List<Moment> moments) {
        double[] across = extent(moments, 0), up = extent(moments, 1);
        return new MapWindow(across[0], up[0], across[1] - across[0], up[1] - up[0]);
    }

    private static double[] extent(List<Moment> moments, int variable) {
        double[] sorted = moments.stream()
                .mapToDouble(moment -> moment.point()[variable])
                .sorted()
                .toArray();
        int out = Math.min(WILD, sorted.length / 4);
        double start = moments.getFirst().point()[variable],
                end = moments.getLast().point()[variable];
        double low = sorted[out], high = sorted[sorted.length - 1 - out];
        low = Math.min(low, Math.min(start, end));
        high = Math.max(high, Math.max(start, end));
        // What lies no further out than the others' extent is not wild.
        double reach = high - low, from = low - reach, to = high + reach;
        double least = Arrays.stream(sorted).filter(v -> v >= from).min().orElse(low);
        double most = Arrays.stream(sorted).filter(v -> v <= to).max().orElse(high);
        return new double[] {least, most};
    }

    /// With the same middle.
    MapWindow times(double factor) {
        double w = width, h = height;
        if (w == 0 && h == 0) w = h = 1;
        // Along a line, as far to both sides.
        if (w < 1e-9 * h) w = h;
        if (h < 1e-9 * w) h = w;
        return around(w * factor, h * factor);
    }

    private MapWindow around(double w, double h) {
        return new MapWindow(left + width / 2 - w / 2, bottom + height / 2 - h / 2, w, h);
    }

    MapWindow including(List<double[]> points) {
        double right = left + width, top = bottom + height, l = left, b = bottom;
        for (double[] point : points) {
            l = Math.min(l, point[0]);
            right = Math.max(right, point[0]);
            b = Math.min(b, point[1]);
            top = Math.max(top, point[1]);
        }
        return new MapWindow(l, b, right - l, top - b);
    }

    /// With a margin, and of the same scale in both directions where that is possible.
    ///
    /// @param aspect of the map: its width by its height
    MapWindow padded(double aspect) {
        double w = width, h = height;
        // Of a single point, or a line: what doubles can tell apart in any case.
        double least = 1e-9 * (Math.abs(left + width / 2) + Math.abs(bottom + height / 2) + 1e-3);
        if (w <= least && h <= least) w = h = Math.max(1, Math.max(Math.abs(left), Math.abs(bottom)) / 10);
        if (w <= least) w = h / ALIKE;
        if (h <= least) h = w / ALIKE;
        w *= 1 + 2 * MARGIN;
        h *= 1 + 2 * MARGIN;
        if (w <= ALIKE * h && h <= ALIKE * w) {
            if (w < aspect * h) w = aspect * h;
            else h = w / aspect;
        }
        return around(w, h);
    }

    boolean holds(double[] point) {
        return left <= point[0] && point[0] <= left + width && bottom <= point[1] && point[1] <= bottom + height;
    }

    /// In units of the window.
    double distance(double[] one, double[] other) {
        return Math.hypot((one[0] - other[0]) / width, (one[1] - other[1]) / height);
    }
}

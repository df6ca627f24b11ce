package dev.thalweg.report;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/// Numbers on a grid, and the edges of where they are high: marching squares (Lorensen & Cline, "Marching
/// cubes", SIGGRAPH 1987, in the plane). A ring of depths is laid around the grid, on its border, so that
/// every edge closes.
///
/// @param columns of the grid
/// @param rows of the grid
/// @param heights row by row, finite
record Contours(int columns, int rows, double[] heights) {
    private static final double DEPTH = -1e300;

    /// The edges of all that is at least as high as `level`, as closed lines in units of the grid: x, y, x, y, ….
    /// What lies inside an odd number of them is high.
    ///
    /// @param tolerance how far the lines may be from where they were traced; smaller areas are left out
    List<double[]> above(double level, double tolerance) {
        // Each crossing of a line of the grid belongs to two squares, and is joined to one other in each.
        int width = columns + 2, edges = 2 * width * (rows + 2);
        var first = new int[edges];
        var second = new int[edges];
        Arrays.fill(first, -1);
        Arrays.fill(second, -1);
        for (int j = 0; j <= rows; j++)
            for (int i = 0; i <= columns; i++) {
                double a = height(i, j), b = height(i + 1, j), c = height(i + 1, j + 1), d = height(i, j + 1);
                int shape = (a >= level ? 1 : 0) | (b >= level ? 2 : 0) | (c >= level ? 4 : 0) | (d >= level ? 8 : 0);
                int top = 2 * (j * width + i), left = top + 1, bottom = top + 2 * width, right = left + 2;
                switch (shape) {
                    case 1, 14 -> join(first, second, top, left);
                    case 2, 13 -> join(first, second, top, right);
                    case 4, 11 -> join(first, second, right, bottom);
                    case 8, 7 -> join(first, second, left, bottom);
                    case 3, 12 -> join(first, second, left, right);
                    case 6, 9 -> join(first, second, top, bottom);
                    case 5, 10 -> {
                        // Two opposite corners are high: whether the middle joins them is told by the mean.
                        boolean middle = a / 4 + b / 4 + c / 4 + d / 4 >= level;
                        boolean aAlone = middle == (shape == 10);
                        join(first, second, top, aAlone ? left : right);
                        join(first, second, bottom, aAlone ? right : left);
                    }
                    default -> {}
                }
            }
        var lines = new ArrayList<double[]>();
        var seen = new BitSet(edges);
        for (int start = 0; start < edges; start++) {
            if (first[start] < 0 || seen.get(start)) continue;
            var line = follow(start, first, second, seen, level);
            double[] simple = simplified(line, tolerance);
            if (area(simple) > tolerance) lines.add(simple);
        }
        return lines;
    }

    private static void join(int[] first, int[] second, int one, int other) {
        put(first, second, one, other);
        put(first, second, other, one);
    }

    private static void put(int[] first, int[] second, int from, int to) {
        if (first[from] < 0) first[from] = to;
        else second[from] = to;
    }

    private double[] follow(int start, int[] first, int[] second, BitSet seen, double level) {
        var points = new double[32];
        int size = 0;
        int before = -1, at = start;
        while (!seen.get(at)) {
            seen.set(at);
            if (size + 2 > points.length) points = Arrays.copyOf(points, 2 * size);
            crossing(at, level, points, size);
            size += 2;
            int next = first[at] != before ? first[at] : second[at];
            before = at;
            at = next;
        }
        return Arrays.copyOf(points, size);
    }

    /// Writes where the level crosses an edge of the grid.
    private void crossing(int edge, double level, double[] points, int to) {
        int width = columns + 2;
        int i = edge / 2 % width, j = edge / 2 / width;
        int k = edge % 2 == 0 ? i + 1 : i, l = edge % 2 == 0 ? j : j + 1;
        double a = height(i, j), b = height(k, l);
        double share = Math.clamp((level - a) / (b - a), 0, 1);
        points[to] = x(i) + share * (x(k) - x(i));
        points[to + 1] = y(j) + share * (y(l) - y(j));
    }

    /// With the ring, which is column and row 0 and the last ones.
    private double height(int i, int j) {
        return i < 1 || j < 1 || i > columns || j > rows ? DEPTH : heights[(j - 1) * columns + i - 1];
    }

    private double x(int i) {
        return Math.clamp(i - 1, 0, columns - 1);
    }

    private double y(int j) {
        return Math.clamp(j - 1, 0, rows - 1);
    }

    /// Without the points that lie within `tolerance` of the line through their neighbours (Douglas & Peucker, 1973).
    static double[] simplified(double[] line, double tolerance) {
        int n = line.length / 2;
        if (n < 5) return line;
        var keep = new BitSet(n);
        int far = farthest(line, 0, 0, n);
        keep.set(0);
        keep.set(far);
        var spans = new ArrayDeque<int[]>();
        spans.add(new int[] {0, far});
        spans.add(new int[] {far, n});
        while (!spans.isEmpty()) {
            int[] span = spans.pop();
            int at = farthest(line, span[0], span[1] % n, span[1]);
            if (at < 0 || distance(line, span[0], span[1] % n, at) <= tolerance) continue;
            keep.set(at);
            spans.add(new int[] {span[0], at});
            spans.add(new int[] {at, span[1]});
        }
        return keep.stream()
                .boxed()
                .flatMapToDouble(p -> Arrays.stream(line, 2 * p, 2 * p + 2))
                .toArray();
    }

    /// The point between `from` and `to` that is furthest from the line through the points `from` and `end`;
    /// −1 if there is none.
    private static int farthest(double[] line, int from, int end, int to) {
        int at = -1;
        double greatest = -1;
        for (int p = from + 1; p < to; p++) {
            double distance = distance(line, from, end, p);
            if (distance > greatest) {
                greatest = distance;
                at = p;
            }
        }
        return at;
    }

    private static double distance(double[] line, int from, int to, int p) {
        double dx = line[2 * to] - line[2 * from], dy = line[2 * to + 1] - line[2 * from + 1];
        double px = line[2 * p] - line[2 * from], py = line[2 * p + 1] - line[2 * from + 1];
        double length = Math.hypot(dx, dy);
        return length == 0 ? Math.hypot(px, py) : Math.abs(dx * py - dy * px) / length;
    }

    private static double area(double[] line) {
        double twice = 0;
        for (int p = 0, q = line.length - 2; p < line.length; q = p, p += 2)
            twice += line[q] * line[p + 1] - line[p] * line[q + 1];
        return Math.abs(twice) / 2;
    }
}

package dev.thalweg.report.tensorboard;

/// How values are spread: counts in buckets of equal width from the least to the greatest of them.
/// Values that are not finite belong to no bucket and are left out.
///
/// @param count of the finite values
/// @param limits upper end of each bucket, ascending; the first begins at `min`, the last ends at `max`
/// @param counts of the values in each bucket
record Histogram(
        double min, double max, double count, double sum, double sumOfSquares, double[] limits, double[] counts) {
    static final int BUCKETS = 64;

    static Histogram of(float[] values) {
        double min = Double.POSITIVE_INFINITY, max = Double.NEGATIVE_INFINITY, sum = 0, squares = 0;
        long count = 0;
        for (float value : values) {
            if (!Float.isFinite(value)) continue;
            min = Math.min(min, value);
            max = Math.max(max, value);
            sum += value;
            squares += (double) value * value;
            count++;
        }
        if (count == 0) return new Histogram(0, 0, 0, 0, 0, new double[] {0}, new double[] {0});
        if (min == max) return new Histogram(min, max, count, sum, squares, new double[] {max}, new double[] {count});
        var limits = new double[BUCKETS];
        var counts = new double[BUCKETS];
        for (int i = 0; i < BUCKETS; i++) limits[i] = min + (max - min) * (i + 1) / BUCKETS;
        limits[BUCKETS - 1] = max;
        double scale = BUCKETS / (max - min);
        for (float value : values)
            if (Float.isFinite(value)) counts[Math.min(BUCKETS - 1, (int) ((value - min) * scale))]++;
        return new Histogram(min, max, count, sum, squares, limits, counts);
    }
}

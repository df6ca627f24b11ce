package dev.thalweg.format;

import java.util.List;

/// What the elements of a tensor are like, in float64.
///
/// @param elements how many
/// @param mean of the finite ones; NaN if there are none
/// @param deviation of the finite ones, the root of the mean squared distance from the mean
/// @param min the least finite one
/// @param max the greatest finite one
/// @param notNumbers how many are NaN
/// @param infinite how many are infinite, of either sign
public record TensorSummary(
        String name,
        DType type,
        List<Long> shape,
        long elements,
        double mean,
        double deviation,
        double min,
        double max,
        long notNumbers,
        long infinite) {

    public static TensorSummary of(Entry tensor) {
        long n = tensor.size();
        long notNumbers = 0;
        long infinite = 0;
        double sum = 0;
        double min = Double.NaN;
        double max = Double.NaN;
        for (long i = 0; i < n; i++) {
            double x = tensor.element(i);
            if (Double.isFinite(x)) {
                sum += x;
                if (!(x >= min)) min = x;
                if (!(x <= max)) max = x;
            } else if (Double.isNaN(x)) notNumbers++;
            else infinite++;
        }
        long finite = n - notNumbers - infinite;
        double mean = sum / finite;
        double squares = 0;
        for (long i = 0; i < n; i++) {
            double x = tensor.element(i);
            if (Double.isFinite(x)) squares += (x - mean) * (x - mean);
        }
        return new TensorSummary(
                tensor.name(),
                tensor.type(),
                tensor.shape(),
                n,
                mean,
                Math.sqrt(squares / finite),
                min,
                max,
                notNumbers,
                infinite);
    }

    /// Elements that are no finite numbers.
    public long notFinite() {
        return notNumbers + infinite;
    }
}

package dev.thalweg.data.check;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Examples;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is in a data set, as numbers.
///
/// @param parts those that are not empty, training first
/// @param pictures null where they were not looked at
public record DataSummary(
        String name,
        List<String> classes,
        List<Part> parts,
        @Nullable Pictures pictures) {

    /// @param name `train`, `validation` or `test`
    /// @param counts examples of each class, in the order of the classes
    public record Part(String name, int examples, List<Integer> counts) {}

    /// All pictures that can be read.
    ///
    /// @param width in pixels
    /// @param height in pixels
    /// @param aspect width over height
    /// @param bytes of a file; null where pictures are not files
    /// @param channels pictures by what they are decoded to: `grey` and `RGB`
    /// @param colours files by how they store colours, such as `CMYK`
    /// @param formats files by format, such as `JPEG`
    /// @param mean over all pixels of the training part as they are, for each channel, of 0 … 1; of grey
    ///     pictures the one channel
    /// @param deviation likewise
    public record Pictures(
            int count,
            @Nullable Spread width,
            @Nullable Spread height,
            @Nullable Spread aspect,
            @Nullable Spread bytes,
            Map<String, Integer> channels,
            Map<String, Integer> colours,
            Map<String, Integer> formats,
            List<Double> mean,
            List<Double> deviation) {}

    /// @param median of an even number the lower of the two in the middle
    public record Spread(double min, double median, double max) {
        static @Nullable Spread of(double[] values) {
            if (values.length == 0) return null;
            var sorted = values.clone();
            Arrays.sort(sorted);
            return new Spread(sorted[0], sorted[(sorted.length - 1) / 2], sorted[sorted.length - 1]);
        }
    }

    /// Counts alone: no picture is read.
    public static DataSummary of(DataSet set) {
        return of(set, null);
    }

    static DataSummary of(Survey survey) {
        return of(survey.set, pictures(survey));
    }

    private static DataSummary of(DataSet set, @Nullable Pictures pictures) {
        var parts = new java.util.ArrayList<Part>();
        var examples = List.of(set.train(), set.validation(), set.test());
        for (int p = 0; p < 3; p++)
            if (examples.get(p).size() > 0)
                parts.add(new Part(
                        Survey.PARTS.get(p),
                        examples.get(p).size(),
                        counts(examples.get(p), set.classes().size())));
        return new DataSummary(set.name(), set.classes(), parts, pictures);
    }

    private static List<Integer> counts(Examples examples, int classes) {
        var counts = new Integer[classes];
        Arrays.fill(counts, 0);
        for (int label : examples.labels()) counts[label]++;
        return List.of(counts);
    }

    private static Pictures pictures(Survey survey) {
        int[] readable = java.util.stream.IntStream.range(0, survey.size())
                .filter(survey::readable)
                .toArray();
        var channels = new LinkedHashMap<String, Integer>();
        var colours = new TreeMap<String, Integer>();
        var formats = new TreeMap<String, Integer>();
        for (int i : readable) {
            channels.merge(survey.channels[i] == 1 ? "grey" : "RGB", 1, Integer::sum);
            var file = survey.files[i];
            if (file == null) continue;
            if (!file.colours().isEmpty()) colours.merge(file.colours(), 1, Integer::sum);
            formats.merge(file.format(), 1, Integer::sum);
        }
        return new Pictures(
                readable.length,
                Spread.of(Arrays.stream(readable)
                        .mapToDouble(i -> survey.widths[i])
                        .toArray()),
                Spread.of(Arrays.stream(readable)
                        .mapToDouble(i -> survey.heights[i])
                        .toArray()),
                Spread.of(Arrays.stream(readable)
                        .mapToDouble(i -> (double) survey.widths[i] / survey.heights[i])
                        .toArray()),
                Spread.of(Arrays.stream(readable)
                        .filter(i -> survey.files[i] != null)
                        .mapToDouble(survey.all::storedBytes)
                        .toArray()),
                channels,
                colours,
                formats,
                moments(survey, channels.containsKey("RGB") ? 3 : 1, false),
                moments(survey, channels.containsKey("RGB") ? 3 : 1, true));
    }

    private static List<Double> moments(Survey survey, int channels, boolean deviation) {
        var moments = new java.util.ArrayList<Double>();
        for (int c = 0; c < channels; c++) {
            double n = 0, sum = 0, squares = 0;
            for (int v = 0; v < 256; v++) {
                double count = survey.values[c][v];
                n += count;
                sum += count * v;
                squares += count * v * v;
            }
            if (n == 0) return List.of();
            double mean = sum / n;
            moments.add((deviation ? Math.sqrt(Math.max(0, squares / n - mean * mean)) : mean) / 255);
        }
        return moments;
    }
}

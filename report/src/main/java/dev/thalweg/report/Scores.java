package dev.thalweg.report;

import dev.thalweg.tensor.Quote;
import dev.thalweg.train.Prediction;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What can be counted in predictions.
///
/// @param classes of the data, in its order
/// @param predictions of one part
record Scores(List<String> classes, List<Prediction> predictions) {
    /// Bins of confidence, of equal width, as in Guo et al. (2017).
    private static final int BINS = 15;
    /// Classes whose whole matrix is shown.
    private static final int MATRIX = 25;
    /// Classes of a table.
    private static final int TABLE = 400;

    private static final int PAIRS = 8;

    Run.Evaluation evaluation(String part, List<Run.Mistake> mistakes, Run.@Nullable Sheet sheet) {
        var counts = counts();
        return new Run.Evaluation(
                part,
                predictions.size(),
                accuracy(),
                topFive(),
                classes.size(),
                classScores(counts),
                confusion(counts),
                confused(counts),
                reliability(),
                (int) predictions.stream().filter(p -> !p.right()).count(),
                mistakes,
                sheet);
    }

    double accuracy() {
        return predictions.stream().mapToInt(p -> p.right() ? 1 : 0).average().orElse(Double.NaN);
    }

    private double topFive() {
        if (classes.size() < 6) return Double.NaN;
        return predictions.stream()
                .mapToInt(p -> p.rank() <= 5 ? 1 : 0)
                .average()
                .orElse(Double.NaN);
    }

    /// How often what is taken for what, without the pairs that never occur: of a thousand classes
    /// that would be a million numbers.
    private Counts counts() {
        Map<String, Integer> index = new HashMap<>();
        for (int k = 0; k < classes.size(); k++) index.put(classes.get(k), k);
        var pairs = new HashMap<Pair, Integer>();
        var labelled = new int[classes.size()];
        var said = new int[classes.size()];
        var right = new int[classes.size()];
        for (var p : predictions) {
            Integer label = index.get(p.label());
            Integer predicted = index.get(p.predicted());
            if (label == null || predicted == null)
                throw new IllegalArgumentException("predictions.csv names the class %s, which run.json does not have"
                        .formatted(Quote.of(label == null ? p.label() : p.predicted())));
            labelled[label]++;
            said[predicted]++;
            if (label.equals(predicted)) right[label]++;
            pairs.merge(new Pair(label, predicted), 1, Integer::sum);
        }
        return new Counts(labelled, said, right, pairs);
    }

    private record Pair(int label, int predicted) {}

    /// @param labelled examples of each class
    /// @param said predictions of each class
    /// @param right where both are the same
    private record Counts(int[] labelled, int[] said, int[] right, Map<Pair, Integer> pairs) {
        int of(int label, int predicted) {
            return pairs.getOrDefault(new Pair(label, predicted), 0);
        }

        /// Examples of the class, or taken for it, that are wrong.
        int wrong(int k) {
            return labelled[k] + said[k] - 2 * right[k];
        }

        double precision(int k) {
            return (double) right[k] / said[k];
        }

        double recall(int k) {
            return (double) right[k] / labelled[k];
        }

        double f1(int k) {
            return 2.0 * right[k] / (labelled[k] + said[k]);
        }
    }

    private List<Run.ClassScore> classScores(Counts counts) {
        var all = new ArrayList<Run.ClassScore>();
        for (int k = 0; k < classes.size(); k++)
            all.add(new Run.ClassScore(
                    PageText.name(classes.get(k)),
                    counts.labelled[k],
                    counts.precision(k),
                    counts.recall(k),
                    counts.f1(k)));
        if (all.size() <= TABLE) return all;
        all.sort(Comparator.comparingDouble(Run.ClassScore::f1));
        return all.subList(0, TABLE);
    }

    private Run.Confusion confusion(Counts counts) {
        var shown = new ArrayList<Integer>();
        for (int k = 0; k < classes.size(); k++) shown.add(k);
        if (shown.size() > MATRIX) {
            shown.sort(Comparator.comparingInt((Integer k) -> -counts.wrong(k)));
            shown.subList(MATRIX, shown.size()).clear();
            shown.sort(null);
        }
        int n = shown.size();
        var cells = new int[n][n];
        var outside = new int[n];
        for (int i = 0; i < n; i++) {
            int rest = counts.labelled[shown.get(i)];
            for (int j = 0; j < n; j++) rest -= cells[i][j] = counts.of(shown.get(i), shown.get(j));
            outside[i] = rest;
        }
        return new Run.Confusion(
                shown.stream().map(k -> PageText.name(classes.get(k))).toList(), cells, outside);
    }

    private List<Run.Confused> confused(Counts counts) {
        return counts.pairs.entrySet().stream()
                .filter(e -> e.getKey().label() != e.getKey().predicted())
                .sorted(Comparator.comparingInt((Map.Entry<Pair, Integer> e) -> -e.getValue())
                        .thenComparingInt(e -> e.getKey().label())
                        .thenComparingInt(e -> e.getKey().predicted()))
                .limit(PAIRS)
                .map(e -> new Run.Confused(
                        PageText.name(classes.get(e.getKey().label())),
                        PageText.name(classes.get(e.getKey().predicted())),
                        e.getValue(),
                        counts.labelled[e.getKey().label()]))
                .toList();
    }

    Run.Reliability reliability() {
        var examples = new int[BINS];
        var confidence = new double[BINS];
        var right = new int[BINS];
        double all = 0;
        for (var p : predictions) {
            int b = Math.clamp((int) Math.ceil(p.confidence() * BINS) - 1, 0, BINS - 1);
            examples[b]++;
            confidence[b] += p.confidence();
            all += p.confidence();
            if (p.right()) right[b]++;
        }
        double error = 0;
        var bins = new ArrayList<Run.Bin>();
        for (int b = 0; b < BINS; b++) {
            bins.add(new Run.Bin(
                    (double) b / BINS,
                    (b + 1.0) / BINS,
                    examples[b],
                    confidence[b] / examples[b],
                    (double) right[b] / examples[b]));
            error += Math.abs(right[b] - confidence[b]) / predictions.size();
        }
        return new Run.Reliability(error, all / predictions.size(), bins);
    }
}

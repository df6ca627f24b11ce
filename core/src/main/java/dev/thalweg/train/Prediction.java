package dev.thalweg.train;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.thalweg.data.Examples;
import dev.thalweg.format.AtomicFile;
import dev.thalweg.format.JsonFault;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MappingIterator;
import tools.jackson.dataformat.csv.CsvMapper;
import tools.jackson.dataformat.csv.CsvSchema;

/// What the finished model says of one example: a line of `predictions.csv`, in UTF-8 with commas, a
/// header, and quotes where they are needed (RFC 4180).
///
/// Probabilities are the softmax of the class scores that the run's accuracy is of: averaged over views
/// as the recipe says.
///
/// @param part `test` or `validation`
/// @param index the example's number within the part, from 0
/// @param name the example's own
/// @param label name of its class
/// @param predicted name of the class with the highest score
/// @param confidence probability of the predicted class, in (0, 1]
/// @param probability of the label, in [0, 1]
/// @param rank of the label among the classes by score, from 1; 1 is a right answer
@JsonPropertyOrder({"part", "index", "name", "label", "predicted", "confidence", "probability", "rank"})
public record Prediction(
        String part,
        int index,
        String name,
        String label,
        String predicted,
        float confidence,
        float probability,
        int rank) {
    private static final CsvMapper CSV = CsvMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .build();
    private static final CsvSchema SCHEMA =
            CSV.schemaFor(Prediction.class).withHeader().withStrictHeaders(true);

    public boolean right() {
        return rank == 1;
    }

    /// What `evaluation` says of each of `examples`, which it is of.
    static List<Prediction> of(String part, Examples examples, List<String> classes, Evaluation evaluation) {
        int n = classes.size();
        var all = new ArrayList<Prediction>();
        for (int i = 0; i < evaluation.examples(); i++) {
            int label = evaluation.labels()[i];
            int best = Evaluator.best(evaluation.scores(), i, n);
            all.add(new Prediction(
                    part,
                    i,
                    examples.name(i),
                    classes.get(label),
                    classes.get(best),
                    (float) probability(evaluation.scores(), i, n, best),
                    (float) probability(evaluation.scores(), i, n, label),
                    rank(evaluation.scores(), i, n, label)));
        }
        return all;
    }

    private static double probability(float[] scores, int i, int classes, int wanted) {
        double total = 0;
        for (int k = 0; k < classes; k++)
            total += Math.exp((double) scores[i * classes + k] - scores[i * classes + wanted]);
        return 1 / total;
    }

    /// Of equal scores the first class is taken to be higher, as in the accuracy.
    private static int rank(float[] scores, int i, int classes, int label) {
        int rank = 1;
        float own = scores[i * classes + label];
        for (int k = 0; k < classes; k++) {
            float other = scores[i * classes + k];
            if (other > own || other == own && k < label) rank++;
        }
        return rank;
    }

    /// Creates or replaces `file`.
    static void write(Path file, List<Prediction> predictions) throws IOException {
        AtomicFile.write(file, channel -> {
            var out = Channels.newWriter(channel, StandardCharsets.UTF_8);
            out.write(CSV.writer(SCHEMA).writeValueAsString(predictions));
            out.flush();
        });
    }

    /// The predictions in `file`, in order; none if there is no such file.
    ///
    /// @throws IOException if the file is not one of predictions; the message says where
    public static List<Prediction> read(Path file) throws IOException {
        if (!Files.exists(file)) return List.of();
        try (MappingIterator<Prediction> rows =
                CSV.readerFor(Prediction.class).with(SCHEMA).readValues(Files.newInputStream(file))) {
            return rows.readAll();
        } catch (JacksonException e) {
            var at = e.getLocation();
            throw new IOException(
                    "%s%s: expected a prediction with the columns %s: %s"
                            .formatted(
                                    file,
                                    at != null && at.getLineNr() > 0 ? ", line " + at.getLineNr() : "",
                                    String.join(",", SCHEMA.getColumnNames()),
                                    JsonFault.sentence(e)),
                    e);
        }
    }
}

package dev.thalweg.compare;

import dev.thalweg.format.JsonFault;
import dev.thalweg.train.Result;
import dev.thalweg.train.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What a run came to, from the files that it left.
///
/// @param ended finished or diverged; a run that was stopped goes on and has no outcome yet
/// @param test accuracy on the test part as the recipe looks at it; null without one
/// @param testLoss likewise
/// @param examples of the validation part
/// @param seconds of training, without evaluation
record Outcome(
        Result.Ended ended,
        List<Epoch> curve,
        @Nullable Double test,
        @Nullable Double testLoss,
        int examples,
        double seconds) {
    private static final JsonMapper JSON = new JsonMapper();

    /// The state after an epoch.
    ///
    /// @param epoch since the beginning; a last one that is broken off has a fraction
    /// @param seconds of training since the beginning, without evaluation
    record Epoch(
            double epoch,
            double seconds,
            @Nullable Double trainLoss,
            @Nullable Double validationAccuracy,
            @Nullable Double validationLoss) {}

    /// @param epochs planned
    /// @return none if the run is not over
    /// @throws IOException if a file is damaged, naming it
    static Optional<Outcome> read(RunFolder folder, double epochs) throws IOException {
        if (!Files.isRegularFile(folder.result())) return Optional.empty();
        var result = tree(folder.result(), Files.readString(folder.result()));
        Result.Ended ended;
        try {
            ended = Result.Ended.valueOf(result.path("ended").asString("").toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IOException(folder.result() + " does not say how the run ended", e);
        }
        if (ended == Result.Ended.STOPPED) return Optional.empty();
        return Optional.of(new Outcome(
                ended,
                curve(folder, epochs),
                number(result, "/test/accuracy"),
                number(result, "/test/loss"),
                result.at("/validation/examples").asInt(0),
                result.at("/train/seconds").asDouble(0)));
    }

    private static List<Epoch> curve(RunFolder folder, double epochs) throws IOException {
        var curve = new ArrayList<Epoch>();
        double seconds = 0;
        for (String line : RunFolder.lines(folder.metrics())) {
            var node = tree(folder.metrics(), line);
            seconds += node.path("seconds").asDouble(0);
            curve.add(new Epoch(
                    Math.min(node.path("epoch").asDouble(0), epochs),
                    seconds,
                    number(node, "/train.loss"),
                    number(node, "/validation.accuracy"),
                    number(node, "/validation.loss")));
        }
        return curve;
    }

    private static JsonNode tree(Path file, String text) throws IOException {
        try {
            return JSON.readTree(text);
        } catch (JacksonException e) {
            throw new IOException("%s: expected JSON: %s".formatted(file, JsonFault.sentence(e)), e);
        }
    }

    /// Null for what is not there, or not finite.
    private static @Nullable Double number(JsonNode node, String pointer) {
        double value = node.at(pointer).asDouble(Double.NaN);
        return Double.isFinite(value) ? value : null;
    }

    boolean diverged() {
        return ended == Result.Ended.DIVERGED;
    }

    /// After the last epoch; null if the run diverged.
    @Nullable
    Double validation() {
        return diverged() || curve.isEmpty() ? null : curve.getLast().validationAccuracy();
    }

    /// How the rate did that was tried.
    Grid.Score score() {
        Double accuracy = validation();
        if (accuracy == null) return Grid.Score.DIVERGED;
        Double loss = curve.getLast().validationLoss();
        return new Grid.Score(accuracy, loss == null ? Double.POSITIVE_INFINITY : loss, examples);
    }
}

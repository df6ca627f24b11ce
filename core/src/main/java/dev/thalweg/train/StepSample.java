package dev.thalweg.train;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.thalweg.format.JsonFault;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;

/// One step of a run that was recorded: a line of `steps.jsonl`. A run records its first step, its
/// last and 100 to 500 in between, at equal distances, or all if it has not as many. The numbers are the same bits
/// whenever the run is
/// repeated, or resumed.
///
/// @param step from 1
/// @param epoch epochs done after it
/// @param loss mean over the step's examples, as augmented
/// @param learningRate before the groups' multipliers
/// @param gradientNorm Euclidean, over all trained parameters, before clipping by norm or value
/// @param update ‖Δθ‖ / ‖θ‖ over all weights (not biases, not normalizations), of what the optimizer
///     and the riders did together; estimated from at most 16,384 elements of each weight
/// @param layers the same for each weight, by name; NaN for one that is all zero
public record StepSample(
        long step,
        double epoch,
        float loss,
        @JsonProperty("learning_rate") float learningRate,
        @JsonProperty("gradient_norm") float gradientNorm,
        @JsonProperty("update_ratio") float update,
        Map<String, Float> layers) {

    /// The samples in `file`, in order; none if there is no such file.
    ///
    /// @throws IOException if a line is not one; the message says which
    public static List<StepSample> read(Path file) throws IOException {
        var samples = new ArrayList<StepSample>();
        for (String line : RunFolder.lines(file)) {
            try {
                samples.add(Json.read(line, StepSample.class));
            } catch (JacksonException e) {
                throw new IOException(
                        "%s, line %d: expected a recorded step as JSON: %s"
                                .formatted(file, samples.size() + 1, JsonFault.sentence(e)),
                        e);
            }
        }
        return samples;
    }
}

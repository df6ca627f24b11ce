package dev.thalweg.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The final numbers of a run, written as `result.json` for scripts.
///
/// @param ended how the run ended
/// @param test of the model file, null if the run was stopped before
/// @param parameters of the network, trained or not
/// @param skipped pictures of all parts that were left out because they cannot be read
/// @param controls what was done to the run while it trained; with the recipe, they determine it
public record Result(
        Ended ended,
        @Nullable Numbers test,
        @Nullable Numbers validation,
        Speed train,
        double epochs,
        long steps,
        long seed,
        long parameters,
        int skipped,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Control> controls) {

    /// How a run ended.
    public enum Ended {
        /// All epochs are done.
        FINISHED,
        /// Somebody asked it to stop; it can be resumed.
        STOPPED,
        /// The loss was not a number, or far above where it began.
        DIVERGED
    }

    /// @param accuracy in [0, 1], averaged over views as the recipe says
    /// @param plainAccuracy without averaging
    public record Numbers(
            double accuracy,
            double loss,
            @JsonProperty("plain_accuracy") double plainAccuracy,
            @JsonProperty("plain_loss") double plainLoss,
            int examples) {
        static Numbers of(Evaluation evaluation) {
            return new Numbers(
                    evaluation.accuracy(),
                    evaluation.loss(),
                    evaluation.plainAccuracy(),
                    evaluation.plainLoss(),
                    evaluation.examples());
        }
    }

    /// @param seconds of training over all processes of the run, without evaluation
    /// @param loss of the last epoch, as augmented
    public record Speed(
            double seconds,
            @JsonProperty("images_per_second") double imagesPerSecond,
            double loss,
            double accuracy) {}
}

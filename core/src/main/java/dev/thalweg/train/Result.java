package dev.thalweg.train;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.thalweg.minimize.Reason;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The final numbers of a run, written as `result.json` for scripts.
///
/// @param ended how the run ended
/// @param test of the model file, null if the run was stopped before
/// @param parameters of the network, trained or not
/// @param skipped pictures of all parts that were left out because they cannot be read
/// @param minimum where a minimizer came to; null with other rules
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
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Minimum minimum,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Control> controls) {

    /// How a run ended.
    public enum Ended {
        /// All epochs are done, or a minimizer came to its end before: `minimum` says where and why.
        FINISHED,
        /// Somebody asked it to stop; it can be resumed.
        STOPPED,
        /// The loss was not a number, or far above where it began.
        DIVERGED
    }

    /// @param value of the whole loss, with decay
    /// @param evaluations of it and its gradient, those for differences included
    /// @param hessians matrices of second derivatives
    /// @param products of second derivatives with a vector
    /// @param reason why it stopped, see [dev.thalweg.minimize.Reason]
    /// @param detail the reason in a sentence
    public record Minimum(
            double value,
            @JsonProperty("gradient_norm") double gradientNorm,
            int iterations,
            int evaluations,
            int hessians,
            int products,
            String reason,
            String detail) {
        static @Nullable Minimum of(dev.thalweg.minimize.@Nullable Result result) {
            // A start that is not defined is no minimum.
            if (result == null || result.reason() == Reason.NOT_FINITE && result.iterations() == 0) return null;
            return new Minimum(
                    result.value(),
                    result.gradientNorm(),
                    result.iterations(),
                    result.evaluations(),
                    result.hessians(),
                    result.products(),
                    result.reason().key(),
                    result.detail());
        }
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
    /// @param imagesPerSecond examples of all steps by these seconds; a minimizer's iteration counts once, however
    ///     often it evaluates the loss of all examples
    /// @param loss of the last epoch, as augmented
    public record Speed(
            double seconds,
            @JsonProperty("images_per_second") double imagesPerSecond,
            double loss,
            double accuracy) {}
}

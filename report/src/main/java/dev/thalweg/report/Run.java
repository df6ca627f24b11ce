package dev.thalweg.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// All that a page shows of one run: the contract between Java and the page's script, whose `render`
/// takes it as JSON, at any time and as often as there is something new. What is null or empty has no
/// panel, or one that says why: see `missing`.
///
/// Numbers that are not finite are written as null, all others with six digits.
///
/// @param kind `run`, by which the script tells it from a [Comparison]
/// @param name of the run's folder
/// @param state `running`, `finished`, `stopped` or `diverged`
/// @param unit what is counted along the curves: `epoch`, or `iteration` where a minimizer trains
/// @param about one line: network, data, precision
/// @param headline the numbers that matter most, in order
/// @param epochs a point for each epoch, fewer where they are very many
/// @param missing for a panel that cannot be made, by its name, a sentence that says why
/// @param says what a panel shows in this run, by its name: one sentence
/// @param reads how a panel is to be read, by its name, where that depends on the run
public record Run(
        String kind,
        String name,
        String state,
        String unit,
        String about,
        List<Fact> headline,
        List<Epoch> epochs,
        @Nullable Steps steps,
        @Nullable Evaluation evaluation,
        @Nullable Filters filters,
        @Nullable Batch batch,
        @Nullable Time time,
        @Nullable Data data,
        @Nullable JsonNode recipe,
        List<Fact> machine,
        Map<String, String> missing,
        Map<String, String> says,
        Map<String, String> reads) {

    /// A number or a word with its name.
    ///
    /// @param note what it needs to be understood; may be empty
    public record Fact(String name, String value, String note) {}

    /// @param end epochs done when it ended; not whole at the end of a run of 9.9 epochs
    /// @param validationLoss NaN without a validation part
    /// @param learningRate NaN of a minimizer's iteration, and so are images a second
    /// @param iteration null unless it is one
    public record Epoch(
            double end,
            double trainLoss,
            double trainAccuracy,
            double validationLoss,
            double validationAccuracy,
            double learningRate,
            double seconds,
            double imagesPerSecond,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Iteration iteration) {}

    /// What a minimizer's iteration has come to.
    ///
    /// @param gradientNorm of the loss of all examples with decay
    /// @param evaluations of that loss, since the run began
    public record Iteration(double gradientNorm, double evaluations) {}

    /// Steps that were sampled, as columns of equal length.
    ///
    /// @param epoch how many epochs had been done after the step
    /// @param learningRate NaN where there is none
    /// @param gradientNorm Euclidean, before clipping by norm or value
    /// @param update ‖Δθ‖ / ‖θ‖ over all weights
    /// @param layers the same for each weight, one row each; fewer columns, at `layerEpoch`
    public record Steps(
            double[] epoch,
            double[] loss,
            double[] learningRate,
            double[] gradientNorm,
            double[] update,
            double[] layerEpoch,
            List<Layer> layers) {

        /// The same of a rule that has no learning rate.
        Steps withoutRate() {
            var none = new double[learningRate.length];
            Arrays.fill(none, Double.NaN);
            return new Steps(epoch, loss, none, gradientNorm, update, layerEpoch, layers);
        }
    }

    /// @param name of the weight
    /// @param update ‖Δθ‖ / ‖θ‖
    public record Layer(String name, double[] update) {}

    /// How the finished model does on examples that it has not learned from.
    ///
    /// @param part `test` or `validation`
    /// @param topFive share of examples whose label is among the five most probable classes; NaN for
    ///     fewer than six classes
    /// @param classes of the data, in its order; of very many, those with the lowest F1
    /// @param classCount of the data
    /// @param confusions pairs of classes that are taken for each other most often
    public record Evaluation(
            String part,
            int examples,
            double accuracy,
            double topFive,
            int classCount,
            List<ClassScore> classes,
            Confusion confusion,
            List<Confused> confusions,
            Reliability reliability,
            int wrong,
            List<Mistake> mistakes,
            @Nullable Sheet sheet) {}

    /// @param examples whose label this class is
    /// @param precision share of right answers among those that say this class; NaN if none does
    /// @param recall share of right answers among its examples; NaN if it has none
    /// @param f1 harmonic mean of both
    public record ClassScore(String name, int examples, double precision, double recall, double f1) {}

    /// @param classes rows and columns
    /// @param counts examples of the row's class for which the column's was predicted
    /// @param outside for each row, examples for which a class without a column was predicted
    public record Confusion(List<String> classes, int[][] counts, int[] outside) {}

    /// `count` of the examples of class `label` were taken for `predicted`.
    public record Confused(String label, String predicted, int count, int examples) {}

    /// Confidence against accuracy.
    ///
    /// @param error expected calibration error: the mean over examples of their bin's
    ///     |accuracy − confidence| (Naeini et al., 2015; Guo et al., 2017), in [0, 1]
    /// @param confidence mean over all examples
    public record Reliability(double error, double confidence, List<Bin> bins) {}

    /// Examples whose confidence lies in (from, to].
    ///
    /// @param confidence their mean; NaN if there are none
    /// @param accuracy share of right answers among them; NaN if there are none
    public record Bin(double from, double to, int examples, double confidence, double accuracy) {}

    /// @param name of the example
    /// @param confidence the probability that the network gave to what it predicted
    /// @param probability that it gave to the label
    /// @param tile number in the sheet, −1 without picture
    public record Mistake(
            String name, String label, String predicted, double confidence, double probability, int tile) {}

    /// Small pictures of one size in one picture, row by row.
    ///
    /// @param source a `data:` address
    public record Sheet(String source, int width, int height, int columns) {}

    /// The first layer's weights as pictures.
    ///
    /// @param layer name of the weight
    /// @param total how many it has; `count` of them are shown
    /// @param pixels base64 of (count, height, width, channels) unsigned bytes, each filter stretched
    ///     so that 0 is the middle grey
    public record Filters(String layer, int total, int count, int height, int width, int channels, String pixels) {}

    /// Pictures of the first batch, as the network saw them.
    ///
    /// @param labels of the tiles
    public record Batch(Sheet sheet, List<String> labels) {}

    /// Where the time went.
    ///
    /// @param total seconds, over all processes of the run
    /// @param parts of it, in the order in which they happen; they add up to the total
    /// @param profiled steps that were timed, operation by operation
    /// @param stepMilliseconds that one of these took
    /// @param operations by time, most first; small ones are added up in the last
    public record Time(
            double total, List<Part> parts, int profiled, double stepMilliseconds, List<Operation> operations) {}

    public record Part(String name, double seconds, String note) {}

    /// One operation of the plan.
    ///
    /// @param phase forward or backward
    /// @param gflops billions of floating-point operations a second; 0 where they are not counted
    public record Operation(
            String layer, String kind, String phase, String implementation, double milliseconds, double gflops) {}

    /// What was learned from.
    ///
    /// @param classCount of the data; `classes` has those with the fewest examples where they are many
    public record Data(List<Fact> facts, int classCount, List<ClassCount> classes, List<String> notes) {}

    public record ClassCount(String name, int train, int validation, int test) {}
}

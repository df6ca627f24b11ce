package dev.thalweg.report;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Update rules compared, as the page's script takes them.
///
/// @param kind `contest`
/// @param measure what rules are ranked by: `test` or `validation`
/// @param target null without one
/// @param rules the best first
/// @param how it was done
/// @param recipe of every run, but for rule, learning rate and decay
/// @param says sentences by panel
/// @param missing why a panel is not there, by panel
public record ContestPage(
        String kind,
        String title,
        String about,
        List<Run.Fact> headline,
        String measure,
        @Nullable Goal target,
        List<Rule> rules,
        List<Run.Fact> how,
        JsonNode recipe,
        Map<String, String> says,
        Map<String, String> missing) {

    /// @param text such as `90 %`
    public record Goal(double accuracy, String text) {}

    /// Mean and deviation.
    ///
    /// @param mean null without runs
    /// @param text for people
    public record Amount(@Nullable Double mean, int runs, String text) {}

    /// @param accuracy by which it is ranked, in percent as a text
    /// @param each seed's accuracy
    /// @param alike whether the seeds may be all that sets it apart from the first
    /// @param reached of how many runs the target was reached: `3 of 5`; empty where all or none did
    /// @param rate that was found; null for none
    /// @param remark empty for none
    /// @param curve null before the first full run is over
    public record Rule(
            String name,
            Amount accuracy,
            List<Double> each,
            boolean alike,
            Amount epochs,
            Amount seconds,
            String reached,
            Amount runSeconds,
            @Nullable Double rate,
            double usualRate,
            String decay,
            String remark,
            List<Tried> search,
            @Nullable Curve curve) {}

    /// @param accuracy on the validation part; null if the run diverged
    public record Tried(double rate, @Nullable Double accuracy) {}

    /// Validation accuracy after each epoch, over the runs that did not diverge.
    ///
    /// @param seconds of training until then, on average
    /// @param low mean − deviation; the mean where there is one run
    /// @param high mean + deviation
    public record Curve(double[] epoch, double[] seconds, double[] mean, double[] low, double[] high) {}
}

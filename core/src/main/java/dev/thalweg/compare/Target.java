package dev.thalweg.compare;

import dev.thalweg.tensor.Require;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The validation accuracy, after an epoch, until which epochs and seconds are counted.
///
/// @param given whether somebody named it
public record Target(double accuracy, boolean given) {

    public Target {
        Require.that(0 < accuracy && accuracy <= 1, "the target must be in (0, 1], got %s", accuracy);
    }

    /// What the middle one of the rules ends with, rounded down to whole percents: of an even number, the lower of
    /// the two in the middle. So half of the rules reach it, and where they lie close to each other nearly all.
    ///
    /// @param means of each rule's validation accuracy in the end
    /// @return none if there is no rule, or the middle one is below one percent
    static Optional<Target> median(List<Double> means) {
        if (means.isEmpty()) return Optional.empty();
        var sorted = means.stream().sorted().toList();
        double middle = sorted.get((sorted.size() - 1) / 2);
        double whole = Math.floor(100 * middle + 1e-9) / 100;
        return whole > 0 ? Optional.of(new Target(whole, false)) : Optional.empty();
    }

    /// When a run was there.
    ///
    /// @param epochs after which the validation accuracy was at least the target's for the first time
    /// @param seconds of training until then
    record Reached(double epochs, double seconds) {}

    @Nullable
    Reached reachedBy(Outcome outcome) {
        for (var epoch : outcome.curve()) {
            Double validation = epoch.validationAccuracy();
            if (validation != null && validation >= accuracy) return new Reached(epoch.epoch(), epoch.seconds());
        }
        return null;
    }
}

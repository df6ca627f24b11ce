package dev.thalweg.train;

/// A learning rate that a [RateSweep] suggests.
///
/// @param rate rounded to three digits, so that what is read is what is used
/// @param loss the smoothed loss that the sweep had there
public record RateSuggestion(Way way, double rate, double loss) {

    /// How it was found.
    public enum Way {
        /// Where the loss falls fastest.
        STEEPEST,
        /// A tenth of the rate at which the loss was lowest: a distance from the edge that fastai made customary.
        MINIMUM,
        /// Two thirds of the way through the longest decline, which noise may interrupt: what fastai proposes since
        /// its version 2.4, where it came from ESRI.
        VALLEY
    }
}

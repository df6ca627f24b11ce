package dev.thalweg.compare;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// How long runs take, all that belongs to them included, from those of this process.
final class Pace {
    private final Map<Entrant, Measured> byEntrant = new HashMap<>();
    private Measured all = new Measured(0, 0);

    private record Measured(double epochs, double seconds) {
        Measured plus(double moreEpochs, double moreSeconds) {
            return new Measured(epochs + moreEpochs, seconds + moreSeconds);
        }
    }

    void add(Entrant entrant, double epochs, double seconds) {
        byEntrant.merge(entrant, new Measured(epochs, seconds), (a, b) -> a.plus(b.epochs(), b.seconds()));
        all = all.plus(epochs, seconds);
    }

    /// Seconds that an epoch of `entrant` takes; of any, where it has not run yet; NaN if none has.
    double secondsPerEpoch(Entrant entrant) {
        var measured = Objects.requireNonNull(byEntrant.getOrDefault(entrant, all));
        return measured.epochs() > 0 ? measured.seconds() / measured.epochs() : Double.NaN;
    }
}

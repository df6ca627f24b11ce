package dev.thalweg.compare;

import java.math.BigDecimal;
import java.nio.file.Path;

/// One run of a comparison.
///
/// @param search whether it is a try of a learning rate, and not a full run
public record Trial(Entrant entrant, boolean search, double rate, long seed) {

    /// For people: `adam, rate 0.001` or `adam, seed 3`.
    @Override
    public String toString() {
        return entrant.name() + (search ? ", rate " + plain(rate) : ", seed " + seed);
    }

    /// Its folder within that of the comparison: `search/adam/rate-0.001` or `runs/adam/seed-3`.
    Path folder(Path root) {
        return root.resolve(search ? "search" : "runs")
                .resolve(entrant.folder())
                .resolve(search ? "rate-" + plain(rate) : "seed-" + seed);
    }

    /// Without an exponent.
    private static String plain(double rate) {
        return BigDecimal.valueOf(rate).stripTrailingZeros().toPlainString();
    }
}

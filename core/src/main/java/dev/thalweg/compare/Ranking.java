package dev.thalweg.compare;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which rule did best, and which did as well as far as anyone can tell.
public final class Ranking {
    /// Standard errors within which two means are taken for the same: about one time in twenty a difference by chance
    /// is larger.
    private static final double ERRORS = 2;

    private Ranking() {}

    /// The best first: by the mean of [#measure], rules without one last.
    public static List<Standings.Row> of(Standings standings) {
        return standings.optimizers().stream()
                .sorted(Comparator.comparingDouble(
                        (Standings.Row row) -> -value(measure(row).mean())))
                .toList();
    }

    private static double value(@Nullable Double mean) {
        return mean == null ? Double.NEGATIVE_INFINITY : mean;
    }

    /// Accuracy on the test part; on the validation part where there is no test part.
    public static Spread measure(Standings.Row row) {
        return row.test().runs() > 0 ? row.test() : row.validation();
    }

    /// Whether the means of two rules lie so close together that the seeds may be all there is to it: no farther than
    /// two standard errors of their difference, √(s₁²/n₁ + s₂²/n₂). A single run is taken to scatter as the other
    /// rule's; of two single runs nobody can tell.
    public static boolean alike(Standings.Row one, Standings.Row other) {
        var a = measure(one);
        var b = measure(other);
        if (a.mean() == null || b.mean() == null) return false;
        Double first = a.deviation() != null ? a.deviation() : b.deviation();
        Double second = b.deviation() != null ? b.deviation() : a.deviation();
        if (first == null || second == null) return true;
        double error = Math.sqrt(first * first / a.runs() + second * second / b.runs());
        return Math.abs(a.mean() - b.mean()) <= ERRORS * error;
    }
}

package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A minimizer under way: where it is, and one step after the other.
///
///     var descent = new Bfgs().start(f, -1.2, 1);
///     while (descent.goesOn(stop)) descent.step();
///
/// The value never goes up by more than roundings, and where the function is not finite it never goes. To
/// be used by one thread.
public abstract class Descent {
    /// Iterations in which neither the value nor the gradient's norm becomes less than ever before, by more than
    /// roundings of the value or of all that it has fallen so far.
    private static final int PATIENCE = 100;
    /// Values that differ by less than so many roundings are taken for the same.
    static final double ROUNDINGS = 8;

    /// The function, and how often it was asked.
    final Counted f;

    /// Where it is.
    double[] x;

    double[] g;
    double value;
    /// Where a step would lead, and the gradient there: what [#go] makes the present ones.
    double[] there;

    double[] gradientThere;
    private boolean begun;
    private double firstValue;
    private double leastValue = Double.POSITIVE_INFINITY;
    private double leastNorm = Double.POSITIVE_INFINITY;
    private int idle;
    private int iterations;
    private @Nullable Reason failure;
    private String detail = "";

    Descent(Objective objective, double[] start) {
        Require.that(start.length >= 1, "a start has at least one number");
        for (int i = 0; i < start.length; i++)
            Require.that(
                    Double.isFinite(start[i]), "the start's numbers must be finite, number %d is %s", i + 1, start[i]);
        f = new Counted(objective);
        x = start.clone();
        g = new double[start.length];
        there = new double[start.length];
        gradientThere = new double[start.length];
    }

    /// Evaluates the function at the start, unless it has been.
    private void begin() {
        if (begun) return;
        value = f.at(x, g) + penalty(x);
        begun = true;
        firstValue = value;
        if (!isFinite(value, g)) {
            int at = 0;
            while (at < g.length && Double.isFinite(g[at])) at++;
            fail(
                    Reason.NOT_FINITE,
                    Double.isFinite(value)
                            ? "at the start, part %d of the gradient is %s".formatted(at + 1, g[at])
                            : "at the start, the value is %s".formatted(value));
        }
    }

    static boolean isFinite(double value, double[] gradient) {
        return Double.isFinite(value) && Dense.finite(gradient);
    }

    /// Takes a step, unless none can be taken any more.
    ///
    /// @return whether it did
    public final boolean step() {
        begin();
        if (failure != null || !advance()) return false;
        iterations++;
        double norm = norm();
        double noise = ROUNDINGS * f.precision() * Math.max(Math.abs(value), firstValue - value);
        if (value < leastValue - noise || norm < leastNorm) {
            idle = 0;
            leastValue = Math.min(leastValue, value);
            leastNorm = Math.min(leastNorm, norm);
        } else if (++idle >= PATIENCE)
            fail(
                    Reason.LINE_SEARCH_FAILED,
                    "neither the value nor the gradient's norm, %.3g, has become less in %d iterations: this is as far as it goes,"
                                    .formatted(norm, PATIENCE)
                            + " unless the gradient is wrong or the function has a kink here");
        return true;
    }

    /// Goes to a better point, by [#go], or calls [#fail].
    abstract boolean advance();

    /// Goes [#there], where the function has been evaluated.
    final void go(double valueThere) {
        var swap = x;
        x = there;
        there = swap;
        swap = g;
        g = gradientThere;
        gradientThere = swap;
        value = valueThere;
    }

    /// Lets this descent end.
    ///
    /// @return false
    boolean fail(Reason reason, String sentence) {
        failure = reason;
        detail = sentence;
        return false;
    }

    /// Lets this descent end because no step was good.
    ///
    /// @param notFinite whether the value or gradient was finite nowhere that it looked
    /// @param unbounded whether it met a value of −∞
    /// @return false
    final boolean failSearch(boolean notFinite, boolean unbounded) {
        if (unbounded) return fail(Reason.NOT_FINITE, "the function has no lower bound: it fell to -Infinity");
        if (notFinite)
            return fail(
                    Reason.NOT_FINITE,
                    "the value or gradient is not finite however short the step; the point is the last good one");
        return fail(
                Reason.LINE_SEARCH_FAILED,
                "no step against the gradient, of norm %.3g, lowers the value by what the precision of the function can tell: this is as far as it goes,"
                                .formatted(gradientNorm())
                        + " unless the gradient is wrong or the function has a kink here");
    }

    /// Whether there is a step to take before `stop` is reached.
    public final boolean goesOn(Stop stop) {
        return reason(stop) == null;
    }

    private @Nullable Reason reason(Stop stop) {
        begin();
        if (failure == Reason.NOT_FINITE) return failure;
        // Where the gradient is small enough for this stop, it is no matter that no step leads further.
        if (norm() <= stop.gradientNorm() && !canLeave()) return Reason.CONVERGED;
        if (failure != null) return failure;
        if (iterations >= stop.iterations() || f.evaluations >= stop.evaluations()) return Reason.BUDGET;
        return null;
    }

    /// Whether it knows a way down although the gradient vanishes.
    boolean canLeave() {
        return false;
    }

    /// Steps until `stop` is reached.
    ///
    /// @param watcher sees the start and each point after it
    public final Result run(Stop stop, Watcher watcher) {
        watcher.at(this);
        while (goesOn(stop)) if (step()) watcher.at(this);
        return result(stop);
    }

    /// Sees where a descent is.
    @FunctionalInterface
    public interface Watcher {
        void at(Descent descent);
    }

    /// Where it has come to.
    ///
    /// @param stop what was asked for
    public final Result result(Stop stop) {
        var reason = reason(stop);
        if (reason == null) reason = Reason.BUDGET;
        var sentence = switch (reason) {
            case CONVERGED ->
                "the gradient's norm, %.3g, is at most %.3g".formatted(gradientNorm(), stop.gradientNorm());
            case BUDGET ->
                "%s with %s were not enough"
                        .formatted(counted(iterations, "iteration"), counted(f.evaluations, "evaluation"));
            default -> detail;
        };
        return new Result(
                x.clone(), value, gradientNorm(), iterations, f.evaluations, f.hessians, f.products, reason, sentence);
    }

    private static String counted(int count, String what) {
        return "%,d %s%s".formatted(count, what, count == 1 ? "" : "s");
    }

    /// A copy of the point where it is.
    public final double[] point() {
        return x.clone();
    }

    /// A copy of the gradient there.
    public final double[] gradient() {
        begin();
        return g.clone();
    }

    public final double value() {
        begin();
        return value;
    }

    /// The Euclidean norm of the gradient (with bounds, of the projected one).
    public final double gradientNorm() {
        begin();
        return norm();
    }

    /// The norm that [#gradientNorm] tells.
    double norm() {
        return Dense.norm(g);
    }

    /// What is added to the function.
    double penalty(double[] x) {
        return 0;
    }

    public final int iterations() {
        return iterations;
    }

    /// Of value and gradient, so far.
    public final int evaluations() {
        return f.evaluations;
    }

    /// All that it needs to go on, by name: a descent of the same function from anywhere that is given
    /// these numbers by [#restore] goes on as this one does. The arrays are its own: to be read before the
    /// next step.
    ///
    /// A step that does not come to its end because the function throws changes none of them that grows with the
    /// number of variables, but for the gradient of a start that is evaluated for the first time: given to
    /// [#restore], they undo it.
    public final Map<String, double[]> memory() {
        var memory = new LinkedHashMap<String, double[]>();
        memory.put("point", x);
        memory.put("gradient", g);
        memory.put("counts", new double[] {
            begun ? 1 : 0,
            value,
            iterations,
            f.evaluations,
            f.hessians,
            f.products,
            firstValue,
            leastValue,
            leastNorm,
            idle,
            failure == null ? -1 : failure.ordinal()
        });
        remember(memory);
        return memory;
    }

    /// Takes over what [#memory] of another descent held.
    ///
    /// @throws IllegalArgumentException if it is none of a descent like this one; which is then not to be
    ///     gone on with
    public final void restore(Map<String, double[]> memory) {
        copy(memory, "point", x);
        copy(memory, "gradient", g);
        var counts = new double[11];
        copy(memory, "counts", counts);
        begun = counts[0] != 0;
        value = counts[1];
        iterations = count(counts, 2);
        f.evaluations = count(counts, 3);
        f.hessians = count(counts, 4);
        f.products = count(counts, 5);
        f.forget();
        firstValue = counts[6];
        leastValue = counts[7];
        leastNorm = counts[8];
        idle = count(counts, 9);
        var reasons = Reason.values();
        int which = whole(counts, 10, "counts", -1, reasons.length - 1);
        failure = which < 0 ? null : reasons[which];
        if (failure != null)
            detail = "it had stopped before it was stored, at a gradient of norm %.3g".formatted(norm());
        recall(memory);
    }

    /// Adds what the way itself remembers.
    abstract void remember(Map<String, double[]> memory);

    /// Takes it over.
    abstract void recall(Map<String, double[]> memory);

    private static int count(double[] counts, int at) {
        return whole(counts, at, "counts", 0, Integer.MAX_VALUE);
    }

    /// Number `at` of those named so in a memory, which may come from a damaged file.
    static int whole(double[] numbers, int at, String name, int least, int most) {
        double number = numbers[at];
        Require.that(
                least <= number && number <= most && number == Math.rint(number),
                "the memory of a descent must hold a whole number from %s to %s as number %s of '%s', holds %s",
                least,
                most,
                at + 1,
                name,
                number);
        return (int) number;
    }

    static void copy(Map<String, double[]> memory, String name, double[] to) {
        var from = memory.get(name);
        Require.that(
                from != null && from.length == to.length,
                "the memory of a descent must hold %s numbers named '%s', holds %s",
                to.length,
                name,
                from == null ? "none" : from.length);
        System.arraycopy(from, 0, to, 0, to.length);
    }
}

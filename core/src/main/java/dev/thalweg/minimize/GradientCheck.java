package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;
import java.util.Arrays;

/// A gradient held against central differences of the values: the part of it that is furthest off.
///
///     var check = GradientCheck.of(f, -1.2, 1);
///     if (!check.agrees()) throw new AssertionError(check.sentence());
///
/// The derivative by xⱼ is compared with D = (4D₁ − D₂) / 3, where Dₖ = (f(x + kheⱼ) − f(x − kheⱼ)) / 2kh, whose
/// errors of the order of h² by the third derivatives cancel. With h = ∛ε · max(1, |xⱼ|), where ε is the
/// objective's precision, that by roundings is of the order of ε|f| / h, ε⅔ for variables and derivatives of
/// about 1: with doubles h is 6·10⁻⁶, and ten digits of D are right.
///
/// Both numbers' difference is taken relative to the greater of them, or where both are small, to what D can
/// tell from zero: to the change h|f″| of the derivative over the step, and to a multiple of ε|f| / h. Up to
/// 16∛ε, 10⁻⁴ with doubles, they agree: so much, and not ε⅔, because functions vary over lengths other than
/// those of their variables. Gradients that are wrong are mostly wrong by more.
///
/// A kink at the point or nearer than 2h disagrees: its differences are the mean of the slopes at both sides.
///
/// @param point where
/// @param variable which, from 0
/// @param given the derivative by it that the objective gives
/// @param byDifferences the same by differences of values
/// @param difference of both, relative as said above; infinite where one of them is not finite
/// @param tolerance up to which they agree
public record GradientCheck(
        double[] point, int variable, double given, double byDifferences, double difference, double tolerance) {
    private static final double TOLERATED = 16, ROUNDINGS = 4;
    /// How many points are looked at around one, and how far from it.
    private static final int AROUND = 4;

    private static final double FAR = 0.1;

    /// At one point. Takes 4n + 1 evaluations.
    ///
    /// @throws IllegalArgumentException if the point holds no number or one that is not finite, or the
    ///     function is not finite there, or its precision is none
    public static GradientCheck of(Objective f, double... point) {
        Require.that(point.length >= 1, "a point has at least one number");
        for (int j = 0; j < point.length; j++)
            Require.that(
                    Double.isFinite(point[j]), "the point's numbers must be finite, number %d is %s", j + 1, point[j]);
        var gradient = new double[point.length];
        double value = f.at(point.clone(), gradient);
        Require.that(Double.isFinite(value), "a gradient can be checked where the value is finite, it is %s", value);
        return worst(f, point.clone(), value, gradient);
    }

    /// The worst of a point and four around it, by up to a twentieth of each variable's size or of 1. Those at
    /// which the value is not finite are left out. An error that happens to vanish at a point of round numbers,
    /// as many starts are, shows there.
    ///
    /// @throws IllegalArgumentException as [#of]
    public static GradientCheck around(Objective f, double... point) {
        var worst = of(f, point);
        for (int k = 1; k <= AROUND; k++) {
            var there = point.clone();
            for (int j = 0; j < there.length; j++) {
                // Numbers that are spread evenly: multiples of the golden ratio and of another, without their whole
                // parts.
                double spread = k * 0.7548776662466927 + j * 0.6180339887498949;
                there[j] += FAR * Math.max(1, Math.abs(there[j])) * (spread - Math.floor(spread) - 0.5);
            }
            var gradient = new double[there.length];
            double value = f.at(there.clone(), gradient);
            if (!Double.isFinite(value)) continue;
            var check = worst(f, there, value, gradient);
            if (check.difference > worst.difference) worst = check;
        }
        return worst;
    }

    /// How many points [#around] looks at, at most.
    public static int points() {
        return 1 + AROUND;
    }

    private static GradientCheck worst(Objective f, double[] point, double value, double[] gradient) {
        double precision = Differences.precision(f);
        double root = Math.cbrt(precision);
        double tolerance = TOLERATED * root;
        var there = point.clone();
        var unused = new double[point.length];
        GradientCheck worst = null;
        for (int j = 0; j < point.length; j++) {
            double h = root * Math.max(1, Math.abs(point[j]));
            double x = point[j];
            there[j] = x + 2 * h;
            double aheadTwice = f.at(there, unused);
            there[j] = x - 2 * h;
            double behindTwice = f.at(there, unused);
            there[j] = x + h;
            double ahead = f.at(there, unused);
            there[j] = x - h;
            double behind = f.at(there, unused);
            there[j] = x;
            double near = (ahead - behind) / (x + h - (x - h));
            double far = (aheadTwice - behindTwice) / (x + 2 * h - (x - 2 * h));
            double byDifferences = (4 * near - far) / 3;
            double greatest = Math.max(Math.abs(value), Math.max(Math.abs(ahead), Math.abs(behind)));
            double told = Math.max(
                    Math.abs(ahead - 2 * value + behind) / h, ROUNDINGS / tolerance * precision * greatest / h);
            double size = Math.max(told, Math.max(Math.abs(gradient[j]), Math.abs(byDifferences)));
            double off = Math.abs(gradient[j] - byDifferences);
            double difference = off == 0 ? 0 : off / size;
            if (Double.isNaN(difference)) difference = Double.POSITIVE_INFINITY;
            if (worst == null || difference > worst.difference)
                worst = new GradientCheck(point, j, gradient[j], byDifferences, difference, tolerance);
        }
        if (worst == null) throw new AssertionError("a point has at least one number");
        return worst;
    }

    public boolean agrees() {
        return difference <= tolerance;
    }

    /// What was found, in a sentence, for people: variables are counted from 1.
    public String sentence() {
        return "by variable %d, the gradient has %s and differences of the values have %s, %.1e apart of which %.1e is tolerated"
                .formatted(variable + 1, given, byDifferences, difference, tolerance);
    }

    @Override
    public String toString() {
        return sentence() + ", at " + Arrays.toString(point);
    }
}

package dev.thalweg.minimize;

import dev.thalweg.tensor.Require;
import java.util.Arrays;

/// Newton's method: from every point to the minimum of the parabola that has the function's value, gradient
/// and matrix H of second derivatives there, within a radius in which the parabola is trusted (Moré &
/// Sorensen, "Computing a trust region step", SIAM J. Sci. Stat. Comput. 4, 1983). With eigenvalues λ and
/// eigenvectors q of H,
///
///     step = −Σ (qᵀg / (λ + μ)) q,
///
/// where μ ≥ 0 is the least that makes every λ + μ positive and the step as short as the radius. So it goes
/// down also where the curvature is negative; on a saddle point, where the gradient vanishes, it leaves
/// along the eigenvector of the least λ.
///
/// Memory: three matrices of N² numbers, four while eigenvectors are computed. Time: of the order of N³ for
/// the eigenvectors, as an inversion takes, and where the function does not know H, 2N gradients for their
/// differences.
///
/// @param most variables that it takes on: at 2,000, each matrix has 32 MB and a step takes in the order of
///     a minute
public record Newton(int most) implements Minimizer {
    public Newton() {
        this(2_000);
    }

    public Newton {
        // An array has 2³¹ − 1 numbers at most.
        Require.that(1 <= most && most <= 46_340, "Newton.most must be from 1 to 46340, got %s", most);
    }

    @Override
    public Descent start(Objective f, double... start) {
        Require.that(
                start.length <= most,
                "Newton's method keeps matrices of N × N numbers and takes N³ operations a step: of %,d variables that would be"
                        + " %s a matrix and %.1e operations, and it takes at most %,d variables; Newton-CG and L-BFGS keep a few"
                        + " vectors instead",
                start.length,
                Cost.memory(start.length),
                Math.pow(start.length, 3),
                most);
        // H, the copy that is decomposed, and the eigenvectors, twice while they are computed.
        Cost.require("Newton's method", 4, start.length);
        return new Exact(f, start);
    }

    private static final class Exact extends TrustDescent {
        private final int n;
        private final double[] hessian;
        /// The gradient by eigenvectors.
        private final double[] parts;

        private final double[] along;
        private Spectrum spectrum = Spectrum.NONE;

        Exact(Objective f, double[] start) {
            super(f, start);
            n = start.length;
            hessian = new double[Math.multiplyExact(n, n)];
            parts = new double[n];
            along = new double[n];
        }

        @Override
        boolean model() {
            f.hessian(x, hessian);
            var found = Dense.finite(hessian) ? Spectrum.of(hessian, n) : null;
            if (found == null) return false;
            spectrum = found;
            for (int k = 0; k < n; k++) parts[k] = Dense.dot(spectrum.vectors()[k], g);
            return true;
        }

        @Override
        double firstRadius() {
            return Math.max(1, Dense.norm(x));
        }

        @Override
        boolean canLeave() {
            return Double.isFinite(value)
                    && prepare()
                    && spectrum.least() < -Math.sqrt(f.precision()) * spectrum.greatest();
        }

        @Override
        void best() {
            double[] lambda = spectrum.values();
            double mu = 0;
            double least = spectrum.least();
            double floor = f.precision() * spectrum.greatest();
            if (least > floor) {
                fill(0);
                if (Dense.norm(along) <= radius) {
                    finish();
                    return;
                }
            } else {
                // At the least μ that is allowed, the step without the eigenvectors of the least λ.
                mu = floor - least;
                double square = 0;
                for (int k = 0; k < n; k++) {
                    along[k] = lambda[k] - least > floor ? -parts[k] / (lambda[k] + mu) : 0;
                    square += along[k] * along[k];
                }
                double rest = 0;
                int at = 0;
                for (int k = 0; k < n; k++)
                    if (!(lambda[k] - least > floor)) {
                        at = k;
                        rest = Math.max(rest, Math.abs(parts[k]));
                    }
                // Moré and Sorensen's hard case: no μ makes the step long enough, but along that eigenvector it costs
                // nothing.
                if (least < 0 && square < radius * radius && rest <= f.precision() * Dense.norm(parts)) {
                    along[at] = Math.sqrt(radius * radius - square) * (parts[at] > 0 ? -1 : 1);
                    finish();
                    return;
                }
            }
            search(mu);
            finish();
        }

        /// The μ above `from` at which the step is as long as the radius: Newton's method on 1/‖step‖ −
        /// 1/radius, which is nearly a straight line, within an interval that holds it.
        private void search(double from) {
            double low = from, high = Math.max(from, 0) + Dense.norm(parts) / radius + Math.max(0, -spectrum.least());
            double mu = low;
            for (int k = 0; k < 100; k++) {
                fill(mu);
                double norm = Dense.norm(along);
                if (Math.abs(norm - radius) <= 1e-10 * radius) return;
                if (norm > radius) low = mu;
                else high = mu;
                double slope = 0;
                for (int i = 0; i < n; i++) slope += along[i] * along[i] / (spectrum.values()[i] + mu);
                double next = mu + norm * norm / slope * (norm - radius) / radius;
                mu = next > low && next < high ? next : low + (high - low) / 2;
                if (mu <= low || mu >= high) return;
            }
        }

        private void fill(double mu) {
            for (int k = 0; k < n; k++) along[k] = parts[k] == 0 ? 0 : -parts[k] / (spectrum.values()[k] + mu);
        }

        private void finish() {
            predicted = 0;
            for (int k = 0; k < n; k++) predicted -= along[k] * (parts[k] + spectrum.values()[k] * along[k] / 2);
            length = Dense.norm(along);
            Arrays.fill(step, 0);
            for (int k = 0; k < n; k++) Dense.add(along[k], spectrum.vectors()[k], step);
        }
    }
}

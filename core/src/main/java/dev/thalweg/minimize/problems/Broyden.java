package dev.thalweg.minimize.problems;

/// Broyden's systems of equations, tridiagonal and banded.
final class Broyden {
    private Broyden() {}

    /// r = (3 − 2xᵢ)xᵢ − xᵢ₋₁ − 2xᵢ₊₁ + 1, x₀ = xₙ₊₁ = 0
    static final class Tridiagonal extends Banded {
        Tridiagonal() {
            super(1, 1);
        }

        @Override
        double term(int i, int j, double x) {
            if (i == j) return (3 - 2 * x) * x + 1;
            return j < i ? -x : -2 * x;
        }

        @Override
        double slope(int i, int j, double x) {
            if (i == j) return 3 - 4 * x;
            return j < i ? -1 : -2;
        }

        @Override
        double bend(int i, int j, double x) {
            return i == j ? -4 : 0;
        }
    }

    /// r = xᵢ(2 + 5xᵢ²) + 1 − Σ xⱼ(1 + xⱼ), over j ≠ i from i − 5 to i + 1
    static final class Wide extends Banded {
        Wide() {
            super(5, 1);
        }

        @Override
        double term(int i, int j, double x) {
            return i == j ? x * (2 + 5 * x * x) + 1 : -x * (1 + x);
        }

        @Override
        double slope(int i, int j, double x) {
            return i == j ? 2 + 15 * x * x : -1 - 2 * x;
        }

        @Override
        double bend(int i, int j, double x) {
            return i == j ? 30 * x : -2;
        }
    }
}

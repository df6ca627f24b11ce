package dev.thalweg.optim;

import dev.thalweg.tensor.Require;

/// Ranges that hyper-parameters of many rules have. Conditions are written as what must hold, so that
/// NaN is refused too.
final class Check {
    private Check() {}

    /// A share of the past that survives a step.
    static void decayRate(String name, double value) {
        Require.that(0 <= value && value < 1, "%s must be in [0, 1), got %s", name, value);
    }

    static void positive(String name, double value) {
        Require.that(0 < value && value < Float.MAX_VALUE, "%s must be in (0, ∞), got %s", name, value);
    }

    /// Something that keeps a denominator from 0, also in float32 and when it is multiplied by what corrects a start.
    static void epsilon(String name, double value) {
        positive(name, value);
        Require.that(value >= Float.MIN_NORMAL, "%s must be at least 1.2e-38, float32's least, got %s", name, value);
    }

    static void notNegative(String name, double value) {
        Require.that(0 <= value && value < Float.MAX_VALUE, "%s must be in [0, ∞), got %s", name, value);
    }

    static void finite(String name, double value) {
        Require.that(Math.abs(value) < Float.MAX_VALUE, "%s must be finite, got %s", name, value);
    }
}

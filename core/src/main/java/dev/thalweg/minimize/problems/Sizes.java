package dev.thalweg.minimize.problems;

import dev.thalweg.tensor.Require;

/// The numbers of variables that a problem takes.
///
/// @param standard the customary one
/// @param step every number is a multiple of this
record Sizes(int standard, int least, int most, int step) {

    static Sizes only(int n) {
        return new Sizes(n, n, n, 1);
    }

    static Sizes from(int least, int standard) {
        return new Sizes(standard, least, Integer.MAX_VALUE, 1);
    }

    static Sizes multiples(int step, int standard) {
        return new Sizes(standard, step, Integer.MAX_VALUE, step);
    }

    /// @throws IllegalArgumentException if the problem of that name does not take `n` variables
    void check(String name, int n) {
        Require.that(least <= n && n <= most && n % step == 0, "%s %s, got %s", name, sentence(n), n);
    }

    private String sentence(int n) {
        if (least == most) return "has %d variables".formatted(standard);
        if (most < Integer.MAX_VALUE) return "takes %d to %d variables".formatted(least, most);
        if (n < least) return least == 1 ? "takes at least 1 variable" : "takes at least %d variables".formatted(least);
        return step == 2 ? "takes an even number of variables" : "takes a multiple of %d variables".formatted(step);
    }
}

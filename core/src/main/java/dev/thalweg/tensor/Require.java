package dev.thalweg.tensor;

/// Conditions on arguments, written as what must hold, so that NaN is refused too.
public final class Require {
    private Require() {}

    /// Throws an [IllegalArgumentException] with the formatted sentence unless `holds`.
    public static void that(boolean holds, String sentence, Object... values) {
        if (!holds) throw new IllegalArgumentException(sentence.formatted(values));
    }
}

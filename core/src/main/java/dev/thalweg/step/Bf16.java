package dev.thalweg.step;

/// bfloat16: the upper half of a float32.
final class Bf16 {
    private Bf16() {}

    /// Rounded to nearest, ties to even. NaN stays NaN as long as its upper bits say so.
    static short of(float value) {
        int bits = Float.floatToRawIntBits(value);
        return (short) ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16);
    }

    static float toFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }
}

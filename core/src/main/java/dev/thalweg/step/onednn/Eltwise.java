package dev.thalweg.step.onednn;

/// Element-wise functions in oneDNN's terms.
///
/// @param code of the algorithm
/// @param backwardCode of the algorithm for the gradient
/// @param fromTarget whether the gradient is computed from the function's value instead of its input
public record Eltwise(int code, int backwardCode, boolean fromTarget, float alpha, float beta) {
    public static final Eltwise RELU = relu(0);
    public static final Eltwise RELU6 = new Eltwise(47, 262, true, 0, 6);
    public static final Eltwise GELU = new Eltwise(49, 49, false, 0, 0);
    public static final Eltwise GELU_TANH = new Eltwise(43, 43, false, 0, 0);
    public static final Eltwise SILU = new Eltwise(44, 44, false, 1, 0);
    public static final Eltwise HARD_SWISH = new Eltwise(52, 52, false, 1f / 6, 0.5f);
    public static final Eltwise SIGMOID = new Eltwise(41, 260, true, 0, 0);
    public static final Eltwise TANH = new Eltwise(33, 257, true, 0, 0);

    public static Eltwise relu(float slope) {
        return new Eltwise(32, 256, true, slope, 0);
    }

    /// alpha · x.
    public static Eltwise scale(float factor) {
        return new Eltwise(38, 38, false, factor, 0);
    }
}

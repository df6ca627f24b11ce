package dev.thalweg.tensor;

/// What a named tensor is for. Weight decay, freezing and matrix optimizers select by it.
public enum Role {
    /// A kernel or matrix: convolution (out, in/groups, height, width), linear (out, in).
    WEIGHT,
    /// An additive term of a convolution or linear layer: (out).
    BIAS,
    /// The multiplier of a normalization: (channels).
    NORM_SCALE,
    /// The additive term of a normalization: (channels).
    NORM_SHIFT,
    /// A running mean; a statistic, never trained by gradient: (channels).
    RUNNING_MEAN,
    /// A running variance; a statistic, never trained by gradient: (channels).
    RUNNING_VARIANCE;

    /// Whether tensors of this role are trained by gradient.
    public boolean trained() {
        return this != RUNNING_MEAN && this != RUNNING_VARIANCE;
    }
}

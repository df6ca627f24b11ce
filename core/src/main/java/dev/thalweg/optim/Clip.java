package dev.thalweg.optim;

import dev.thalweg.tensor.Require;

/// Keeps one steep batch from throwing the parameters far away. Clipping sees the gradient after
/// accumulation's 1/k and before weight decay; it costs no pass over memory of its own, except that
/// [ByNorm] must read the gradient once more.
public sealed interface Clip {

    /// The gradient as it is.
    record None() implements Clip {}

    /// By the norm of all trained parameters' gradient together (Pascanu, Mikolov & Bengio, ICML
    /// 2013, algorithm 1): shortens, keeps the direction.
    ///
    ///     if ‖g‖ > limit:  g ← g · limit / ‖g‖
    ///
    /// The norm is summed in float64 over fixed blocks, and does not depend on the number of workers.
    /// PyTorch's `clip_grad_norm_` divides by ‖g‖ + 10⁻⁶ instead, and with a norm that is not finite
    /// fills the gradient with NaN or zeros; here such a step is refused.
    ///
    /// @param limit greatest norm
    record ByNorm(double limit) implements Clip {
        public ByNorm {
            Require.that(0 < limit && limit < Float.MAX_VALUE, "Clip.ByNorm.limit must be in (0, ∞), got %s", limit);
        }
    }

    /// Each element by itself, to [−limit, limit]: bends the direction. PyTorch's
    /// `clip_grad_value_`. NaN stays NaN.
    ///
    /// @param limit greatest magnitude of an element
    record ByValue(double limit) implements Clip {
        public ByValue {
            Require.that(0 < limit && limit < Float.MAX_VALUE, "Clip.ByValue.limit must be in (0, ∞), got %s", limit);
        }
    }
}

package dev.thalweg.optim;

import dev.thalweg.tensor.Require;

/// Keeps one steep batch from throwing the parameters far away. Clipping sees the gradient after
/// accumulation's 1/k and before weight decay; it costs no pass over memory of its own, except that
/// [ByNorm] must read the gradient once more, and [Adaptive] the parameters as well.
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

    /// By units, each in proportion to its weights (Brock, De, Smith & Simonyan, 2021, arXiv:2102.06171,
    /// section 4.1).
    ///
    ///     if ‖gᵢ‖ > limit · max(‖wᵢ‖, floor):  gᵢ ← gᵢ · limit · max(‖wᵢ‖, floor) / ‖gᵢ‖
    ///
    /// A unit i is all that leads to one output: a row of a matrix, a filter; a bias or a normalization's
    /// scale or shift is one unit as a whole. The gradient's vector is changed in place. The authors spare
    /// the last layer, which a group cannot do here.
    ///
    /// @param limit the paper's λ: greatest gradient, as a share of the weights; 0.01 to 0.16 there
    /// @param floor the paper's ε: weights of a smaller norm count as this
    record Adaptive(double limit, double floor) implements Clip {
        public Adaptive {
            Check.positive("Clip.Adaptive.limit", limit);
            Check.positive("Clip.Adaptive.floor", floor);
        }

        /// With the paper's floor of 10⁻³.
        public Adaptive(double limit) {
            this(limit, 1e-3);
        }
    }
}

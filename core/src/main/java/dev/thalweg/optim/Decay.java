package dev.thalweg.optim;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import java.util.List;

/// Weight decay of a group: how much, in which form, and what it spares.
///
/// Biases and the scales and shifts of normalizations are spared unless one says [#everywhere]:
/// they are few, cannot overfit much, and decay holds them back from where they must go (He et al.,
/// 2019, arXiv:1812.01187, section 3.1). PyTorch decays everything unless the user sorts the
/// parameters by hand: to compare with a plain `weight_decay=5e-4` there, use [#everywhere] here.
///
/// @param lambda λ, at least 0
/// @param exempt roles that do not decay
public record Decay(double lambda, Form form, List<Role> exempt) {

    /// Where decay acts.
    public enum Form {
        /// λθ joins the gradient, before momentum and scaling: L2 regularisation. PyTorch's SGD, Adam,
        /// RMSprop and Adagrad.
        COUPLED,
        /// θ shrinks by αλ, past the rule: AdamW, and Keras's `weight_decay=` on any optimizer. For
        /// [Sgd] the two forms are the same.
        DECOUPLED
    }

    /// Biases and what normalizations learn.
    public static final List<Role> SPARED = List.of(Role.BIAS, Role.NORM_SCALE, Role.NORM_SHIFT);

    public static final Decay NONE = new Decay(0, Form.COUPLED, SPARED);

    public Decay {
        Require.that(0 <= lambda && lambda < Float.MAX_VALUE, "Decay.lambda must be in [0, ∞), got %s", lambda);
        exempt = List.copyOf(exempt);
    }

    public static Decay coupled(double lambda) {
        return new Decay(lambda, Form.COUPLED, SPARED);
    }

    public static Decay decoupled(double lambda) {
        return new Decay(lambda, Form.DECOUPLED, SPARED);
    }

    /// The same with no role spared.
    public Decay everywhere() {
        return new Decay(lambda, form, List.of());
    }

    @Override
    public String toString() {
        return lambda == 0
                ? "no decay"
                : "decay %s %s".formatted(lambda, form == Form.COUPLED ? "coupled" : "decoupled");
    }
}

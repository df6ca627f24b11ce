package dev.thalweg.optim;

import dev.thalweg.tensor.Role;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Weight decay of a group: how much, in which form, and what it spares.
///
/// Biases and the scales and shifts of normalizations are spared unless one says [#everywhere]:
/// they are few, cannot overfit much, and decay holds them back from where they must go (He et al.,
/// 2019, arXiv:1812.01187, section 3.1). PyTorch decays everything unless the user sorts the
/// parameters by hand: to compare with a plain `weight_decay=5e-4` there, use [#everywhere] here.
///
/// L2 pulls every parameter towards 0 in proportion to itself, L1 with the same force whatever its size,
/// so that small ones end there: the weights become sparse. Both together are the elastic net (Zou &
/// Hastie, 2005). Only the decoupled form of L1 makes parameters exactly 0.
///
/// @param lambda λ of L2, at least 0
/// @param l1 λ₁ of L1, at least 0
/// @param form where both act
/// @param exempt roles that do not decay
public record Decay(double lambda, double l1, Form form, List<Role> exempt) {

    /// Where decay acts.
    public enum Form {
        /// λθ + λ₁ sign θ joins the gradient, before momentum and scaling: regularisation of the loss.
        /// PyTorch's SGD, Adam, RMSprop and Adagrad.
        COUPLED,
        /// θ shrinks by αλ, past the rule: AdamW, and Keras's `weight_decay=` on any optimizer; after the
        /// rule's step it comes αλ₁ nearer to 0 and stops there. For [Sgd] the two forms of L2 are the same.
        DECOUPLED
    }

    /// Biases and what normalizations learn.
    public static final List<Role> SPARED = List.of(Role.BIAS, Role.NORM_SCALE, Role.NORM_SHIFT);

    public static final Decay NONE = new Decay(0, Form.COUPLED, SPARED);

    public Decay {
        Check.notNegative("Decay.lambda", lambda);
        Check.notNegative("Decay.l1", l1);
        exempt = List.copyOf(exempt);
    }

    /// L2 alone.
    public Decay(double lambda, Form form, List<Role> exempt) {
        this(lambda, 0, form, exempt);
    }

    public static Decay coupled(double lambda) {
        return new Decay(lambda, Form.COUPLED, SPARED);
    }

    public static Decay decoupled(double lambda) {
        return new Decay(lambda, Form.DECOUPLED, SPARED);
    }

    /// The same with another L1.
    public Decay withL1(double l1) {
        return new Decay(lambda, l1, form, exempt);
    }

    /// The same with other numbers, where they are given.
    ///
    /// @param lambda λ of `base`, of which this keeps its share; null: as it is
    /// @param l1 null: as it is
    /// @param form null: as it is
    public Decay with(@Nullable Double lambda, @Nullable Double l1, @Nullable Form form, Decay base) {
        double own = lambda == null ? this.lambda : base.lambda == 0 ? lambda : this.lambda / base.lambda * lambda;
        return new Decay(own, l1 != null ? l1 : this.l1, form != null ? form : this.form, exempt);
    }

    /// The same with no role spared.
    public Decay everywhere() {
        return new Decay(lambda, l1, form, List.of());
    }

    /// Whether there is any.
    public boolean any() {
        return lambda > 0 || l1 > 0;
    }

    @Override
    public String toString() {
        if (!any()) return "no decay";
        var penalties = l1 == 0 ? "" + lambda : lambda == 0 ? "L1 " + l1 : "L2 %s and L1 %s".formatted(lambda, l1);
        return "decay %s %s".formatted(penalties, form == Form.COUPLED ? "coupled" : "decoupled");
    }
}

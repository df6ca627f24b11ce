package dev.thalweg.optim;

/// How some of the parameters are trained. An [Optimizer] asks its groups in order, and each
/// parameter belongs to the first that selects it.
///
///     List.of(
///             Group.frozen(new Selector.ByName("conv1.*", "layer1.*")),
///             new Group(new Selector.ByName("fc.*"), 10, Decay.coupled(5e-4)),
///             Group.everything(Decay.coupled(5e-4)))
///
/// @param rateMultiplier multiplies the learning rate; 0 freezes
/// @param frozen whether the group is left alone: its parameters and memory keep every bit, and its
///     gradient is neither read nor counted in the norm
public record Group(Selector select, double rateMultiplier, Decay decay, boolean frozen) {

    public Group {
        Check.notNegative("Group.rateMultiplier", rateMultiplier);
    }

    public Group(Selector select, double rateMultiplier, Decay decay) {
        this(select, rateMultiplier, decay, false);
    }

    /// Coupled decay λ, biases and normalizations spared.
    public Group(Selector select, double rateMultiplier, double lambda) {
        this(select, rateMultiplier, Decay.coupled(lambda));
    }

    /// Everything that no earlier group has taken.
    public static Group everything(Decay decay) {
        return new Group(new Selector.Everything(), 1, decay);
    }

    public static Group frozen(Selector select) {
        return new Group(select, 1, Decay.NONE, true);
    }

    /// Whether parameters of this group move.
    public boolean trains() {
        return !frozen && rateMultiplier > 0;
    }
}

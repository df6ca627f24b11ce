package dev.thalweg.optim;

import dev.thalweg.tensor.Layout;
import java.lang.foreign.Arena;
import java.util.Locale;

/// A first-order update rule: what one gradient does to the parameters. The rule itself is a value,
/// a record of hyper-parameters; what it remembers between steps is a [Memory], made by [#start] and
/// updated in place. A copy of the memory is therefore a copy of the optimizer.
///
/// A rule is either [Elementwise], where each parameter goes its own way, or [Tensorwise], where those
/// of one tensor are looked at together. Either reads its surroundings (learning rate, clipping,
/// weight decay) from [Terms].
public sealed interface FirstOrder extends Rule permits Elementwise, Tensorwise {

    /// The memory before the first step of parameters in `layout`.
    Memory start(Layout layout, Arena arena);

    /// Brings what the memory knows of the steps as such (not of any parameter) to the present one.
    /// Called once, by one thread, before the parameters of a step are updated. Does not allocate.
    ///
    /// @param terms of parameters whose group leaves the learning rate as it is
    default void begin(Memory memory, Terms terms) {}

    /// The learning rate from which a search for a better one would set out, and the decay that is
    /// customary.
    @Override
    Usual usual();

    /// The rule's name in recipes and on command lines. It begins the names of its memory in
    /// checkpoints: `momentum` in `momentum.velocity`.
    @Override
    default String name() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}

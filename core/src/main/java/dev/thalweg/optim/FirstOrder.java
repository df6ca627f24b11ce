package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import java.lang.foreign.Arena;
import java.util.Locale;

/// A first-order update rule: what one gradient does to the parameters. The rule itself is a value,
/// a record of hyper-parameters; what it remembers between steps is another, made by [#start] and
/// updated in place. A copy of the memory is therefore a copy of the optimizer.
///
/// A rule works element by element, so that its result does not depend on how the elements are
/// shared out. It reads its surroundings (learning rate, clipping, weight decay) from [Terms].
///
/// A new rule is a record that implements this interface, in one pass over memory: a plain scalar
/// loop with the equation above it and, where speed matters, a sibling for the Vector API that
/// gives the same bits. Add it to the table in `FirstOrderTest`, and the suite is inherited.
///
/// @param <M> the memory: a record with no components other than [FlatVector]s of one element per
///     parameter. Checkpoints write it by the names of its components.
public interface FirstOrder<M extends Record> {

    /// The memory before the first step, for `n` parameters: zeros, unless the rule says otherwise.
    M start(long n, Arena arena);

    /// Updates `theta` and `memory` at the elements [from, to), and no others. Does not allocate.
    /// Several workers may call this at once on ranges that do not overlap.
    void update(M memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms);

    /// The rule's name, which begins the names of its memory in checkpoints: `momentum` in
    /// `momentum.velocity`.
    default String name() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }
}

package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Layout;
import dev.thalweg.tensor.Parameter;

/// A rule that looks at the parameters of one tensor together: at their norm, their rows and columns,
/// or at the matrix that they are. Tensors are shared out among the workers, each whole, so that the
/// result does not depend on how many there are.
public non-sealed interface Tensorwise extends FirstOrder {
    /// Prepares to update one tensor, once and for all: what is found out about it here, and room
    /// that `scratch` sets aside, need not be looked for at each step.
    ///
    /// @param layout for which the memory was made
    Update prepare(Parameter parameter, Layout layout, Memory memory, Scratch scratch);

    /// Updates one tensor, and what is remembered of it.
    @FunctionalInterface
    interface Update {
        /// Does not allocate.
        void apply(FlatVector theta, FlatVector gradient, Terms terms);
    }
}

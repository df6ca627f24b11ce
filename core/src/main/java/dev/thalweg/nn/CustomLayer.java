package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Workers;
import java.util.List;

/// A layer of your own, in plain Java over plain memory. The plan hands it float32 activations,
/// channels-last (example, height, width, channel), whatever the precision of the layers around it.
///
/// Both methods are called once a step; they may share their loops out over `workers` and must not
/// allocate. In evaluation only `forward` is called.
public non-sealed interface CustomLayer extends Layer {

    /// Computes `pass.output()` from `pass.inputs()`.
    void forward(Pass pass, Workers workers);

    /// Computes, from the gradient of the loss with respect to the output, the gradients with
    /// respect to the inputs and to the parameters, overwriting both.
    void backward(Pass pass, Gradients gradients, Workers workers);

    /// The memory of one forward pass.
    ///
    /// @param batch examples in each activation
    /// @param parameters this layer's trained tensors, in the order of [#tensors]
    record Pass(int batch, boolean training, List<FlatVector> inputs, FlatVector output, List<FlatVector> parameters) {}

    /// The memory of one backward pass: `output` is read, the others are written.
    record Gradients(FlatVector output, List<FlatVector> inputs, List<FlatVector> parameters) {}
}

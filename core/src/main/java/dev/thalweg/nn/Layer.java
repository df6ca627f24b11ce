package dev.thalweg.nn;

import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// One layer: a value that says which shape it makes of which inputs and what tensors it owns.
///
/// Shapes are those of one example, (channels, height, width) or (features).
public sealed interface Layer
        permits Input,
                Convolution,
                Linear,
                BatchNorm,
                Activation,
                Pool,
                GlobalAveragePool,
                Add,
                Concatenate,
                ChannelScale,
                Flatten,
                Dropout,
                Scale,
                Subsample,
                CustomLayer {

    /// The shape made of `inputs`.
    ///
    /// @throws IllegalArgumentException saying what was expected, what came, and the likely cause
    Shape output(List<Shape> inputs);

    /// The tensors of this layer for `inputs`, in canonical order; none by default.
    default List<Slot> tensors(List<Shape> inputs) {
        return List.of();
    }

    /// Multiply-adds of one example's forward pass; only products with weights are counted.
    default long multiplyAdds(List<Shape> inputs) {
        return 0;
    }

    /// How many inputs it takes; −1 for two or more.
    default int arity() {
        return 1;
    }

    /// The word from which unnamed layers of this kind are named, for example `relu`.
    String kind();

    /// A tensor that a layer owns.
    ///
    /// @param name the part after the layer's name, for example `weight`
    /// @param frozen whether it keeps its initial value unless a recipe says otherwise
    record Slot(String name, Shape shape, Role role, Init init, boolean frozen) {
        public Slot(String name, Shape shape, Role role, Init init) {
            this(name, shape, role, init, false);
        }
    }
}

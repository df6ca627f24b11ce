package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// The affine map y = W x + b.
///
/// Shape: (C) → (features).
///
/// @param init of the weight (features, C)
public record Linear(int features, boolean bias, Init init) implements Layer {

    public Linear {
        Require.that(features >= 1, "a linear layer's features must be at least 1, got %s", features);
    }

    public Linear withoutBias() {
        return new Linear(features, false, init);
    }

    public Linear init(Init init) {
        return new Linear(features, bias, init);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        Shape in = inputs.getFirst();
        Require.that(
                in.rank() == 1,
                "a linear layer expects (features), got %s; put a flatten or a global average pool before it",
                in);
        return Shape.of(features);
    }

    @Override
    public List<Slot> tensors(List<Shape> inputs) {
        var weight = Shape.of(features, inputs.getFirst().channels());
        var slots = new ArrayList<Slot>();
        slots.add(new Slot("weight", weight, Role.WEIGHT, init));
        if (bias) slots.add(new Slot("bias", Shape.of(features), Role.BIAS, init.bias(weight)));
        return slots;
    }

    @Override
    public long multiplyAdds(List<Shape> inputs) {
        return (long) features * inputs.getFirst().channels();
    }

    @Override
    public String kind() {
        return "linear";
    }
}

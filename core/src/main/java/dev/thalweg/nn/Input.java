package dev.thalweg.nn;

import dev.thalweg.tensor.Shape;
import java.util.List;

/// Where a network's examples come in.
public record Input(Shape shape) implements Layer {
    @Override
    public Shape output(List<Shape> inputs) {
        return shape;
    }

    @Override
    public int arity() {
        return 0;
    }

    @Override
    public String kind() {
        return "input";
    }
}

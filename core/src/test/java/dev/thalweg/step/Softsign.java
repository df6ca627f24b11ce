package dev.thalweg.step;

import dev.thalweg.nn.CustomLayer;
import dev.thalweg.nn.Init;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import dev.thalweg.tensor.Workers;
import java.util.List;

/// The example of a user's layer: y = a · x / (1 + |x|) with one learned gain a.
record Softsign() implements CustomLayer {
    @Override
    public Shape output(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public List<Slot> tensors(List<Shape> inputs) {
        return List.of(new Slot("gain", Shape.of(1), Role.WEIGHT, Init.ONES));
    }

    @Override
    public String kind() {
        return "softsign";
    }

    @Override
    public void forward(Pass pass, Workers workers) {
        FlatVector x = pass.inputs().getFirst();
        float gain = pass.parameters().getFirst().get(0);
        for (long i = 0; i < x.length(); i++) pass.output().set(i, gain * x.get(i) / (1 + Math.abs(x.get(i))));
    }

    @Override
    public void backward(Pass pass, Gradients gradients, Workers workers) {
        FlatVector x = pass.inputs().getFirst();
        float gain = pass.parameters().getFirst().get(0);
        double sum = 0;
        for (long i = 0; i < x.length(); i++) {
            float d = 1 + Math.abs(x.get(i));
            float dy = gradients.output().get(i);
            sum += dy * x.get(i) / d;
            gradients.inputs().getFirst().set(i, dy * gain / (d * d));
        }
        gradients.parameters().getFirst().set(0, (float) sum);
    }
}

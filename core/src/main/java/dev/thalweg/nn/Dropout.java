package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// Inverted dropout (Srivastava et al., JMLR 15, 2014). In training each unit survives with
/// probability 1 − p and is scaled by 1/(1 − p); in evaluation the layer is the identity.
///
/// The mask is a pure function of (seed, layer, step, element): nothing is stored, and the backward
/// pass draws it again.
///
/// Shape: any → the same.
///
/// @param p probability of dropping, in [0, 1)
public record Dropout(float p) implements Layer {

    public Dropout {
        Require.that(0 <= p && p < 1, "Dropout.p must be in [0, 1), got %s", p);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public String kind() {
        return "dropout";
    }
}

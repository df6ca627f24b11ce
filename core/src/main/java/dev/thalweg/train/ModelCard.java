package dev.thalweg.train;

import dev.thalweg.data.Preprocessing;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// What a model file says of itself, beside the tensors: enough to rebuild the network and to prepare
/// pictures for it.
///
/// @param architecture a name in [Architectures]
/// @param averaging of views that the model was tested with
/// @param data fingerprint of the data it was trained on
public record ModelCard(
        String architecture,
        List<String> classes,
        Preprocessing preprocessing,
        Averaging averaging,
        String data,
        long seed) {

    public ModelCard {
        classes = List.copyOf(classes);
    }

    /// The network without values.
    public Network network() {
        var p = preprocessing;
        return Architectures.create(architecture, Shape.of(p.channels(), p.height(), p.width()), classes.size());
    }
}

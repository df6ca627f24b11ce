package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.Arrays;
import java.util.stream.Stream;

/// An activation in a network under construction: the output of one layer, to be fed to others.
public final class Wire {
    private final Network.Builder builder;
    private final int node;

    Wire(Network.Builder builder, int node) {
        this.builder = builder;
        this.node = node;
    }

    int node() {
        return node;
    }

    boolean isOf(Network.Builder network) {
        return builder == network;
    }

    /// The shape of one example here.
    public Shape shape() {
        return builder.shape(node);
    }

    /// What `layer`, named `name`, makes of this. The name is the prefix of its parameters' names.
    public Wire then(String name, Layer layer) {
        return builder.add(name, layer, this);
    }

    /// What `layer` makes of this; it is named by its kind and a number.
    public Wire then(Layer layer) {
        return builder.add(null, layer, this);
    }

    /// What `layer`, which takes several inputs, makes of this and `others`, in that order.
    public Wire join(String name, Layer layer, Wire... others) {
        return builder.add(name, layer, with(others));
    }

    /// This plus `other`, a residual connection.
    public Wire plus(Wire other) {
        return builder.add(null, new Add(), this, other);
    }

    /// This with each channel multiplied by `factor`'s value for it.
    public Wire scaledBy(Wire factor) {
        return builder.add(null, new ChannelScale(), this, factor);
    }

    /// The channels of this, then those of `others`.
    public Wire beside(Wire... others) {
        Require.that(others.length >= 1, "a concatenation needs at least two inputs");
        return builder.add(null, new Concatenate(), with(others));
    }

    private Wire[] with(Wire... others) {
        return Stream.concat(Stream.of(this), Arrays.stream(others)).toArray(Wire[]::new);
    }
}

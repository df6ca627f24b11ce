package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import java.lang.foreign.Arena;

/// A network with its values: all that a prediction needs.
///
/// @param parameters in the order of `network.parameters()`
/// @param statistics in the order of `network.statistics()`
public record Model(Network network, FlatVector parameters, FlatVector statistics) {

    public Model {
        Require.that(
                parameters.length() == network.parameters().length()
                        && statistics.length() == network.statistics().length(),
                "network %s has %s parameters and %s statistics, got vectors of %s and %s",
                network.name(),
                network.parameters().length(),
                network.statistics().length(),
                parameters.length(),
                statistics.length());
    }

    /// A freshly initialised model. Each tensor's values depend on the seed and its name alone.
    ///
    /// @throws IllegalArgumentException if it would have 2^31 parameters or more
    public static Model initialise(Network network, long seed, Arena arena) {
        Require.that(
                network.parameters().length() <= Integer.MAX_VALUE,
                "network %s would have %,d parameters; at most %,d are possible",
                network.name(),
                network.parameters().length(),
                Integer.MAX_VALUE);
        var model = new Model(
                network,
                FlatVector.allocate(network.parameters().length(), arena),
                FlatVector.allocate(network.statistics().length(), arena));
        var key = RandomKey.of(seed).fold("initialise");
        for (var node : network.nodes()) {
            int i = 0;
            for (Parameter p : node.parameters())
                node.inits().get(i++).fill(model.parameters.slice(p), p.shape(), key.fold(p.name()));
            for (Parameter p : node.statistics())
                node.inits().get(i++).fill(model.statistics.slice(p), p.shape(), key.fold(p.name()));
        }
        return model;
    }

    /// The values of one parameter, shared.
    public FlatVector parameter(String name) {
        return parameters.slice(network.parameters().get(name));
    }

    /// The values of one running statistic, shared.
    public FlatVector statistic(String name) {
        return statistics.slice(network.statistics().get(name));
    }
}

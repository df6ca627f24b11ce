package dev.thalweg.train;

import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Parameter;
import java.util.Set;
import java.util.TreeSet;

/// Which parameters are not trained.
final class FrozenParameters {
    private FrozenParameters() {}

    /// Their names from `step` on: those of the network itself, of the recipe, and of groups that do not move.
    static Set<String> at(Recipe recipe, Network network, long step, int stepsPerEpoch) {
        var names = new TreeSet<>(network.frozen());
        for (var freeze : recipe.freeze())
            if (step >= Math.round(freeze.epoch() * stepsPerEpoch))
                for (Parameter p : network.parameters()) if (freeze.select().selects(p)) names.add(p.name());
        for (Parameter p : network.parameters())
            for (var group : recipe.optimization().groups()) {
                if (!group.select().selects(p)) continue;
                if (!group.trains()) names.add(p.name());
                break; // the first that selects it counts
            }
        return names;
    }
}

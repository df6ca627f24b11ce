package dev.thalweg.compare;

import dev.thalweg.optim.Decay;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.train.RecipeFile;

/// An update rule that takes part in a [Contest].
///
/// @param name as somebody wrote it: `adam`, or `nesterov:mu=0.95`
/// @param decay of its runs
public record Entrant(String name, FirstOrder rule, Decay decay) {

    /// With the decay that is customary with the rule.
    ///
    /// @param name see [RecipeFile#rule]
    /// @throws IllegalArgumentException if there is no such rule, with the nearest right name
    public static Entrant of(String name) {
        var rule = RecipeFile.rule(name);
        return new Entrant(name, rule, rule.usual().decay());
    }

    public Entrant withDecay(Decay decay) {
        return new Entrant(name, rule, decay);
    }

    /// From which the search for a rate sets out.
    public double usualRate() {
        return rule.usual().learningRate();
    }

    /// The name of its folder: what file systems and shells do not take is written otherwise.
    String folder() {
        return name.replace(':', '~').replace('/', '+').replaceAll("\\s", "");
    }
}

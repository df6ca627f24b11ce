package dev.thalweg.compare;

import dev.thalweg.optim.Decay;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.ScheduleFree;
import dev.thalweg.tensor.Require;
import dev.thalweg.train.OptimizerSetting;

/// An update rule that takes part in a [Contest].
///
/// @param name as somebody wrote it: `adam`, or `lookahead+nesterov:mu=0.95`
/// @param setting the rule and what goes around it
/// @param decay of its runs, but for what goes around the rule
public record Entrant(String name, OptimizerSetting setting, Decay decay) {

    /// With the decay that is customary with the rule.
    ///
    /// @param name see [OptimizerSetting#parse]
    /// @throws IllegalArgumentException if there is no such rule, with the nearest right name
    public static Entrant of(String name) {
        var setting = OptimizerSetting.parse(name);
        Require.that(
                setting.rule() instanceof FirstOrder,
                "optimizer %s: it has no learning rate, by which rules are compared; train with it, and compare by report",
                setting.rule().name());
        return new Entrant(name, setting, setting.rule().usual().decay());
    }

    public Entrant withDecay(Decay decay) {
        return new Entrant(name, setting, decay);
    }

    FirstOrder rule() {
        return (FirstOrder) setting.rule();
    }

    /// From which the search for a rate sets out.
    public double usualRate() {
        return rule().usual().learningRate();
    }

    /// Whether its learning rate stays constant where others follow the schedule.
    boolean isScheduleFree() {
        return rule() instanceof ScheduleFree;
    }

    /// The name of its folder: what file systems and shells do not take is written otherwise.
    String folder() {
        return name.replace(':', '~').replace('/', '+').replaceAll("\\s", "");
    }
}

package dev.thalweg.train;

import dev.thalweg.nn.Model;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Vectors;
import dev.thalweg.tensor.Workers;
import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;

/// Lookahead (Zhang et al., 2019, arXiv:1907.08610): every few steps the fast weights, which the
/// optimizer moves, are pulled back to a slow average of where they have been.
///
///     every k steps, with κ = keep · (t / T)^ramp:
///     slow ← κ · slow + (1 − κ) · fast          fast ← slow
///     after the last step                        fast ← slow
///
/// The paper's form is ramp 0 and keep 1 − α. A ramp lets the average grow sluggish towards the end;
/// airbench94 uses every 5 steps, keep 0.95⁵ and ramp 3. Running statistics are averaged alike.
///
/// @param every k, at least 1
/// @param keep the share of the slow weights that stays, in [0, 1)
/// @param ramp exponent of the share of the run that is over, at least 0
public record Lookahead(int every, double keep, double ramp) {

    public Lookahead {
        Require.that(every >= 1, "lookahead.every must be at least 1, got %s", every);
        Require.that(0 <= keep && keep < 1, "lookahead.keep must be in [0, 1), got %s", keep);
        Require.that(ramp >= 0, "lookahead.ramp must be at least 0, got %s", ramp);
    }

    /// Slow weights for `model`, beginning at its present ones, in `arena`.
    Rider rider(Model model, Workers workers, Arena arena) {
        var parameters = FlatVector.allocate(model.parameters().length(), arena);
        var statistics = FlatVector.allocate(model.statistics().length(), arena);
        parameters.copyFrom(model.parameters());
        statistics.copyFrom(model.statistics());
        var state = new LinkedHashMap<String, FlatVector>();
        state.put("parameters", parameters);
        state.put("statistics", statistics);
        return new Rider() {
            @Override
            public String name() {
                return "lookahead";
            }

            @Override
            public Map<String, FlatVector> state() {
                return state;
            }

            @Override
            public void afterStep(Model model, long done, long total) {
                boolean last = done == total;
                if (done % every != 0 && !last) return;
                if (done % every == 0) {
                    double fresh = 1 - keep * Math.pow((double) done / total, ramp);
                    Vectors.lerp(parameters, model.parameters(), fresh, workers);
                    Vectors.lerp(statistics, model.statistics(), fresh, workers);
                }
                Vectors.copy(model.parameters(), parameters, workers);
                Vectors.copy(model.statistics(), statistics, workers);
            }
        };
    }
}

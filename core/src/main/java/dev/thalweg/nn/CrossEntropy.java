package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import java.util.List;

/// Softmax cross-entropy with label smoothing (Szegedy et al., 2015, arXiv:1512.00567) and class
/// weights, averaged over the batch.
///
///     p = softmax(z)        q = (1 − s) · onehot(y) + s / K
///     loss = Σ_n Σ_k −w_k q_nk log p_nk / Σ_n w_{y_n}
///
/// The mean divides by the sum of the targets' weights, and the smoothing term uses every class's
/// weight, as in PyTorch.
///
/// @param smoothing s, in [0, 1)
/// @param weights one a class, each at least 0; empty for none
public record CrossEntropy(float smoothing, List<Float> weights) {
    public static final CrossEntropy PLAIN = new CrossEntropy(0, List.of());

    public CrossEntropy {
        Require.that(0 <= smoothing && smoothing < 1, "CrossEntropy.smoothing must be in [0, 1), got %s", smoothing);
        weights = List.copyOf(weights);
        for (float weight : weights)
            Require.that(
                    weight >= 0 && Float.isFinite(weight),
                    "CrossEntropy.weights must be at least 0 each, got %s",
                    weight);
    }
}

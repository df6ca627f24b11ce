package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Vectors;
import org.jspecify.annotations.Nullable;

/// What is done to the gradient unit by unit before a rule sees it, in place. A unit of a weight is all that
/// leads to one output, a row of the matrix (out, rest) that every weight is.
///
/// Centralisation (Yong, Huang, Hua & Zhang, 2020, arXiv:2004.01461, equation 1) takes the mean off each
/// unit's gradient, so that the sum of a unit's weights stays what it was at the start:
///
///     gᵢ ← gᵢ − mean(gᵢ)
///
/// of weights alone. Clipping ([Clip.Adaptive]) comes after it.
///
/// @param centralise whether gradients of weights are centralised
/// @param clip how units are clipped, null for not at all
record Rows(boolean centralise, Clip.@Nullable Adaptive clip) {

    boolean any() {
        return centralise || clip != null;
    }

    /// Treats one tensor. Does not allocate.
    ///
    /// @param scale the gradient's, which clipping must know
    void treat(Parameter parameter, FlatVector theta, FlatVector gradient, double scale) {
        boolean weight = parameter.role() == Role.WEIGHT;
        long length = weight ? parameter.size() / parameter.shape().dim(0) : parameter.size();
        for (long from = parameter.offset(); from < parameter.end(); from += length) {
            long to = from + length;
            if (centralise && weight && length > 1)
                subtract(gradient, from, to, Vectors.sum(gradient, from, to) / length);
            if (clip != null) {
                double most = clip.limit() * Math.max(Math.sqrt(Vectors.squaredNorm(theta, from, to)), clip.floor());
                double norm = scale * Math.sqrt(Vectors.squaredNorm(gradient, from, to));
                if (norm > most) multiply(gradient, from, to, most / norm);
            }
        }
    }

    private static void subtract(FlatVector vector, long from, long to, double mean) {
        float m = (float) mean;
        for (long i = from; i < to; i++) vector.set(i, vector.get(i) - m);
    }

    private static void multiply(FlatVector vector, long from, long to, double factor) {
        float f = (float) factor;
        for (long i = from; i < to; i++) vector.set(i, vector.get(i) * f);
    }
}

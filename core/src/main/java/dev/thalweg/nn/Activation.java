package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;
import java.util.Locale;

/// An element-wise nonlinearity.
///
/// Shape: any → the same.
///
/// @param slope of the negative side, for [Function#LEAKY_RELU] only; 0 otherwise
public record Activation(Function function, float slope) implements Layer {

    /// The nonlinearities, by formula.
    public enum Function {
        /// max(0, x) (Nair & Hinton, ICML 2010).
        RELU,
        /// min(max(0, x), 6) (Howard et al., 2017, arXiv:1704.04861).
        RELU6,
        /// x for x > 0, else slope · x (Maas et al., 2013).
        LEAKY_RELU,
        /// x Φ(x), Φ the normal distribution's cumulative function, by erf (Hendrycks & Gimpel,
        /// 2016, arXiv:1606.08415).
        GELU,
        /// The same paper's approximation, ½ x (1 + tanh(√(2/π) (x + 0.044715 x³))).
        GELU_TANH,
        /// x σ(x) (Elfwing et al., 2017, arXiv:1702.03118), also called swish.
        SILU,
        /// x · min(max(0, x + 3), 6) / 6 (Howard et al., 2019, arXiv:1905.02244).
        HARD_SWISH,
        /// 1 / (1 + e⁻ˣ).
        SIGMOID,
        /// (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ).
        TANH
    }

    public Activation {
        Require.that(
                function == Function.LEAKY_RELU ? slope >= 0 && slope < 1 : slope == 0,
                "the slope of %s must be %s, got %s",
                function,
                function == Function.LEAKY_RELU ? "in [0, 1)" : "0",
                slope);
    }

    public Activation(Function function) {
        this(function, 0);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        return inputs.getFirst();
    }

    @Override
    public String kind() {
        return function.name().toLowerCase(Locale.ROOT);
    }
}

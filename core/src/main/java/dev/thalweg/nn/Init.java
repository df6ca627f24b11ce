package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;

/// How a tensor starts. Fans of a weight (out, in, height, width): fan-in is in·height·width,
/// fan-out is out·height·width; for a linear weight (out, in) they are in and out.
///
/// The same key and shape give the same bits on every machine.
public sealed interface Init permits FanIn, Init.ZeroBias {
    Init ZEROS = new Constant(0);
    Init ONES = new Constant(1);

    /// N(0, 2 / fan-in), which keeps the variance of activations through ReLUs (He et al., 2015,
    /// arXiv:1502.01852, equation 10).
    Init HE = new ScaledNormal(Fan.IN, Math.sqrt(2));

    /// N(0, 2 / fan-out), which keeps the variance of gradients (the same paper, equation 14);
    /// torchvision's choice for its ResNets, VGGs and MobileNets.
    Init HE_FAN_OUT = new ScaledNormal(Fan.OUT, Math.sqrt(2));

    /// Uniform in ±√(6 / fan-in): the variance of [#HE].
    Init HE_UNIFORM = new ScaledUniform(Fan.IN, Math.sqrt(2));

    /// Uniform in ±√(6 / (fan-in + fan-out)) (Glorot & Bengio, AISTATS 2010, equation 16); Keras's
    /// default.
    Init GLOROT = new ScaledUniform(Fan.MEAN, 1);

    /// N(0, 2 / (fan-in + fan-out)): the variance of [#GLOROT].
    Init GLOROT_NORMAL = new ScaledNormal(Fan.MEAN, 1);

    /// N(0, 1 / fan-in) (LeCun et al., Efficient BackProp, 1998, equation 16).
    Init LECUN = new ScaledNormal(Fan.IN, 1);

    /// Weight and bias uniform in ±1/√fan-in: PyTorch's default for convolutions and linear layers.
    Init FAN_IN = new FanIn();

    /// Orthonormal rows or columns.
    Init ORTHOGONAL = new Orthogonal(1);

    /// The identity in the first filters, the others uniform in ±1/√fan-in, as in airbench94.
    Init DIRAC = new Dirac(FAN_IN);

    /// Fills `values`, a tensor of `shape`, from `key`'s random numbers.
    void fill(FlatVector values, Shape shape, RandomKey key);

    /// How the bias beside a weight of shape `weight` starts.
    Init bias(Shape weight);

    /// An initialisation beside which biases start at zero. (A default method of [Init] itself would
    /// tie its constants' class initialisation to that of their classes: two threads could deadlock.)
    sealed interface ZeroBias extends Init
            permits Constant, Normal, Uniform, ScaledNormal, ScaledUniform, Orthogonal, Dirac, Whitening {
        @Override
        default Init bias(Shape weight) {
            return ZEROS;
        }
    }

    /// Every element the same.
    record Constant(float value) implements ZeroBias {
        public Constant {
            Require.that(Float.isFinite(value), "a constant start must be finite, got %s", value);
        }

        @Override
        public void fill(FlatVector values, Shape shape, RandomKey key) {
            values.fill(value);
        }
    }
}

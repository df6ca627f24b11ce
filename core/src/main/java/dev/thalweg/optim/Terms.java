package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Vectors;
import java.lang.foreign.Arena;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// What surrounds a rule in one update of one group of parameters by one worker. Mutable, and refilled
/// before each step, so that steps do not allocate. Rules read it and never write it.
///
/// The gradient that a rule works with is
///
///     g′ = clamp(scale · g, −limit, limit) + coupled · θ + coupled₁ · sign θ
///
/// the rule's own step is taken from the parameters after decoupled decay, and the penalty on their
/// magnitudes comes last, so that it can hold a parameter at 0:
///
///     θ ← (1 − α · decoupled) · θ − the rule's step
///     θ ← sign(θ) · max(|θ| − α · decoupled₁, 0)
///
/// Decay uses the θ at which the gradient was taken. α is the learning rate.
public final class Terms {
    /// The number of this step: 1 for the first.
    public long step = 1;

    /// α: the group's learning rate at this step.
    public double learningRate;

    /// Multiplies the gradient first: 1/k after k accumulated micro-batches, times the factor of
    /// clipping by norm.
    public double gradientScale = 1;

    /// Largest magnitude of an element of the scaled gradient.
    public double gradientLimit = Double.POSITIVE_INFINITY;

    /// λ of L2 regularisation: λθ is added to the gradient, so that momentum and scaling by second
    /// moments apply to it as well. PyTorch's `weight_decay` for SGD, Adam, RMSprop and Adagrad.
    public double coupledDecay;

    /// λ₁ of L1 regularisation: its subgradient λ₁ sign θ is added to the gradient.
    public double coupledL1;

    /// λ of decoupled weight decay (Loshchilov & Hutter, 2019, arXiv:1711.05101, in the form that
    /// libraries implement): the parameters shrink by αλ, past the rule.
    public double decoupledDecay;

    /// λ₁ of a penalty past the rule: after its step, soft thresholding at αλ₁ (the proximal step of
    /// ISTA; Beck & Teboulle, 2009, equation 1.4).
    public double decoupledL1;

    /// What is remembered of parameter i is element i + shift of the rule's memory.
    public long shift;

    /// The gradient of parameter i, as it was prepared, is element i + ahead.
    long ahead;

    // What has been worked out before, and room for what is remembered of one parameter.
    private final double[] bases = {Double.NaN, Double.NaN, Double.NaN, Double.NaN};
    private final double[] powers = new double[4];
    private long stepOfPowers;
    private double[] slots = {};
    private @Nullable FlatVector room;
    private @Nullable Memory window;

    public Terms() {}

    /// g′: the gradient that the rule works with, given the raw one and the parameter.
    public double gradient(double g, double theta) {
        double scaled = gradientScale * g;
        if (gradientLimit < Double.POSITIVE_INFINITY)
            scaled = Math.min(Math.max(scaled, -gradientLimit), gradientLimit);
        return scaled + coupledDecay * theta + coupledL1 * Math.signum(theta);
    }

    /// The norm of the elements [from, to) of a gradient after scaling and clipping, without decay.
    double norm(FlatVector gradient, long from, long to) {
        if (gradientLimit == Double.POSITIVE_INFINITY)
            return gradientScale * Math.sqrt(Vectors.squaredNorm(gradient, from, to));
        double sum = 0;
        for (long i = from; i < to; i++) {
            double g = Math.min(Math.max(gradientScale * gradient.get(i), -gradientLimit), gradientLimit);
            sum += g * g;
        }
        return Math.sqrt(sum);
    }

    /// Room for what `rule`, always the same one, remembers of `count` parameters.
    Memory window(Elementwise rule, int count) {
        if (window == null) window = Memory.zeros(count, rule.slots(), Arena.ofAuto());
        return window;
    }

    /// Takes over what surrounds the rule from `other`.
    void copy(Terms other) {
        step = other.step;
        learningRate = other.learningRate;
        gradientScale = other.gradientScale;
        gradientLimit = other.gradientLimit;
        coupledDecay = other.coupledDecay;
        coupledL1 = other.coupledL1;
        decoupledDecay = other.decoupledDecay;
        decoupledL1 = other.decoupledL1;
        shift = other.shift;
    }

    /// Whether the gradient is to be taken as it is.
    boolean plain() {
        return gradientScale == 1 && gradientLimit == Double.POSITIVE_INFINITY && coupledDecay == 0 && coupledL1 == 0;
    }

    /// Room for the gradient of [Elementwise#STRIDE] parameters.
    FlatVector room() {
        if (room == null) room = FlatVector.allocate(Elementwise.STRIDE, Arena.ofAuto());
        return room;
    }

    /// 1 − α · decoupled: what decoupled decay leaves of a parameter.
    public double kept() {
        return 1 - learningRate * decoupledDecay;
    }

    /// What the penalty past the rule leaves of a parameter after its step.
    public double sparse(double theta) {
        double threshold = learningRate * decoupledL1;
        return theta - Math.min(Math.max(theta, -threshold), threshold);
    }

    /// β^step, for corrections; worked out once for each step and as many as four β.
    double power(double beta) {
        if (stepOfPowers != step) {
            stepOfPowers = step;
            Arrays.fill(bases, Double.NaN);
        }
        for (int i = 0; i < bases.length; i++) {
            if (bases[i] == beta) return powers[i];
            if (Double.isNaN(bases[i])) {
                bases[i] = beta;
                return powers[i] = Math.pow(beta, (double) step);
            }
        }
        return Math.pow(beta, (double) step);
    }

    /// Room for what is remembered of one parameter.
    double[] slots(int count) {
        if (slots.length < count) slots = new double[count];
        return slots;
    }

    @Override
    public String toString() {
        return "step %s: learning rate %s, gradient × %s within ±%s, decay %s coupled, %s decoupled, L1 %s coupled, %s decoupled"
                .formatted(
                        step,
                        learningRate,
                        gradientScale,
                        gradientLimit,
                        coupledDecay,
                        decoupledDecay,
                        coupledL1,
                        decoupledL1);
    }
}

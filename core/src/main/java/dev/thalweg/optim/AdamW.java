package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import java.util.List;

/// [Adam] with weight decay past the rule (Loshchilov & Hutter, 2019, arXiv:1711.05101, algorithm 2, in the
/// form that libraries have).
///
///     θ ← (1 − αλ) θ − α m̂ / (√v̂ + ε)
///
/// The arithmetic is Adam's: what makes it AdamW is [Decay.Form#DECOUPLED], by which every parameter shrinks
/// at the same pace, also those whose gradients are large. The paper multiplies λ by the schedule's factor
/// alone; here, as in PyTorch, Keras and optax, by the whole learning rate.
///
/// Equals PyTorch's `AdamW`, of which the customary decay of 0.01 is.
///
/// Memory: 8 bytes per parameter. Traffic: 28 bytes per parameter and step.
///
/// @param beta1 β₁, the share of m that survives a step
/// @param beta2 β₂, the share of v that survives a step
/// @param epsilon ε, keeps the denominator from 0
public record AdamW(double beta1, double beta2, double epsilon) implements Elementwise {
    private static final List<String> SLOTS = List.of("m", "v");

    public AdamW {
        Check.decayRate("AdamW.beta1", beta1);
        Check.decayRate("AdamW.beta2", beta2);
        Check.epsilon("AdamW.epsilon", epsilon);
    }

    /// PyTorch's settings.
    public AdamW() {
        this(0.9, 0.999, 1e-8);
    }

    @Override
    public List<String> slots() {
        return SLOTS;
    }

    @Override
    public Usual usual() {
        return new Usual(1e-3, Decay.decoupled(0.01));
    }

    @Override
    public double step(double theta, double g, double[] slots, Memory memory, Terms terms) {
        return Adam.step(beta1, beta2, Adam.besidePaper(beta2, epsilon, terms), theta, g, slots, terms);
    }

    @Override
    public void wide(Memory memory, FlatVector theta, FlatVector gradient, long from, long to, Terms terms) {
        Adam.wide(beta1, beta2, Adam.besidePaper(beta2, epsilon, terms), memory, theta, gradient, from, to, terms);
    }
}

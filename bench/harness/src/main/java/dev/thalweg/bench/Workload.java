package dev.thalweg.bench;

/// A network in training, or at inference: `resnet18`, `resnet18-infer`.
///
/// @param training a whole step: forward, loss, backward, update; otherwise forward alone
public record Workload(Net net, boolean training) {
    private static final String INFERENCE = "-infer";

    public static Workload named(String name) {
        return name.endsWith(INFERENCE)
                ? new Workload(Net.named(name.substring(0, name.length() - INFERENCE.length())), false)
                : new Workload(Net.named(name), true);
    }

    /// Floating-point operations of one example, two a multiply-add.
    public double flops() {
        return 2.0 * (training ? net.trainingMultiplyAdds() : net.forwardMultiplyAdds());
    }

    @Override
    public String toString() {
        return net + (training ? "" : INFERENCE);
    }
}

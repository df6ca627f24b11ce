package dev.thalweg.step;

import dev.thalweg.nn.Activation;
import dev.thalweg.nn.Add;
import dev.thalweg.nn.BatchNorm;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Eltwise;
import org.jspecify.annotations.Nullable;

/// Which layers behind another can be computed in the same pass over memory.
final class Fusion {
    private Fusion() {}

    static Eltwise eltwise(Activation layer) {
        return switch (layer.function()) {
            case RELU -> Eltwise.RELU;
            case RELU6 -> Eltwise.RELU6;
            case LEAKY_RELU -> Eltwise.relu(layer.slope());
            case GELU -> Eltwise.GELU;
            case GELU_TANH -> Eltwise.GELU_TANH;
            case SILU -> Eltwise.SILU;
            case HARD_SWISH -> Eltwise.HARD_SWISH;
            case SIGMOID -> Eltwise.SIGMOID;
            case TANH -> Eltwise.TANH;
        };
    }

    /// The activation that alone follows `node` and can be fused into it, or null. In training only
    /// those whose gradient follows from their value qualify: their input is not kept.
    static Network.@Nullable Node activationAfter(PlanBuilder b, Network.Node node) {
        var next = b.soleConsumer(node);
        if (next == null || !(next.layer() instanceof Activation layer)) return null;
        if (b.typeOf(next) != b.typeOf(node)) return null;
        return !b.training() || eltwise(layer).fromTarget() ? next : null;
    }

    /// The plain ReLU that alone follows `node`, or null.
    static Network.@Nullable Node reluAfter(PlanBuilder b, Network.Node node) {
        var next = b.soleConsumer(node);
        return next != null && isRelu(next) && b.typeOf(next) == b.typeOf(node) ? next : null;
    }

    static boolean isRelu(Network.Node node) {
        return node.layer() instanceof Activation layer && layer.function() == Activation.Function.RELU;
    }

    /// What follows a convolution or linear layer within one kernel in evaluation.
    ///
    /// @param norm the normalization folded into the weights
    /// @param add the residual connection
    /// @param addend the other operand of `add`
    /// @param activation the last of the chain
    /// @param last the node whose value the kernel computes
    record Chain(
            Network.@Nullable Node norm,
            Network.@Nullable Node add,
            Network.@Nullable Node addend,
            Network.@Nullable Node activation,
            Network.Node last) {}

    static Chain chainAfter(PlanBuilder b, Network.Node node) {
        var last = node;
        Network.Node norm = null;
        Network.Node add = null;
        Network.Node addend = null;
        Network.Node activation = null;
        var next = b.soleConsumer(last);
        if (next != null && next.layer() instanceof BatchNorm) {
            norm = next;
            last = next;
            next = b.soleConsumer(last);
        }
        if (next != null && next.layer() instanceof Add) {
            var first = b.input(next, 0);
            var other = first == last ? b.input(next, 1) : first;
            if (other != last
                    && b.has(other)
                    && b.typeOf(next) == b.typeOf(node)
                    && b.typeOf(other) == b.typeOf(node)) {
                add = next;
                addend = other;
                last = next;
                next = b.soleConsumer(last);
            }
        }
        if (next != null && next.layer() instanceof Activation && b.typeOf(next) == b.typeOf(node)) {
            activation = next;
            last = next;
        }
        return new Chain(norm, add, addend, activation, last);
    }
}

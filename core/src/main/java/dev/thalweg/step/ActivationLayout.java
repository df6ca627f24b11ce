package dev.thalweg.step;

import dev.thalweg.nn.Concatenate;
import dev.thalweg.nn.Convolution;
import dev.thalweg.nn.Network;
import dev.thalweg.step.onednn.Runtime;

/// The order of activations in memory within a plan. A plan's input and scores are channels-last in
/// every case, and so is what a layer of one's own sees.
public enum ActivationLayout {
    /// (batch, height, width, channel).
    CHANNELS_LAST,
    /// (batch, channel / 16, height, width, channel mod 16) where the channels divide by 16, else
    /// channels-last.
    BLOCKED,
    /// Whichever the kernels are faster in, by rules of thumb. Not by timing: the same network must
    /// give the same bits in every run.
    AUTO;

    static final int BLOCK = 16;

    /// Height times width above which float32 kernels are faster channels-last.
    private static final int LARGE = 24 * 24;

    /// The layout that a network is compiled in. The rules rest on the measurements in
    /// bench/NOTES.md, "Layouts".
    ActivationLayout resolve(Network network, Precision precision, boolean training) {
        if (this != AUTO) return this;
        if (!Runtime.hasAvx512() || !blocksThroughout(network)) return CHANNELS_LAST;
        boolean large = precision != Precision.BF16 && readsLarge(network, training ? 64 : BLOCK);
        return large ? CHANNELS_LAST : BLOCKED;
    }

    /// Kernels between a tensor in blocks and one that is not are many times slower: all or none.
    private static boolean blocksThroughout(Network network) {
        boolean any = false;
        for (var node : network.nodes()) {
            if (node.layer() instanceof Concatenate) return false;
            if (!(node.layer() instanceof Convolution layer)) continue;
            int before = node.inputs().getFirst();
            boolean blocks = before == 0 || network.nodes().get(before).shape().channels() % BLOCK == 0;
            if (!blocks || layer.channels() % BLOCK != 0 || layer.groups() > 1) return false;
            any = true;
        }
        return any;
    }

    /// Whether a convolution reads a large map of at least so many channels.
    private static boolean readsLarge(Network network, int channels) {
        for (var node : network.nodes()) {
            if (!(node.layer() instanceof Convolution)) continue;
            var in = network.nodes().get(node.inputs().getFirst()).shape();
            if (in.channels() >= channels && in.height() * in.width() > LARGE) return true;
        }
        return false;
    }
}

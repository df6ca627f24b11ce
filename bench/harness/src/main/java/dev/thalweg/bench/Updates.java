package dev.thalweg.bench;

import java.util.List;

/// The parameters that an update rule is measured on, the same for every library: 25,000,000 in all, about what
/// ResNet-50 has.
public final class Updates {
    /// Square weights, each of which fills a cache of 4 MB: most of ResNet-50's parameters are in tensors of that size.
    public static final int TENSORS = 25;

    public static final int EDGE = 1000;
    public static final long PARAMETERS = (long) TENSORS * EDGE * EDGE;

    /// Small, so that parameters stay finite over thousands of steps along one gradient.
    public static final double RATE = 1e-4;

    /// The rules that libtorch's C++ interface has, by our names.
    public static final List<String> OF_LIBTORCH = List.of(
            "sgd",
            "momentum",
            "nesterov",
            "adagrad",
            "rmsprop",
            "rmsprop:centred=true",
            "rmsprop:momentum=0.9",
            "rmsprop:centred=true,momentum=0.9",
            "adam",
            "amsgrad",
            "adamw");

    private Updates() {}
}

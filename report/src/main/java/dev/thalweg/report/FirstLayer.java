package dev.thalweg.report;

import dev.thalweg.format.Safetensors;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Role;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/// The first layer's weights as pictures: a convolution's kernels, or what each unit of a linear layer
/// does with each pixel.
final class FirstLayer {
    /// Filters that are shown.
    private static final int SHOWN = 64;

    private FirstLayer() {}

    /// The weight that sees the pictures.
    static Optional<Parameter> weight(Network network) {
        return network.parameters().parameters().stream()
                .filter(p -> p.role() == Role.WEIGHT)
                .findFirst();
    }

    /// Its values in a model's or a checkpoint's file; nothing if it cannot be looked at, because it
    /// sees one pixel at a time.
    static Optional<Run.Filters> read(Network network, Path file) throws IOException {
        var found = weight(network);
        if (found.isEmpty()) return Optional.empty();
        var shape = found.get().shape();
        var input = network.input();
        boolean linear = shape.rank() == 2;
        int channels = linear ? input.dim(0) : shape.dim(1);
        int height = linear ? input.dim(1) : shape.dim(2);
        int width = linear ? input.dim(2) : shape.dim(3);
        if (height * width < 4 || channels != 1 && channels != 3) return Optional.empty();
        try (var arena = Arena.ofConfined()) {
            var tensors = Safetensors.open(file, arena);
            // Before memory is taken for what the recipe says.
            if (tensors.find(found.get().name())
                    .filter(tensor -> tensor.size() == shape.size())
                    .isEmpty())
                throw new IOException("%s: expected a tensor '%s' of %,d elements, as the recipe's network has it"
                        .formatted(file, found.get().name(), shape.size()));
            var weights = FlatVector.allocate(shape.size(), arena);
            tensors.readFloats(found.get().name(), weights);
            int count = Math.min(SHOWN, shape.dim(0));
            return Optional.of(new Run.Filters(
                    found.get().name(),
                    shape.dim(0),
                    count,
                    height,
                    width,
                    channels,
                    Base64.getEncoder().encodeToString(pixels(weights.toArray(), count, channels, height * width))));
        }
    }

    /// (count, channels, places) as (count, places, channels) of bytes: each filter stretched until its
    /// largest weight is black or white, with 0 in the middle.
    static byte[] pixels(float[] weights, int count, int channels, int places) {
        int size = channels * places;
        var pixels = new byte[count * size];
        for (int k = 0; k < count; k++) {
            float largest = 0;
            for (int i = 0; i < size; i++) largest = Math.max(largest, Math.abs(weights[k * size + i]));
            for (int c = 0; c < channels; c++)
                for (int p = 0; p < places; p++) {
                    float value = largest == 0 ? 0 : weights[k * size + c * places + p] / largest;
                    pixels[k * size + p * channels + c] = (byte) Math.round(127.5f + 127.5f * value);
                }
        }
        return pixels;
    }
}

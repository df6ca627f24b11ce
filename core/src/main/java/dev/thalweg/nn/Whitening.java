package dev.thalweg.nn;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;
import java.util.Optional;

/// Filters that decorrelate the pixels of a patch, made from the training images: the eigenvectors
/// of the patches' second moment, strongest first, each divided by √(eigenvalue + ε), then the same
/// with the opposite sign (Page, How to train your ResNet, 2018; Jordan, 2024, arXiv:2404.00498,
/// whose code has ε = 5e-4).
///
///     M = Σ p pᵀ / n        p: a patch (in, height, width), flattened; n patches, one per position
///     M e_i = λ_i e_i       w_i = e_i / √(λ_i + ε)       w_{d+i} = −w_i
///
/// So a convolution started so has out = 2 · in · height · width channels. The mean is not
/// subtracted: the images are expected to be normalised.
///
/// Initialisation by seed alone knows no images: [#fill] sets random orthonormal filters, which
/// whiten patches that are white, and [#apply] replaces them. A trainer asks [#neededBy].
///
/// @param epsilon added to each eigenvalue, above 0
public record Whitening(float epsilon) implements Init.ZeroBias {

    public Whitening {
        Require.that(epsilon > 0 && Float.isFinite(epsilon), "Whitening.epsilon must be above 0, got %s", epsilon);
    }

    /// Random orthonormal filters and their negatives, until [#apply] knows better.
    @Override
    public void fill(FlatVector values, Shape shape, RandomKey key) {
        int patch = patchSize(shape);
        write(values, Orthogonal.frame(patch, patch, key));
    }

    /// The layer whose weight is to be made from images, if there is one.
    public static Optional<Network.Node> neededBy(Network network) {
        return network.nodes().stream()
                .filter(node -> node.inits().stream().anyMatch(Whitening.class::isInstance))
                .findFirst();
    }

    /// Sets the whitening filters of `model`, which must have such a layer, from images. It must
    /// take the input itself.
    ///
    /// @param images normalised as in training, channels-last (example, height, width, channel); the
    ///     first `count` are used, some thousands suffice
    public static void apply(Model model, FlatVector images, int count) {
        var network = model.network();
        var node = neededBy(network)
                .orElseThrow(() -> new IllegalArgumentException(
                        "network %s has no layer that starts by whitening".formatted(network.name())));
        Require.that(
                node.inputs().equals(List.of(0)),
                "layer '%s': whitening is for the first layer, but this one takes the output of another",
                node.name());
        Require.that(count >= 1, "whitening needs at least 1 image, got %s", count);
        Require.that(
                images.length() >= count * network.input().size(),
                "whitening from %s images of %s needs %s values, got %s",
                count,
                network.input(),
                count * network.input().size(),
                images.length());
        for (int i = 0; i < node.inits().size(); i++) {
            if (!(node.inits().get(i) instanceof Whitening whitening)) continue;
            var weight = node.parameters().get(i);
            double[][] moment = secondMoment(images, count, network.input(), weight.shape());
            write(model.parameters().slice(weight), whitening.filters(moment));
        }
    }

    /// The filters, strongest first, that whiten patches of that second moment.
    double[][] filters(double[][] moment) {
        var eigen = SymmetricEigen.of(moment);
        double[][] filters = new double[moment.length][moment.length];
        for (int i = 0; i < moment.length; i++) {
            // Rounding may leave a tiny negative eigenvalue where the patches span less than all.
            double scale = 1 / Math.sqrt(Math.max(0, eigen.values()[i]) + epsilon);
            for (int k = 0; k < moment.length; k++) filters[i][k] = eigen.vectors()[i][k] * scale;
        }
        return filters;
    }

    /// The mean of p pᵀ over the patches p (in, height, width) at all positions of the first `count`
    /// images, in double precision.
    static double[][] secondMoment(FlatVector images, int count, Shape image, Shape weight) {
        int channels = image.channels();
        int width = image.width();
        int kernelHeight = weight.dim(2);
        int kernelWidth = weight.dim(3);
        Require.that(
                kernelHeight <= image.height() && kernelWidth <= width,
                "patches of %s×%s do not fit into images of %s",
                kernelHeight,
                kernelWidth,
                image);
        int size = channels * kernelHeight * kernelWidth;
        double[][] sum = new double[size][size];
        double[] patch = new double[size];
        long patches = 0;
        for (int n = 0; n < count; n++) {
            float[] pixels = images.slice(n * image.size(), image.size()).toArray();
            for (int top = 0; top + kernelHeight <= image.height(); top++) {
                for (int left = 0; left + kernelWidth <= width; left++, patches++) {
                    int at = 0;
                    for (int c = 0; c < channels; c++)
                        for (int row = top; row < top + kernelHeight; row++)
                            for (int column = left; column < left + kernelWidth; column++)
                                patch[at++] = pixels[(row * width + column) * channels + c];
                    for (int i = 0; i < size; i++) {
                        double[] row = sum[i];
                        double factor = patch[i];
                        for (int j = 0; j <= i; j++) row[j] += factor * patch[j];
                    }
                }
            }
        }
        for (int i = 0; i < size; i++) for (int j = 0; j <= i; j++) sum[j][i] = sum[i][j] /= patches;
        return sum;
    }

    private static int patchSize(Shape weight) {
        Require.that(
                weight.rank() == 4 && 2 * weight.size() == (long) weight.dim(0) * weight.dim(0),
                "whitening needs a convolution's weight (out, in, height, width) with out = 2 · in · height · width,"
                        + " got %s",
                weight);
        return weight.dim(0) / 2;
    }

    /// Filters, then their negatives.
    private static void write(FlatVector weight, double[][] filters) {
        int size = filters.length;
        for (int i = 0; i < size; i++) {
            for (int k = 0; k < size; k++) {
                weight.set((long) i * size + k, (float) filters[i][k]);
                weight.set((long) (size + i) * size + k, (float) -filters[i][k]);
            }
        }
    }
}

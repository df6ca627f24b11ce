package dev.thalweg.bench.libtorch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The network of airbench94 (arXiv:2404.00498), and what its recipe keeps beside each tensor.
final class Airbench {
    private static final int[] WIDTHS = {64, 256, 256};
    private static final int CLASSES = 10;
    private static final double STATISTICS_MOMENTUM = 0.4;
    private static final double EPSILON = 1e-12;
    private static final double SCORE_SCALE = 1 / 9.0;
    /// Added to eigenvalues, so that directions without variance are not blown up.
    private static final double EIGENVALUE_FLOOR = 5e-4;

    private static final int WHITENING_PICTURES = 5000;

    private static final long[] ZERO = {0, 0};
    private static final long[] ONE = {1, 1};
    private static final long[] TWO = {2, 2};
    private static final long[] THREE = {3, 3};

    /// A tensor that training moves, by gradient or as a running statistic.
    static final class State {
        final Tensor value;
        /// The slow copy, an average.
        final Tensor slow;
        /// Memory of momentum; unused for statistics.
        final Tensor velocity;

        final boolean trained;
        /// Whether it is the shift of a normalization, which learns faster.
        final boolean shift;

        boolean live = true;

        State(Tensor value, boolean trained, boolean shift) {
            this.value = value;
            this.trained = trained;
            this.shift = shift;
            slow = value.detach().clone();
            velocity = torch.zeros_like(slow);
            value.set_requires_grad(trained);
        }
    }

    private record Normalization(
            TensorOptional scale, TensorOptional shift, TensorOptional mean, TensorOptional variance) {
        Tensor apply(Tensor x, boolean training) {
            return torch.batch_norm(x, scale, shift, mean, variance, training, STATISTICS_MOMENTUM, EPSILON, false);
        }
    }

    private final boolean casts;
    private final List<State> states = new ArrayList<>();
    private final Tensor whitening;
    private final State whiteningBias;
    private final TensorOptional whiteningBiasArgument;
    private final List<Tensor> convolutions = new ArrayList<>();
    private final List<Normalization> normalizations = new ArrayList<>();
    private final Tensor head;

    /// @param casts whether products are computed in bf16 (automatic casting)
    Airbench(Pixels pixels, float[][] table, boolean casts) {
        this.casts = casts;
        int filters = 8 * pixels.channels();
        whitening = whitening(pixels, table);
        whiteningBias = state(torch.zeros(filters), true, false);
        whiteningBiasArgument = new TensorOptional(whiteningBias.value);
        int in = filters;
        for (int width : WIDTHS)
            for (int i = 0; i < 2; i++) {
                convolutions.add(state(convolution(in, width), true, false).value);
                normalizations.add(normalization(width));
                in = width;
            }
        double bound = 1 / Math.sqrt(in);
        head = torch.empty(CLASSES, in);
        head.uniform_(-bound, bound, new GeneratorOptional());
        state(head, true, false);
    }

    List<State> states() {
        return states;
    }

    List<State> trained() {
        return states.stream().filter(state -> state.trained).toList();
    }

    State whiteningBias() {
        return whiteningBias;
    }

    private State state(Tensor value, boolean trained, boolean shift) {
        var state = new State(value, trained, shift);
        states.add(state);
        return state;
    }

    private Normalization normalization(int channels) {
        var shift = state(torch.zeros(channels), true, true);
        var mean = state(torch.zeros(channels), false, false);
        var variance = state(torch.ones(channels), false, false);
        return new Normalization(
                new TensorOptional(torch.ones(channels)),
                new TensorOptional(shift.value),
                new TensorOptional(mean.value),
                new TensorOptional(variance.value));
    }

    /// Uniform, but the first filters pass their channel on.
    private static Tensor convolution(int in, int out) {
        double bound = 1 / Math.sqrt(in * 9);
        var weight = torch.empty(out, in, 3, 3);
        weight.uniform_(-bound, bound, new GeneratorOptional());
        var values = weight.data_ptr_float();
        for (int o = 0; o < Math.min(in, out); o++)
            for (int i = 0; i < in; i++)
                for (int k = 0; k < 9; k++) values.put(((long) o * in + i) * 9 + k, o == i && k == 4 ? 1 : 0);
        return weight.contiguous(MemoryFormat.ChannelsLast).detach();
    }

    /// The eigenvectors of the covariance of 2×2 patches over the root of their eigenvalue, largest
    /// first, then their negatives. Patches come from pictures evenly spread over the list.
    private static Tensor whitening(Pixels pixels, float[][] table) {
        int side = pixels.side();
        int channels = pixels.channels();
        int n = 4 * channels;
        var covariance = new double[n * n];
        var picture = new float[pixels.size()];
        var patch = new float[n];
        int pictures = Math.min(WHITENING_PICTURES, pixels.count());
        for (int k = 0; k < pictures; k++) {
            pixels.render((int) ((long) k * pixels.count() / pictures), table, 0, 0, false, picture, 0);
            for (int y = 0; y < side - 1; y++)
                for (int x = 0; x < side - 1; x++) {
                    for (int i = 0; i < n; i++)
                        patch[i] = picture[((y + i % 4 / 2) * side + x + i % 2) * channels + i / 4];
                    for (int r = 0; r < n; r++)
                        for (int s = 0; s < n; s++) covariance[r * n + s] += patch[r] * patch[s];
                }
        }
        double patches = (double) pictures * (side - 1) * (side - 1);
        for (int i = 0; i < covariance.length; i++) covariance[i] /= patches;
        var matrix = torch.empty(new long[] {n, n}, new TensorOptions(ScalarType.Double), new MemoryFormatOptional());
        matrix.data_ptr_double().put(covariance);
        var eigen = torch.linalg_eigh(matrix);
        var values = eigen.get0().add(new Scalar(EIGENVALUE_FLOOR)).sqrt().unsqueeze(1);
        var rows = eigen.get1().t().div(values).flip(0).to(ScalarType.Float).contiguous();
        var weight = torch.empty(2L * n, channels, 2, 2);
        var half = new float[n * n];
        rows.data_ptr_float().get(half);
        for (int i = 0; i < half.length; i++) {
            weight.data_ptr_float().put(i, half[i]);
            weight.data_ptr_float().put(half.length + i, -half[i]);
        }
        return weight.contiguous(MemoryFormat.ChannelsLast).detach();
    }

    /// Class scores in float32.
    Tensor scores(Tensor images, boolean training) {
        if (casts) torch.set_autocast_enabled(DeviceType.CPU, true);
        var x = torch.gelu(torch.conv2d(images, whitening, whiteningBiasArgument, ONE, ZERO, ONE, 1));
        for (int i = 0; i < convolutions.size(); i++) {
            x = torch.conv2d(x, convolutions.get(i), Nets.NONE, ONE, ONE, ONE, 1);
            if (i % 2 == 0) x = torch.max_pool2d(x, TWO, TWO, ZERO, ONE, false);
            x = torch.gelu(normalizations.get(i).apply(x, training));
        }
        x = torch.linear(torch.max_pool2d(x, THREE, THREE, ZERO, ONE, false).flatten(1, -1), head, Nets.NONE)
                .to(ScalarType.Float)
                .mul(new Scalar(SCORE_SCALE));
        if (casts) {
            torch.set_autocast_enabled(DeviceType.CPU, false);
            torch.clear_cache();
        }
        return x;
    }
}

package dev.thalweg.bench.libtorch;

import dev.thalweg.bench.Net;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;
import org.bytedeco.pytorch.global.torch.ScalarType;

/// The measured networks on libtorch's functions. Makes one network, whose parameters it lists.
final class Nets {
    static final TensorOptional NONE = new TensorOptional();

    private static final long[] ONE = {1, 1};
    private static final int WHITENED = 24;

    private final boolean channelsLast;
    private final boolean training;
    private final ScalarType weights;
    private final List<Tensor> trained = new ArrayList<>();
    private long frozen;

    /// What one layer, or several in a row, make of an activation.
    @FunctionalInterface
    interface Layer {
        Tensor apply(Tensor x);
    }

    /// @param channelsLast whether activations and kernels lie channels-last in memory
    /// @param weights number format of convolutions' and linear layers' parameters; those of batch
    ///     norm are float32 always
    Nets(boolean channelsLast, boolean training, ScalarType weights) {
        this.channelsLast = channelsLast;
        this.training = training;
        this.weights = weights;
    }

    Layer of(Net net) {
        return switch (net) {
            case CIFARNET -> cifarnet(net);
            case RESNET20, RESNET18 -> resnet(net);
            case MLP -> mlp(net);
        };
    }

    List<Tensor> trained() {
        return trained;
    }

    long parameters() {
        return frozen + trained.stream().mapToLong(Tensor::numel).sum();
    }

    private Layer cifarnet(Net net) {
        var layers = new ArrayList<Layer>();
        var whitening = tensor(0.3, WHITENED, 3, 2, 2);
        frozen += whitening.numel();
        layers.add(x -> torch.conv2d(x, whitening, NONE, ONE, new long[] {0, 0}, ONE, 1));
        layers.add(torch::gelu);
        int in = WHITENED;
        for (int width : net.widths()) {
            layers.add(convolution(in, width, 3, 1));
            layers.add(maxPool(2, 2, 0));
            layers.add(batchNorm(width));
            layers.add(torch::gelu);
            layers.add(convolution(width, width, 3, 1));
            layers.add(batchNorm(width));
            layers.add(torch::gelu);
            in = width;
        }
        layers.add(maxPool(3, 3, 0));
        layers.add(x -> x.flatten(1, -1));
        layers.add(linear(in, net.classes(), false));
        return inTurn(layers);
    }

    private Layer resnet(Net net) {
        var layers = new ArrayList<Layer>();
        int in = net.widths().getFirst();
        if (net == Net.RESNET18) {
            layers.add(convolution(3, in, 7, 2));
            layers.add(batchNorm(in));
            layers.add(Tensor::relu_);
            layers.add(maxPool(3, 2, 1));
        } else {
            layers.add(convolution(3, in, 3, 1));
            layers.add(batchNorm(in));
            layers.add(Tensor::relu_);
        }
        for (int width : net.widths())
            for (int i = 0; i < net.blocks(); i++) {
                layers.add(block(in, width));
                in = width;
            }
        layers.add(x -> torch.adaptive_avg_pool2d(x, 1, 1));
        layers.add(x -> x.flatten(1, -1));
        layers.add(linear(in, net.classes(), true));
        return inTurn(layers);
    }

    /// Two convolutions beside a shortcut; where the width grows, of stride 2.
    private Layer block(int in, int out) {
        boolean grows = in != out;
        var residual = inTurn(List.of(
                convolution(in, out, 3, grows ? 2 : 1),
                batchNorm(out),
                Tensor::relu_,
                convolution(out, out, 3, 1),
                batchNorm(out)));
        Layer shortcut = grows ? inTurn(List.of(convolution(in, out, 1, 2), batchNorm(out))) : x -> x;
        return x -> residual.apply(x).add_(shortcut.apply(x)).relu_();
    }

    private Layer mlp(Net net) {
        var layers = new ArrayList<Layer>();
        int in = net.input().getFirst();
        for (int width : net.widths()) {
            layers.add(linear(in, width, true));
            layers.add(Tensor::relu_);
            layers.add(x -> torch.dropout(x, 0.5, training));
            in = width;
        }
        layers.add(linear(in, net.classes(), true));
        return inTurn(layers);
    }

    private static Layer inTurn(List<Layer> layers) {
        var fixed = List.copyOf(layers);
        return x -> {
            for (var layer : fixed) x = layer.apply(x);
            return x;
        };
    }

    /// Padded so that stride 1 keeps the size.
    private Layer convolution(int in, int out, int kernel, int stride) {
        var weight = trained(Math.sqrt(2.0 / (in * kernel * kernel)), out, in, kernel, kernel);
        long[] strides = {stride, stride};
        long[] padding = {kernel / 2, kernel / 2};
        return x -> torch.conv2d(x, weight, NONE, strides, padding, ONE, 1);
    }

    private Layer linear(int in, int out, boolean withBias) {
        var weight = trained(1 / Math.sqrt(in), out, in);
        var bias = withBias ? new TensorOptional(trained(0.01, out)) : NONE;
        return x -> torch.linear(x, weight, bias);
    }

    private Layer batchNorm(int channels) {
        var scale = torch.ones(channels);
        var shift = torch.zeros(channels);
        for (var parameter : List.of(scale, shift)) {
            parameter.set_requires_grad(training);
            trained.add(parameter);
        }
        var gamma = new TensorOptional(scale);
        var beta = new TensorOptional(shift);
        var mean = new TensorOptional(torch.zeros(channels));
        var variance = new TensorOptional(torch.ones(channels));
        return x -> torch.batch_norm(x, gamma, beta, mean, variance, training, 0.1, 1e-5, false);
    }

    private static Layer maxPool(int kernel, int stride, int padding) {
        long[] kernels = {kernel, kernel};
        long[] strides = {stride, stride};
        long[] paddings = {padding, padding};
        return x -> torch.max_pool2d(x, kernels, strides, paddings, ONE, false);
    }

    private Tensor trained(double deviation, long... shape) {
        var tensor = tensor(deviation, shape);
        tensor.set_requires_grad(training);
        trained.add(tensor);
        return tensor;
    }

    private Tensor tensor(double deviation, long... shape) {
        return laidOut(torch.randn(shape).mul(new Scalar(deviation)))
                .to(weights)
                .detach();
    }

    /// The same in this network's layout.
    Tensor laidOut(Tensor tensor) {
        return channelsLast && tensor.dim() == 4 ? tensor.contiguous(MemoryFormat.ChannelsLast) : tensor;
    }
}

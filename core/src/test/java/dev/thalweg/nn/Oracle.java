package dev.thalweg.nn;

import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// Any network's forward pass and loss in double precision, as plain loops over activations in the
/// order (example, channel, row, column). It is the definition against which the compiled step is
/// tested: slow, obvious, and without a backward pass; derivatives come from [#slope].
///
///     var oracle = new Oracle(network);
///     double loss = oracle.loss(CrossEntropy.PLAIN, labels, parameters, statistics, x, batch, Mode.TRAIN);
///     double along = Oracle.slope(
///             p -> oracle.loss(CrossEntropy.PLAIN, labels, p, statistics, x, batch, Mode.TRAIN),
///             parameters, direction, 1e-5);
public final class Oracle {
    private final Network network;
    private final Custom custom;

    /// Which units a dropout layer keeps. Of a flat activation, `channel` is the feature and row and
    /// column are 0. Called for layers with p > 0 only.
    @FunctionalInterface
    public interface Mask {
        boolean keeps(Network.Node dropout, int example, int channel, int row, int column);
    }

    /// What a [CustomLayer] computes, in double precision.
    @FunctionalInterface
    public interface Custom {
        /// The layer's output for a batch.
        ///
        /// @param inputs one a wire, each (example, channel, row, column)
        /// @param parameters the layer's trained tensors, in the order of [Layer#tensors]
        /// @return the output, (example, channel, row, column)
        double[] forward(
                Network.Node node, List<double[]> inputs, List<double[]> parameters, int batch, boolean training);
    }

    /// Whether normalization uses the batch's statistics, and which units dropout keeps.
    public sealed interface Mode {
        /// Running statistics; dropout is the identity.
        Mode EVALUATE = new Evaluate();

        /// Batch statistics, for networks without dropout.
        Mode TRAIN = new Train((node, example, channel, row, column) -> {
            throw new IllegalStateException("'%s' drops units: give Mode.Train a mask".formatted(node.name()));
        });

        record Train(Mask mask) implements Mode {}

        record Evaluate() implements Mode {}
    }

    /// Mean and biased variance of each channel over a batch.
    @SuppressWarnings("ArrayRecordComponent") // plain numbers, never compared
    public record Moments(double[] mean, double[] variance) {}

    /// All that one forward pass computed.
    ///
    /// @param activations each node's output, (example, channel, row, column)
    /// @param moments of the inputs of normalization layers, by layer name; empty in evaluation
    /// @param statistics running statistics after the pass; in evaluation those before it
    @SuppressWarnings("ArrayRecordComponent") // plain numbers, never compared
    public record Pass(Network network, List<double[]> activations, Map<String, Moments> moments, double[] statistics) {

        /// (example, class).
        public double[] logits() {
            return activations.getLast();
        }

        /// The output of the layer of that name.
        public double[] activation(String name) {
            for (var node : network.nodes()) if (node.name().equals(name)) return activations.get(node.index());
            throw new NoSuchElementException("no layer is named '" + name + "'");
        }
    }

    public Oracle(Network network) {
        this(network, (node, inputs, parameters, batch, training) -> {
            throw new IllegalStateException(
                    "'%s' is a custom layer: tell the oracle its function".formatted(node.name()));
        });
    }

    public Oracle(Network network, Custom custom) {
        this.network = network;
        this.custom = custom;
    }

    /// The whole forward pass.
    ///
    /// @param x (example, channel, row, column)
    public Pass run(double[] parameters, double[] statistics, double[] x, int batch, Mode mode) {
        requireLength("parameters", network.parameters().length(), parameters);
        requireLength("statistics", network.statistics().length(), statistics);
        requireLength("inputs", batch * network.input().size(), x);
        var activations = new ArrayList<double[]>();
        var moments = new HashMap<String, Moments>();
        var running = statistics.clone();
        for (var node : network.nodes()) {
            var inputs = node.inputs().stream().map(activations::get).toList();
            var shapes = network.inputShapes(node);
            activations.add(
                    switch (node.layer()) {
                        case Input ignored -> x;
                        case Convolution layer ->
                            convolution(layer, node, shapes.getFirst(), inputs.getFirst(), parameters, batch);
                        case Linear ignored -> linear(node, shapes.getFirst(), inputs.getFirst(), parameters, batch);
                        case BatchNorm layer -> {
                            double[] in = inputs.getFirst();
                            yield switch (mode) {
                                case Mode.Evaluate ignored -> {
                                    var fixed = new Moments(
                                            tensor(node.statistics(), Role.RUNNING_MEAN, statistics)
                                                    .orElseThrow(),
                                            tensor(node.statistics(), Role.RUNNING_VARIANCE, statistics)
                                                    .orElseThrow());
                                    yield normalize(layer, node, in, fixed, parameters, batch);
                                }
                                case Mode.Train ignored -> {
                                    var measured = moments(node.shape(), in, batch);
                                    moments.put(node.name(), measured);
                                    follow(layer, node, measured, running, batch);
                                    yield normalize(layer, node, in, measured, parameters, batch);
                                }
                            };
                        }
                        case Activation layer -> map(inputs.getFirst(), v -> activation(layer, v));
                        case Pool layer -> pool(layer, node, shapes.getFirst(), inputs.getFirst(), batch);
                        case GlobalAveragePool ignored -> globalMean(shapes.getFirst(), inputs.getFirst(), batch);
                        case Add ignored -> sum(inputs.getFirst(), inputs.getLast());
                        case Concatenate ignored -> concatenate(node, shapes, inputs, batch);
                        case ChannelScale ignored ->
                            channelScale(shapes.getFirst(), inputs.getFirst(), inputs.getLast());
                        case Flatten ignored -> inputs.getFirst(); // the order is already channel, row, column
                        case Dropout layer ->
                            switch (mode) {
                                case Mode.Evaluate ignored -> inputs.getFirst();
                                case Mode.Train train -> dropout(layer, node, inputs.getFirst(), batch, train.mask());
                            };
                        case Scale layer -> map(inputs.getFirst(), v -> v * layer.factor());
                        case Subsample layer -> subsample(layer, node, shapes.getFirst(), inputs.getFirst(), batch);
                        case CustomLayer ignored -> {
                            var own = node.parameters().stream()
                                    .map(p -> slice(p, parameters))
                                    .toList();
                            yield custom.forward(node, inputs, own, batch, mode instanceof Mode.Train);
                        }
                    });
            requireLength(
                    "outputs of '" + node.name() + "'", batch * node.shape().size(), activations.getLast());
        }
        return new Pass(network, activations, moments, running);
    }

    /// The class scores, (example, class).
    public double[] logits(double[] parameters, double[] statistics, double[] x, int batch, Mode mode) {
        return run(parameters, statistics, x, batch, mode).logits();
    }

    /// The loss over the batch.
    public double loss(
            CrossEntropy loss,
            int[] labels,
            double[] parameters,
            double[] statistics,
            double[] x,
            int batch,
            Mode mode) {
        return crossEntropy(loss, logits(parameters, statistics, x, batch, mode), labels, network.classes());
    }

    /// The loss of `logits` (example, class).
    public static double crossEntropy(CrossEntropy loss, double[] logits, int[] labels, int classes) {
        requireLength("logits", (long) labels.length * classes, logits);
        double sum = 0;
        double weights = 0;
        for (int n = 0; n < labels.length; n++) {
            double max = Double.NEGATIVE_INFINITY;
            for (int k = 0; k < classes; k++) max = Math.max(max, logits[n * classes + k]);
            double partition = 0;
            for (int k = 0; k < classes; k++) partition += Math.exp(logits[n * classes + k] - max);
            for (int k = 0; k < classes; k++) {
                double logP = logits[n * classes + k] - max - Math.log(partition);
                double q = (k == labels[n] ? 1.0 - loss.smoothing() : 0) + (double) loss.smoothing() / classes;
                sum -= weight(loss, k) * q * logP;
            }
            weights += weight(loss, labels[n]);
        }
        return sum / weights;
    }

    private static double weight(CrossEntropy loss, int k) {
        return loss.weights().isEmpty() ? 1 : loss.weights().get(k);
    }

    /// The derivative of f at `at` along `direction`, by the central difference
    /// (f(at + h·direction) − f(at − h·direction)) / 2h, whose error is O(h²).
    public static double slope(ToDoubleFunction<double[]> f, double[] at, double[] direction, double h) {
        double[] up = at.clone();
        double[] down = at.clone();
        for (int i = 0; i < at.length; i++) {
            up[i] += h * direction[i];
            down[i] -= h * direction[i];
        }
        return (f.applyAsDouble(up) - f.applyAsDouble(down)) / (2 * h);
    }

    /// The partial derivative of f with respect to element `i`, by a central difference.
    public static double partial(ToDoubleFunction<double[]> f, double[] at, int i, double h) {
        double[] moved = at.clone();
        moved[i] = at[i] + h;
        double up = f.applyAsDouble(moved);
        moved[i] = at[i] - h;
        return (up - f.applyAsDouble(moved)) / (2 * h);
    }

    /// All partial derivatives of f: 2 evaluations an element, so for small vectors.
    public static double[] gradient(ToDoubleFunction<double[]> f, double[] at, double h) {
        double[] gradient = new double[at.length];
        for (int i = 0; i < at.length; i++) gradient[i] = partial(f, at, i, h);
        return gradient;
    }

    public static double[] widen(float[] values) {
        double[] wide = new double[values.length];
        for (int i = 0; i < values.length; i++) wide[i] = values[i];
        return wide;
    }

    public static float[] narrow(double[] values) {
        float[] narrow = new float[values.length];
        for (int i = 0; i < values.length; i++) narrow[i] = (float) values[i];
        return narrow;
    }

    /// (example, row, column, channel) → (example, channel, row, column).
    public static double[] channelsFirst(double[] channelsLast, Shape shape, int batch) {
        requireLength("elements", batch * shape.size(), channelsLast);
        double[] first = new double[channelsLast.length];
        int channels = shape.channels();
        int pixels = shape.height() * shape.width();
        for (int n = 0; n < batch; n++)
            for (int c = 0; c < channels; c++)
                for (int p = 0; p < pixels; p++)
                    first[(n * channels + c) * pixels + p] = channelsLast[(n * pixels + p) * channels + c];
        return first;
    }

    /// (example, channel, row, column) → (example, row, column, channel).
    public static double[] channelsLast(double[] channelsFirst, Shape shape, int batch) {
        requireLength("elements", batch * shape.size(), channelsFirst);
        double[] last = new double[channelsFirst.length];
        int channels = shape.channels();
        int pixels = shape.height() * shape.width();
        for (int n = 0; n < batch; n++)
            for (int c = 0; c < channels; c++)
                for (int p = 0; p < pixels; p++)
                    last[(n * pixels + p) * channels + c] = channelsFirst[(n * channels + c) * pixels + p];
        return last;
    }

    private static double[] convolution(
            Convolution layer, Network.Node node, Shape in, double[] x, double[] parameters, int batch) {
        Shape out = node.shape();
        double[] w = tensor(node.parameters(), Role.WEIGHT, parameters).orElseThrow();
        double[] b = tensor(node.parameters(), Role.BIAS, parameters).orElse(new double[out.channels()]);
        int kh = layer.kernel().height();
        int kw = layer.kernel().width();
        int inPerGroup = in.channels() / layer.groups();
        int outPerGroup = out.channels() / layer.groups();
        double[] y = new double[Math.toIntExact(batch * out.size())];
        for (int n = 0; n < batch; n++) {
            for (int o = 0; o < out.channels(); o++) {
                int plane = (n * out.channels() + o) * out.height() * out.width();
                Arrays.fill(y, plane, plane + out.height() * out.width(), b[o]);
                int firstChannel = o / outPerGroup * inPerGroup;
                for (int c = 0; c < inPerGroup; c++)
                    for (int u = 0; u < kh; u++)
                        for (int v = 0; v < kw; v++) {
                            double tap = w[((o * inPerGroup + c) * kh + u) * kw + v];
                            int channel = (n * in.channels() + firstChannel + c) * in.height() * in.width();
                            addTap(layer, u, v, tap, in, x, channel, out, y, plane);
                        }
            }
        }
        return y;
    }

    /// Adds `tap` times the pixels that it meets of the input channel at `from` to the output
    /// channel at `to`.
    private static void addTap(
            Convolution layer,
            int u,
            int v,
            double tap,
            Shape in,
            double[] x,
            int from,
            Shape out,
            double[] y,
            int to) {
        int inWidth = in.width();
        int outWidth = out.width();
        int stride = layer.stride().width();
        int left = v * layer.dilation().width() - layer.padding().left();
        for (int i = 0; i < out.height(); i++) {
            int row = i * layer.stride().height()
                    - layer.padding().top()
                    + u * layer.dilation().height();
            if (row < 0 || row >= in.height()) continue;
            for (int j = 0; j < outWidth; j++) {
                int column = j * stride + left;
                if (column < 0 || column >= inWidth) continue;
                y[to + i * outWidth + j] += tap * x[from + row * inWidth + column];
            }
        }
    }

    private static double[] linear(Network.Node node, Shape in, double[] x, double[] parameters, int batch) {
        int features = node.shape().channels();
        double[] w = tensor(node.parameters(), Role.WEIGHT, parameters).orElseThrow();
        double[] b = tensor(node.parameters(), Role.BIAS, parameters).orElse(new double[features]);
        double[] y = new double[batch * features];
        for (int n = 0; n < batch; n++) {
            for (int o = 0; o < features; o++) {
                double sum = b[o];
                for (int i = 0; i < in.channels(); i++) sum += w[o * in.channels() + i] * x[n * in.channels() + i];
                y[n * features + o] = sum;
            }
        }
        return y;
    }

    /// Mean and biased variance of each channel over batch, rows and columns, in two passes.
    private static Moments moments(Shape shape, double[] x, int batch) {
        int channels = shape.channels();
        int pixels = shape.height() * shape.width();
        double[] mean = new double[channels];
        double[] variance = new double[channels];
        for (int c = 0; c < channels; c++) {
            for (int n = 0; n < batch; n++)
                for (int p = 0; p < pixels; p++) mean[c] += x[(n * channels + c) * pixels + p];
            mean[c] /= (double) batch * pixels;
            for (int n = 0; n < batch; n++) {
                for (int p = 0; p < pixels; p++) {
                    double deviation = x[(n * channels + c) * pixels + p] - mean[c];
                    variance[c] += deviation * deviation;
                }
            }
            variance[c] /= (double) batch * pixels;
        }
        return new Moments(mean, variance);
    }

    private static double[] normalize(
            BatchNorm layer, Network.Node node, double[] x, Moments moments, double[] parameters, int batch) {
        int channels = node.shape().channels();
        int pixels = node.shape().height() * node.shape().width();
        double[] gamma = tensor(node.parameters(), Role.NORM_SCALE, parameters).orElse(ones(channels));
        double[] beta = tensor(node.parameters(), Role.NORM_SHIFT, parameters).orElseThrow();
        double[] y = new double[x.length];
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < channels; c++) {
                double deviation = Math.sqrt(moments.variance()[c] + layer.epsilon());
                for (int p = 0; p < pixels; p++) {
                    int i = (n * channels + c) * pixels + p;
                    y[i] = gamma[c] * (x[i] - moments.mean()[c]) / deviation + beta[c];
                }
            }
        }
        return y;
    }

    /// Moves the running statistics towards the batch's. Of a single value a channel there is no
    /// unbiased variance; the biased one, 0, is taken.
    private static void follow(BatchNorm layer, Network.Node node, Moments batch, double[] running, int examples) {
        double count = (double) examples * node.shape().height() * node.shape().width();
        double unbiased = count > 1 ? count / (count - 1) : 1;
        double m = layer.momentum();
        for (Parameter p : node.statistics()) {
            for (int c = 0; c < p.size(); c++) {
                int i = Math.toIntExact(p.offset()) + c;
                double now = p.role() == Role.RUNNING_MEAN ? batch.mean()[c] : batch.variance()[c] * unbiased;
                running[i] = (1 - m) * running[i] + m * now;
            }
        }
    }

    private static double activation(Activation layer, double x) {
        return switch (layer.function()) {
            case RELU -> Math.max(0, x);
            case RELU6 -> Math.min(Math.max(0, x), 6);
            case LEAKY_RELU -> x > 0 ? x : layer.slope() * x;
            case GELU -> x * normalDistribution(x);
            case GELU_TANH -> 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
            case SILU -> x / (1 + Math.exp(-x));
            case HARD_SWISH -> x * Math.min(Math.max(0, x + 3), 6) / 6;
            case SIGMOID -> 1 / (1 + Math.exp(-x));
            case TANH -> Math.tanh(x);
        };
    }

    /// Φ(x), the normal distribution's cumulative function. Near zero by the series
    /// Φ(x) = ½ + φ(x) Σ x²ⁿ⁺¹ / (2n + 1)!!, further out by the continued fraction
    /// 1 − Φ(x) = φ(x) / (x + 1/(x + 2/(x + 3/(x + …)))) (Abramowitz & Stegun, 26.2.11 and 26.2.14).
    static double normalDistribution(double x) {
        double density = Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
        if (Math.abs(x) < 3) {
            double term = x;
            double sum = x;
            for (int n = 1; n < 60; n++) {
                term *= x * x / (2 * n + 1);
                sum += term;
            }
            return 0.5 + density * sum;
        }
        double fraction = Math.abs(x);
        for (int n = 120; n >= 1; n--) fraction = Math.abs(x) + n / fraction;
        double tail = density / fraction;
        return x > 0 ? 1 - tail : tail;
    }

    private static double[] pool(Pool layer, Network.Node node, Shape in, double[] x, int batch) {
        Shape out = node.shape();
        double[] y = new double[Math.toIntExact(batch * out.size())];
        int at = 0;
        for (int plane = 0; plane < batch * in.channels(); plane++) {
            for (int i = 0; i < out.height(); i++) {
                for (int j = 0; j < out.width(); j++) {
                    int top = i * layer.stride().height() - layer.padding().top();
                    int left = j * layer.stride().width() - layer.padding().left();
                    double max = Double.NEGATIVE_INFINITY;
                    double sum = 0;
                    int count = 0;
                    for (int row = Math.max(0, top);
                            row < Math.min(in.height(), top + layer.kernel().height());
                            row++) {
                        for (int column = Math.max(0, left);
                                column
                                        < Math.min(
                                                in.width(),
                                                left + layer.kernel().width());
                                column++) {
                            double value = x[(plane * in.height() + row) * in.width() + column];
                            max = Math.max(max, value);
                            sum += value;
                            count++;
                        }
                    }
                    y[at++] = switch (layer.kindOf()) {
                        case MAX -> max;
                        case AVERAGE -> sum / count;
                    };
                }
            }
        }
        return y;
    }

    private static double[] globalMean(Shape in, double[] x, int batch) {
        int pixels = in.height() * in.width();
        double[] y = new double[batch * in.channels()];
        for (int plane = 0; plane < y.length; plane++) {
            for (int p = 0; p < pixels; p++) y[plane] += x[plane * pixels + p];
            y[plane] /= pixels;
        }
        return y;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] y = new double[a.length];
        for (int i = 0; i < y.length; i++) y[i] = a[i] + b[i];
        return y;
    }

    private static double[] concatenate(Network.Node node, List<Shape> shapes, List<double[]> inputs, int batch) {
        double[] y = new double[Math.toIntExact(batch * node.shape().size())];
        int at = 0;
        for (int n = 0; n < batch; n++) {
            for (int k = 0; k < inputs.size(); k++) {
                int size = Math.toIntExact(shapes.get(k).size());
                System.arraycopy(inputs.get(k), n * size, y, at, size);
                at += size;
            }
        }
        return y;
    }

    private static double[] channelScale(Shape in, double[] x, double[] factors) {
        int pixels = in.height() * in.width();
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) y[i] = x[i] * factors[i / pixels];
        return y;
    }

    private static double[] dropout(Dropout layer, Network.Node node, double[] x, int batch, Mask mask) {
        if (layer.p() == 0) return x;
        Shape shape = node.shape();
        double[] y = new double[x.length];
        int at = 0;
        for (int n = 0; n < batch; n++)
            for (int c = 0; c < shape.channels(); c++)
                for (int row = 0; row < shape.height(); row++)
                    for (int column = 0; column < shape.width(); column++, at++)
                        y[at] = mask.keeps(node, n, c, row, column) ? x[at] / (1.0 - layer.p()) : 0;
        return y;
    }

    private static double[] subsample(Subsample layer, Network.Node node, Shape in, double[] x, int batch) {
        Shape out = node.shape();
        double[] y = new double[Math.toIntExact(batch * out.size())];
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < in.channels(); c++) {
                for (int row = 0; row < out.height(); row++) {
                    for (int column = 0; column < out.width(); column++) {
                        int to =
                                ((n * out.channels() + layer.before() + c) * out.height() + row) * out.width() + column;
                        int from = ((n * in.channels() + c) * in.height() + row * layer.stride()) * in.width()
                                + column * layer.stride();
                        y[to] = x[from];
                    }
                }
            }
        }
        return y;
    }

    private interface Function {
        double of(double x);
    }

    private static double[] map(double[] x, Function f) {
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) y[i] = f.of(x[i]);
        return y;
    }

    private static double[] ones(int length) {
        double[] ones = new double[length];
        for (int i = 0; i < length; i++) ones[i] = 1;
        return ones;
    }

    private static Optional<double[]> tensor(List<Parameter> tensors, Role role, double[] values) {
        return tensors.stream().filter(p -> p.role() == role).findFirst().map(p -> slice(p, values));
    }

    private static double[] slice(Parameter p, double[] values) {
        return Arrays.copyOfRange(values, Math.toIntExact(p.offset()), Math.toIntExact(p.end()));
    }

    private static void requireLength(String what, long expected, double[] values) {
        Require.that(values.length == expected, "expected %s %s, got %s", expected, what, values.length);
    }
}

package dev.thalweg.nn;

import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/// Two-dimensional cross-correlation, as every deep-learning library means by convolution.
///
///     y[o, i, j] = b[o] + Σ_{c, u, v} w[o, c, u, v] · x[c, i·s − p + u·d, j·s − p + v·d]
///
/// Shape: (C, H, W) → (channels, H', W'), H' = ⌊(H + pads − d(k − 1) − 1)/s⌋ + 1.
///
/// @param channels output channels, a multiple of `groups`
/// @param groups input and output channels are split into this many groups that do not see each
///     other; as many groups as input channels is a depthwise convolution
/// @param init of the weight (channels, C/groups, kernel height, kernel width)
/// @param frozen whether the weight keeps its initial value unless a recipe says otherwise
public record Convolution(
        int channels,
        Extent kernel,
        Extent stride,
        Padding padding,
        Extent dilation,
        int groups,
        boolean bias,
        Init init,
        boolean frozen)
        implements Layer {

    public Convolution {
        Require.that(channels >= 1, "a convolution's channels must be at least 1, got %s", channels);
        Require.that(groups >= 1, "a convolution's groups must be at least 1, got %s", groups);
        Require.that(
                channels % groups == 0,
                "a convolution's %s output channels cannot be split into %s groups",
                channels,
                groups);
    }

    public Convolution stride(int stride) {
        return new Convolution(channels, kernel, Extent.of(stride), padding, dilation, groups, bias, init, frozen);
    }

    public Convolution padding(int padding) {
        return padding(Padding.of(padding));
    }

    public Convolution padding(Padding padding) {
        return new Convolution(channels, kernel, stride, padding, dilation, groups, bias, init, frozen);
    }

    public Convolution dilation(int dilation) {
        return new Convolution(channels, kernel, stride, padding, Extent.of(dilation), groups, bias, init, frozen);
    }

    public Convolution groups(int groups) {
        return new Convolution(channels, kernel, stride, padding, dilation, groups, bias, init, frozen);
    }

    public Convolution withoutBias() {
        return new Convolution(channels, kernel, stride, padding, dilation, groups, false, init, frozen);
    }

    public Convolution init(Init init) {
        return new Convolution(channels, kernel, stride, padding, dilation, groups, bias, init, frozen);
    }

    public Convolution freeze() {
        return new Convolution(channels, kernel, stride, padding, dilation, groups, bias, init, true);
    }

    @Override
    public Shape output(List<Shape> inputs) {
        Shape in = Shapes.spatial(inputs.getFirst(), "a convolution");
        Require.that(
                in.channels() % groups == 0,
                "a convolution with %s groups expects a multiple of %s input channels, got %s",
                groups,
                groups,
                in);
        return Shape.of(
                channels,
                Shapes.slid(
                        in,
                        in.height(),
                        kernel.height(),
                        stride.height(),
                        dilation.height(),
                        padding.top(),
                        padding.bottom()),
                Shapes.slid(
                        in,
                        in.width(),
                        kernel.width(),
                        stride.width(),
                        dilation.width(),
                        padding.left(),
                        padding.right()));
    }

    @Override
    public List<Slot> tensors(List<Shape> inputs) {
        int in = inputs.getFirst().channels() / groups;
        var weight = Shape.of(channels, in, kernel.height(), kernel.width());
        var slots = new ArrayList<Slot>();
        slots.add(new Slot("weight", weight, Role.WEIGHT, init, frozen));
        if (bias) slots.add(new Slot("bias", Shape.of(channels), Role.BIAS, init.bias(weight)));
        return slots;
    }

    @Override
    public long multiplyAdds(List<Shape> inputs) {
        Shape out = output(inputs);
        return out.size() * (inputs.getFirst().channels() / groups) * kernel.height() * kernel.width();
    }

    @Override
    public String kind() {
        return "conv";
    }
}

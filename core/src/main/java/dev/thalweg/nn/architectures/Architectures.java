package dev.thalweg.nn.architectures;

import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.util.List;

/// The networks that go by a name.
///
///     Network network = Architectures.create("resnet20", Shape.of(3, 32, 32), 10);
public final class Architectures {
    private static final Shape MNIST = Shape.of(1, 28, 28);
    private static final Shape CIFAR = Shape.of(3, 32, 32);
    private static final Shape IMAGENET = Shape.of(3, 224, 224);

    @FunctionalInterface
    private interface Maker {
        Network make(String name, Shape input, int classes);
    }

    /// @param input what the literature trains it on
    private record Entry(String name, Shape input, String summary, Maker maker) {}

    private static final List<Entry> ALL = List.of(
            new Entry("softmax", MNIST, "softmax regression: one linear layer", Shallow::softmax),
            new Entry("perceptron", MNIST, "one hidden layer of 32 tanh units", Shallow::perceptron),
            new Entry("mlp", MNIST, "two hidden layers of 512 with dropout", Mlp::create),
            new Entry("lenet5", MNIST, "LeNet-5 with ReLU and maximum pooling", LeNet5::create),
            new Entry("cifarnet", CIFAR, "the airbench94 network: whitening, GELU, three groups", CifarNet::create),
            new Entry(
                    "resnet20", CIFAR, "20-layer residual network for small pictures", CifarResNet.ofDepth(20)::create),
            new Entry(
                    "resnet32", CIFAR, "32-layer residual network for small pictures", CifarResNet.ofDepth(32)::create),
            new Entry(
                    "resnet44", CIFAR, "44-layer residual network for small pictures", CifarResNet.ofDepth(44)::create),
            new Entry(
                    "resnet56", CIFAR, "56-layer residual network for small pictures", CifarResNet.ofDepth(56)::create),
            new Entry(
                    "resnet110",
                    CIFAR,
                    "110-layer residual network for small pictures",
                    CifarResNet.ofDepth(110)::create),
            new Entry(
                    "resnet18-cifar",
                    CIFAR,
                    "ResNet-18 with a 3×3 stem, for small pictures",
                    ResNet.RESNET18_CIFAR::create),
            new Entry("wrn-16-4", CIFAR, "wide residual network, 16 layers, width 4", new WideResNet(16, 4)::create),
            new Entry("wrn-28-10", CIFAR, "wide residual network, 28 layers, width 10", new WideResNet(28, 10)::create),
            new Entry("resnet18", IMAGENET, "ResNet-18", ResNet.RESNET18::create),
            new Entry("resnet34", IMAGENET, "ResNet-34", ResNet.RESNET34::create),
            new Entry("resnet50", IMAGENET, "ResNet-50, bottleneck blocks", ResNet.RESNET50::create),
            new Entry("vgg11-bn", IMAGENET, "VGG-11 with batch normalization", Vgg.VGG11::create),
            new Entry("vgg16-bn", IMAGENET, "VGG-16 with batch normalization", Vgg.VGG16::create),
            new Entry("mobilenet-v2", IMAGENET, "inverted residuals and depthwise convolutions", MobileNetV2::create),
            new Entry("squeezenet", IMAGENET, "SqueezeNet 1.1: few parameters, no linear layer", SqueezeNet::create));

    private Architectures() {}

    /// All names, small networks and small pictures first.
    public static List<String> names() {
        return ALL.stream().map(Entry::name).toList();
    }

    /// The network of that name.
    ///
    /// @param input the shape of one example, (channels, height, width)
    /// @throws IllegalArgumentException if there is none of that name, or the input does not suit it
    public static Network create(String name, Shape input, int classes) {
        Require.that(classes >= 1, "a network needs at least 1 class, got %s", classes);
        return entry(name).maker().make(name, input, classes);
    }

    /// The input for which the literature made it.
    public static Shape defaultInput(String name) {
        return entry(name).input();
    }

    /// The number of classes for which the literature made it: ImageNet's 1000, or 10.
    public static int defaultClasses(String name) {
        return entry(name).input().equals(IMAGENET) ? 1000 : 10;
    }

    /// What it is, in one line.
    public static String summary(String name) {
        return entry(name).summary();
    }

    private static Entry entry(String name) {
        return ALL.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(Nearest.unknown("architecture", name, names())));
    }
}

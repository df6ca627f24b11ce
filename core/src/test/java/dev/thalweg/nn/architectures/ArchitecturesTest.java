package dev.thalweg.nn.architectures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.thalweg.nn.Init;
import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.nn.Normal;
import dev.thalweg.nn.Oracle;
import dev.thalweg.nn.Whitening;
import dev.thalweg.tensor.Parameter;
import dev.thalweg.tensor.Role;
import dev.thalweg.tensor.Shape;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ArchitecturesTest {

    static List<String> names() {
        return Architectures.names();
    }

    /// Counts from the literature: LeNet-5 and the multilayer perceptron by hand below, CIFAR ResNets
    /// in agreement with the rounded counts published with their weights, the wide ones as in the imgclsmob
    /// collection, ImageNet ones
    /// in agreement with what torchvision's weights hold.
    @ParameterizedTest
    @CsvSource({
        "mlp, 10, 669706",
        "lenet5, 10, 61706",
        "cifarnet, 10, 1971640",
        "resnet20, 10, 269722",
        "resnet32, 10, 464154",
        "resnet44, 10, 658586",
        "resnet56, 10, 853018",
        "resnet110, 10, 1727962",
        "resnet18-cifar, 10, 11173962",
        "wrn-16-4, 10, 2748890",
        "wrn-28-10, 10, 36479194",
        "wrn-28-10, 100, 36536884",
        "resnet18, 1000, 11689512",
        "resnet34, 1000, 21797672",
        "resnet50, 1000, 25557032",
        "vgg11-bn, 1000, 132868840",
        "vgg16-bn, 1000, 138365992",
        "mobilenet-v2, 1000, 3504872",
        "squeezenet, 1000, 1235496"
    })
    void hasAsManyParametersAsTheLiteratureSays(String name, int classes, long parameters) {
        var network = Architectures.create(name, Architectures.defaultInput(name), classes);
        assertThat(network.parameters().length()).isEqualTo(parameters);
        assertThat(network.classes()).isEqualTo(classes);
        assertThat(network.name()).isEqualTo(name);
    }

    @Test
    void countsByHand() {
        assertThat(669_706).isEqualTo((784 + 1) * 512 + (512 + 1) * 512 + (512 + 1) * 10);
        assertThat(61_706)
                .isEqualTo((25 + 1) * 6 + (6 * 25 + 1) * 16 + (400 + 1) * 120 + (120 + 1) * 84 + (84 + 1) * 10);
        int whitening = 24 * 12 + 24;
        int groups = 9 * (24 * 64 + 64 * 64 + 64 * 256 + 3 * 256 * 256);
        int shifts = 2 * (64 + 256 + 256);
        assertThat(1_971_640).isEqualTo(whitening + groups + shifts + 256 * 10);
    }

    /// Billions of multiply-adds, rounded, in agreement with torchvision's; 0.118 for cifarnet is half
    /// of 236 MFLOP.
    @ParameterizedTest
    @CsvSource({
        "resnet18, 1.81",
        "resnet34, 3.66",
        "resnet50, 4.09",
        "vgg11-bn, 7.61",
        "vgg16-bn, 15.47",
        "mobilenet-v2, 0.30",
        "squeezenet, 0.35",
        "cifarnet, 0.118"
    })
    void needsAsMuchWorkAsTheLiteratureSays(String name, double billions) {
        int classes = name.equals("cifarnet") ? 10 : 1000;
        var network = Architectures.create(name, Architectures.defaultInput(name), classes);
        assertThat(network.multiplyAdds() / 1e9).isCloseTo(billions, within(0.005));
    }

    @ParameterizedTest
    @MethodSource("names")
    void takesSmallPicturesToo(String name) {
        var network = Architectures.create(name, Shape.of(3, 32, 32), 7);
        assertThat(network.classes()).isEqualTo(7);
        assertThat(Architectures.create(name, Shape.of(1, 36, 40), 2).input()).isEqualTo(Shape.of(1, 36, 40));
        assertThat(Architectures.summary(name)).isNotBlank();
    }

    /// Every family, at the smallest size that still exercises it.
    static List<Network> smallNetworks() {
        return List.of(
                Architectures.create("mlp", Shape.of(1, 9, 9), 3),
                Architectures.create("lenet5", Shape.of(1, 12, 12), 3),
                Architectures.create("cifarnet", Shape.of(3, 10, 10), 3),
                Architectures.create("resnet20", Shape.of(3, 8, 8), 3),
                Architectures.create("resnet110", Shape.of(3, 4, 4), 3),
                Architectures.create("wrn-16-4", Shape.of(3, 4, 4), 3),
                new ResNet(List.of(2, 1), false, true).create("basic", Shape.of(3, 5, 5), 3),
                new ResNet(List.of(2, 1), true, false).create("bottleneck", Shape.of(3, 32, 32), 3),
                new Vgg(List.of(List.of(4), List.of(8, 8))).create("vgg", Shape.of(1, 6, 6), 3),
                Architectures.create("mobilenet-v2", Shape.of(3, 16, 16), 3),
                Architectures.create("squeezenet", Shape.of(3, 33, 33), 3));
    }

    /// From a seed to finite scores that differ between examples, in both modes.
    @ParameterizedTest
    @MethodSource("smallNetworks")
    void startsWithFiniteScores(Network network) {
        var input = network.input();
        int batch = 3;
        try (var arena = Arena.ofConfined()) {
            var model = Model.initialise(network, 4, arena);
            double[] x = new double[Math.toIntExact(batch * input.size())];
            for (int i = 0; i < x.length; i++) x[i] = Math.sin(1.7 * i);
            var oracle = new Oracle(network);
            var keepAll = new Oracle.Mode.Train((node, example, channel, row, column) -> true);
            for (var mode : List.of(Oracle.Mode.EVALUATE, keepAll)) {
                double[] scores = oracle.logits(
                        Oracle.widen(model.parameters().toArray()),
                        Oracle.widen(model.statistics().toArray()),
                        x,
                        batch,
                        mode);
                assertThat(Arrays.copyOfRange(scores, 0, 3)).isNotEqualTo(Arrays.copyOfRange(scores, 3, 6));
                for (double score : scores) assertThat(score).isFinite();
            }
        }
    }

    @Test
    void namesAreTorchvisions() {
        assertThat(tensors("resnet18"))
                .startsWith("conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight", "layer1.0.bn1.weight")
                .containsSubsequence(
                        "layer2.0.conv1.weight",
                        "layer2.0.bn1.weight",
                        "layer2.0.bn1.bias",
                        "layer2.0.conv2.weight",
                        "layer2.0.bn2.weight",
                        "layer2.0.bn2.bias",
                        "layer2.0.downsample.0.weight",
                        "layer2.0.downsample.1.weight",
                        "layer2.0.downsample.1.bias",
                        "layer2.1.conv1.weight")
                .endsWith("layer4.1.bn2.bias", "fc.weight", "fc.bias")
                .hasSize(62);
        assertThat(tensors("resnet50"))
                .contains("layer1.0.downsample.0.weight", "layer3.5.conv3.weight", "layer4.2.bn3.bias")
                .doesNotContain("layer1.1.downsample.0.weight")
                .hasSize(161);
        assertThat(tensors("vgg11-bn"))
                .startsWith("features.0.weight", "features.0.bias", "features.1.weight", "features.1.bias")
                .containsSubsequence(
                        "features.4.weight",
                        "features.8.weight",
                        "features.11.weight",
                        "features.15.weight",
                        "features.18.weight",
                        "features.22.weight",
                        "features.25.weight",
                        "features.26.bias",
                        "classifier.0.weight",
                        "classifier.3.weight",
                        "classifier.6.bias")
                .hasSize(38);
        assertThat(tensors("vgg16-bn"))
                .contains("features.7.weight", "features.24.weight", "features.40.weight", "features.41.bias")
                .hasSize(58);
        assertThat(tensors("mobilenet-v2"))
                .startsWith(
                        "features.0.0.weight",
                        "features.0.1.weight",
                        "features.0.1.bias",
                        "features.1.conv.0.0.weight",
                        "features.1.conv.0.1.weight",
                        "features.1.conv.0.1.bias",
                        "features.1.conv.1.weight",
                        "features.1.conv.2.weight",
                        "features.1.conv.2.bias",
                        "features.2.conv.0.0.weight")
                .contains("features.17.conv.1.0.weight", "features.17.conv.2.weight", "features.17.conv.3.bias")
                .endsWith(
                        "features.18.0.weight",
                        "features.18.1.weight",
                        "features.18.1.bias",
                        "classifier.1.weight",
                        "classifier.1.bias")
                .hasSize(158);
        assertThat(tensors("squeezenet"))
                .startsWith("features.0.weight", "features.0.bias", "features.3.squeeze.weight")
                .contains("features.12.expand3x3.bias", "features.9.expand1x1.weight")
                .endsWith("classifier.1.weight", "classifier.1.bias")
                .hasSize(52);
        assertThat(Architectures.create("resnet18", Shape.of(3, 224, 224), 1000).statistics())
                .extracting(Parameter::name)
                .startsWith("bn1.running_mean", "bn1.running_var", "layer1.0.bn1.running_mean")
                .hasSize(40);
    }

    @Test
    void namesAreThoseOfThePublishedCifarWeights() {
        assertThat(tensors("resnet20"))
                .startsWith("conv1.weight", "bn1.weight", "bn1.bias", "layer1.0.conv1.weight")
                .endsWith(
                        "layer3.2.conv2.weight",
                        "layer3.2.bn2.weight",
                        "layer3.2.bn2.bias",
                        "linear.weight",
                        "linear.bias")
                .hasSize(59);
        assertThat(tensors("wrn-28-10"))
                .startsWith(
                        "conv1.weight",
                        "block1.layer.0.bn1.weight",
                        "block1.layer.0.bn1.bias",
                        "block1.layer.0.conv1.weight",
                        "block1.layer.0.bn2.weight",
                        "block1.layer.0.bn2.bias",
                        "block1.layer.0.conv2.weight",
                        "block1.layer.0.convShortcut.weight")
                .endsWith("bn1.weight", "bn1.bias", "fc.weight", "fc.bias");
    }

    /// 28 pixels: 27, 13, 6, 3, as 32 pixels leave 31, 15, 7, 3.
    @Test
    void cifarnetIsTheRecipes() {
        var network = Architectures.create("cifarnet", Shape.of(3, 32, 32), 10);
        assertThat(network.frozen()).containsExactly("whiten.weight");
        assertThat(Whitening.neededBy(network)).map(Network.Node::name).contains("whiten");
        assertThat(network.parameters()).noneMatch(p -> p.role() == Role.NORM_SCALE);
        assertThat(shapeOf(network, "group3.norm2")).isEqualTo(Shape.of(256, 3, 3));
        assertThat(node(network, "group1.norm1").layer())
                .isEqualTo(Layers.batchNorm().epsilon(1e-12f).momentum(0.4f).withoutScale());
        assertThat(node(network, "group2.conv1").inits()).containsExactly(Init.DIRAC);
        assertThat(tensors("cifarnet")).startsWith("whiten.weight", "whiten.bias", "group1.conv1.weight");

        var fashion = Architectures.create("cifarnet", Shape.of(1, 28, 28), 10);
        assertThat(shapeOf(fashion, "whiten")).isEqualTo(Shape.of(8, 27, 27));
        assertThat(shapeOf(fashion, "group3.norm2")).isEqualTo(Shape.of(256, 3, 3));
        assertThat(shapeOf(fashion, "flatten1")).isEqualTo(Shape.of(256));
        assertThat(shapeOf(Architectures.create("cifarnet", Shape.of(3, 48, 64), 10), "flatten1"))
                .isEqualTo(Shape.of(256));
        assertThatThrownBy(() -> Architectures.create("cifarnet", Shape.of(192), 10))
                .hasMessage("network cifarnet expects pictures (channels, height, width), got 192");
    }

    @Test
    void stemsSuitTheirPictures() {
        var resnet18 = Architectures.create("resnet18", Shape.of(3, 224, 224), 10);
        assertThat(shapeOf(resnet18, "layer1.1.bn2")).isEqualTo(Shape.of(64, 56, 56));
        assertThat(shapeOf(resnet18, "layer4.1.bn2")).isEqualTo(Shape.of(512, 7, 7));
        var small = Architectures.create("resnet18-cifar", Shape.of(3, 32, 32), 10);
        assertThat(shapeOf(small, "layer1.1.bn2")).isEqualTo(Shape.of(64, 32, 32));
        assertThat(shapeOf(small, "layer4.1.bn2")).isEqualTo(Shape.of(512, 4, 4));
        var wide = Architectures.create("wrn-28-10", Shape.of(3, 32, 32), 10);
        assertThat(shapeOf(wide, "bn1")).isEqualTo(Shape.of(640, 8, 8));
        var squeeze = Architectures.create("squeezenet", Shape.of(3, 224, 224), 10);
        assertThat(shapeOf(squeeze, "classifier.1")).isEqualTo(Shape.of(10, 13, 13));
        assertThat(Architectures.create("squeezenet", Shape.of(3, 17, 17), 10).classes())
                .isEqualTo(10);
    }

    @Test
    void initialisesAsTorchvisionDoes() {
        var resnet = Architectures.create("resnet18", Shape.of(3, 32, 32), 10);
        assertThat(node(resnet, "layer1.0.conv1").inits()).containsExactly(Init.HE_FAN_OUT);
        assertThat(node(resnet, "fc").inits()).containsExactly(Init.FAN_IN, Init.FAN_IN.bias(Shape.of(10, 512)));
        var vgg = Architectures.create("vgg11-bn", Shape.of(3, 32, 32), 10);
        assertThat(node(vgg, "features.0").inits()).containsExactly(Init.HE_FAN_OUT, Init.ZEROS);
        assertThat(node(vgg, "classifier.0").inits()).containsExactly(new Normal(0.01), Init.ZEROS);
        var mobile = Architectures.create("mobilenet-v2", Shape.of(3, 32, 32), 10);
        assertThat(node(mobile, "features.2.conv.1.0").inits()).containsExactly(Init.HE_FAN_OUT);
        assertThat(node(mobile, "classifier.1").inits()).containsExactly(new Normal(0.01), Init.ZEROS);
        var squeeze = Architectures.create("squeezenet", Shape.of(3, 32, 32), 10);
        assertThat(node(squeeze, "features.3.squeeze").inits()).containsExactly(Init.HE_UNIFORM, Init.ZEROS);
        assertThat(node(squeeze, "classifier.1").inits()).containsExactly(new Normal(0.01), Init.ZEROS);
    }

    @Test
    void saysWhichNamesThereAre() {
        assertThat(Architectures.names())
                .startsWith("softmax", "perceptron", "mlp", "lenet5", "cifarnet")
                .doesNotHaveDuplicates();
        assertThatThrownBy(() -> Architectures.create("resnet81", Shape.of(3, 32, 32), 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "there is no architecture 'resnet81'; did you mean 'resnet18'? Known are: softmax, perceptron, mlp, lenet5,"
                                + " cifarnet, resnet20, resnet32, resnet44, resnet56, resnet110, resnet18-cifar, wrn-16-4,"
                                + " wrn-28-10, resnet18, resnet34, resnet50, vgg11-bn, vgg16-bn, mobilenet-v2, squeezenet");
        assertThatThrownBy(() -> Architectures.defaultInput("transformer"))
                .hasMessageStartingWith("there is no architecture 'transformer'; known are: softmax, ");
        assertThatThrownBy(() -> Architectures.create("mlp", Shape.of(4), 0))
                .hasMessage("a network needs at least 1 class, got 0");
        assertThatThrownBy(() -> Architectures.create("lenet5", Shape.of(1, 8, 8), 10))
                .hasMessage("layer 'conv2': a window of 5 pixels does not fit into 4 + 0 pixels of padding"
                        + " (input 6×4×4); is the picture too small, or are there too many strides before?");
    }

    @Test
    void depthsAreThoseTheFamilyHas() {
        assertThatThrownBy(() -> CifarResNet.ofDepth(18))
                .hasMessage("the depth of a CIFAR ResNet must be 6n + 2 with n ≥ 1, got 18");
        assertThatThrownBy(() -> new WideResNet(27, 10))
                .hasMessage("the depth of a wide ResNet must be 6n + 4 with n ≥ 1, got 27");
        assertThatThrownBy(() -> new WideResNet(28, 0))
                .hasMessage("the width of a wide ResNet must be at least 1, got 0");
    }

    private static List<String> tensors(String name) {
        return Architectures.create(name, Architectures.defaultInput(name), 1000).parameters().parameters().stream()
                .map(Parameter::name)
                .toList();
    }

    private static Network.Node node(Network network, String name) {
        return network.nodes().stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Shape shapeOf(Network network, String name) {
        return node(network, name).shape();
    }
}

package dev.thalweg.nn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.thalweg.tensor.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// One row a case: layer, what goes in, what comes out. The numbers are PyTorch's.
class ShapeInferenceTest {

    static Stream<Arguments> rows() {
        return Stream.of(
                row(Layers.convolution(8, 3), in(3, 5, 7), Shape.of(8, 3, 5)),
                row(Layers.convolution(8, 3).padding(1), in(3, 5, 7), Shape.of(8, 5, 7)),
                row(Layers.convolution(8, 3).padding(1).stride(2), in(3, 5, 8), Shape.of(8, 3, 4)),
                row(Layers.convolution(64, 7).padding(3).stride(2), in(3, 224, 224), Shape.of(64, 112, 112)),
                row(Layers.convolution(8, 3).dilation(2), in(3, 5, 7), Shape.of(8, 1, 3)),
                row(Layers.convolution(8, 2).padding(new Padding(1, 0, 0, 2)), in(3, 5, 7), Shape.of(8, 5, 8)),
                row(Layers.convolution(8, 1).stride(2), in(3, 5, 7), Shape.of(8, 3, 4)),
                row(Layers.convolution(6, 3).groups(3), in(3, 3, 3), Shape.of(6, 1, 1)),
                row(Layers.linear(10), in(7), Shape.of(10)),
                row(Layers.batchNorm(), in(3, 5, 7), Shape.of(3, 5, 7)),
                row(Layers.batchNorm(), in(7), Shape.of(7)),
                row(Layers.gelu(), in(3, 5, 7), Shape.of(3, 5, 7)),
                row(Layers.maxPool(2), in(3, 5, 7), Shape.of(3, 2, 3)),
                row(Layers.maxPool(2).ceiling(), in(3, 5, 7), Shape.of(3, 3, 4)),
                row(Layers.maxPool(3).stride(2).padding(1), in(64, 112, 112), Shape.of(64, 56, 56)),
                row(Layers.maxPool(3).stride(2).ceiling(), in(64, 111, 110), Shape.of(64, 55, 55)),
                // The third window would begin in the trailing padding, and is dropped.
                row(Layers.maxPool(2).stride(2).padding(1).ceiling(), in(1, 3, 3), Shape.of(1, 2, 2)),
                // A picture smaller than the window still is one, as the last pool of SqueezeNet needs at 17 pixels.
                row(Layers.maxPool(3).stride(2).ceiling(), in(1, 2, 2), Shape.of(1, 1, 1)),
                row(Layers.averagePool(3).stride(1), in(3, 5, 7), Shape.of(3, 3, 5)),
                row(Layers.globalAveragePool(), in(3, 5, 7), Shape.of(3)),
                row(Layers.flatten(), in(3, 5, 7), Shape.of(105)),
                row(Layers.flatten(), in(7), Shape.of(7)),
                row(Layers.dropout(0.5f), in(3, 5, 7), Shape.of(3, 5, 7)),
                row(new Scale(2), in(7), Shape.of(7)),
                row(new Subsample(2, 8, 8), in(16, 5, 7), Shape.of(32, 3, 4)),
                row(new Add(), List.of(Shape.of(3, 5, 7), Shape.of(3, 5, 7)), Shape.of(3, 5, 7)),
                row(
                        new Concatenate(),
                        List.of(Shape.of(3, 5, 7), Shape.of(1, 5, 7), Shape.of(4, 5, 7)),
                        Shape.of(8, 5, 7)),
                row(new Concatenate(), List.of(Shape.of(3), Shape.of(4)), Shape.of(7)),
                row(new ChannelScale(), List.of(Shape.of(3, 5, 7), Shape.of(3)), Shape.of(3, 5, 7)),
                row(new ChannelScale(), List.of(Shape.of(3, 5, 7), Shape.of(3, 1, 1)), Shape.of(3, 5, 7)),
                row(new Input(Shape.of(3, 5, 7)), List.of(), Shape.of(3, 5, 7)));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void infersTheShape(Layer layer, List<Shape> inputs, Shape output) {
        assertThat(layer.output(inputs)).isEqualTo(output);
    }

    private static Arguments row(Layer layer, List<Shape> inputs, Shape output) {
        return Arguments.of(layer, inputs, output);
    }

    private static List<Shape> in(int... dims) {
        return List.of(Shape.of(dims));
    }
}

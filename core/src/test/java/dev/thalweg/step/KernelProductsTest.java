package dev.thalweg.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.MatrixProducts;
import dev.thalweg.tensor.MatrixProducts.Form;
import dev.thalweg.tensor.MatrixProductsSuite;
import dev.thalweg.tensor.Shape;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("isa")
class KernelProductsTest extends MatrixProductsSuite {
    @Override
    protected MatrixProducts products() {
        return new KernelProducts(2);
    }

    @Test
    void whatIsClosedIsNotRun() {
        try (var arena = Arena.ofShared()) {
            MatrixProducts.Product product;
            try (var own = Arena.ofShared()) {
                product = new KernelProducts(1).prepare(Form.of(1, 2, 1), own);
            }
            FlatVector two = FlatVector.allocate(2, arena), one = FlatVector.allocate(1, arena);
            assertThatThrownBy(() -> product.apply(two, 0, two, 0, one, 0))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the product's memory is closed");
        }
    }

    /// A run compiles its plan anew when layers freeze, and keeps its optimizer.
    @Test
    void whatAPlanLendsOutlivesIt() {
        var network = Network.build(
                "tiny", Shape.of(3, 4, 4), x -> x.then(Layers.flatten()).then("fc", Layers.linear(2)));
        try (var arena = Arena.ofShared()) {
            MatrixProducts.Product product;
            try (var plan = Plan.compile(Model.initialise(network, 1, arena), PlanOptions.training(2))) {
                product = plan.products().prepare(Form.of(1, 2, 1), arena);
            }
            var result = FlatVector.allocate(1, arena);
            product.apply(
                    FlatVector.of(new float[] {2, 3}, arena),
                    0,
                    FlatVector.of(new float[] {5, 7}, arena),
                    0,
                    result,
                    0);
            assertThat(result.get(0)).isEqualTo(31);
        }
    }
}

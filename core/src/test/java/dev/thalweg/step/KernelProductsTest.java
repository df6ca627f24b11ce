package dev.thalweg.step;

import dev.thalweg.tensor.MatrixProducts;
import dev.thalweg.tensor.MatrixProductsSuite;
import org.junit.jupiter.api.Tag;

@Tag("isa")
class KernelProductsTest extends MatrixProductsSuite {
    @Override
    protected MatrixProducts products() {
        return new KernelProducts(2);
    }
}

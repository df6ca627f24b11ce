package dev.thalweg.tensor;

import org.junit.jupiter.api.Nested;

/// The products in Java, with the Vector API and without.
class MatrixProductsTest {

    @Nested
    class InRegisters extends MatrixProductsSuite {
        @Override
        protected MatrixProducts products() {
            return (form, arena) -> JavaProducts.wide(form);
        }
    }

    @Nested
    class OneByOne extends MatrixProductsSuite {
        @Override
        protected MatrixProducts products() {
            return (form, arena) -> JavaProducts.plain(form);
        }
    }
}

package dev.thalweg.tensor;

import java.lang.foreign.Arena;

/// Multiplies dense float32 matrices that lie row after row in flat vectors. A product is prepared once for
/// its extents and then applied to any number of places, by one thread and without allocating; several
/// workers may each apply products of their own at once.
///
/// The bits of a result depend on the form and the operands alone, not on where they lie or who multiplies.
public interface MatrixProducts {

    /// In Java, for wherever there is nothing faster.
    MatrixProducts JAVA = new JavaProducts();

    /// Prepares a product. What it needs lives as long as `arena`.
    Product prepare(Form form, Arena arena);

    /// What is multiplied:
    ///
    ///     C ← α · A · B + β · C
    ///
    /// A is (rows, inner), B is (inner, columns), C is (rows, columns). Where β is 0, C is not read.
    ///
    /// @param leftTurned whether A lies in memory as its transpose, (inner, rows)
    /// @param rightTurned whether B lies in memory as its transpose, (columns, inner)
    record Form(int rows, int inner, int columns, boolean leftTurned, boolean rightTurned, double alpha, double beta) {

        public Form {
            Require.that(
                    rows >= 1 && columns >= 1 && inner >= 1,
                    "a product of matrices needs extents of at least 1, got %s×%s by %s×%s",
                    rows,
                    inner,
                    inner,
                    columns);
        }

        /// A · B.
        public static Form of(int rows, int inner, int columns) {
            return new Form(rows, inner, columns, false, false, 1, 0);
        }

        /// The same with A given as its transpose.
        public Form turnLeft() {
            return new Form(rows, inner, columns, !leftTurned, rightTurned, alpha, beta);
        }

        /// The same with B given as its transpose.
        public Form turnRight() {
            return new Form(rows, inner, columns, leftTurned, !rightTurned, alpha, beta);
        }

        /// α times the product plus β times what is there.
        public Form mixed(double alpha, double beta) {
            return new Form(rows, inner, columns, leftTurned, rightTurned, alpha, beta);
        }

        /// Elements of A.
        public long leftSize() {
            return (long) rows * inner;
        }

        /// Elements of B.
        public long rightSize() {
            return (long) inner * columns;
        }

        /// Elements of C.
        public long targetSize() {
            return (long) rows * columns;
        }

        /// Refuses places outside the vectors. Does not allocate where all is well.
        public void check(
                FlatVector left, long leftAt, FlatVector right, long rightAt, FlatVector target, long targetAt) {
            check("left", left, leftAt, leftSize());
            check("right", right, rightAt, rightSize());
            check("target", target, targetAt, targetSize());
        }

        private static void check(String name, FlatVector vector, long at, long size) {
            if (at < 0 || size > vector.length() - at)
                throw new IllegalArgumentException("the %s matrix [%s, %s) lies outside a vector of %s elements"
                        .formatted(name, at, at + size, vector.length()));
            vector.requireRange(at, at + size);
        }
    }

    /// A prepared product, for one thread at a time.
    @FunctionalInterface
    interface Product {
        /// Multiplies the matrices that begin at these elements. The target may overlap neither operand; the
        /// operands may be the same. Does not allocate.
        void apply(FlatVector left, long leftAt, FlatVector right, long rightAt, FlatVector target, long targetAt);
    }
}

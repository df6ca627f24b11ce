package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.MatrixProducts;
import java.lang.foreign.Arena;
import java.util.HashMap;
import java.util.Map;

/// Room for the intermediate results of one worker, used again for each of its tensors: what stands
/// there when an update begins is what another tensor's has left. Also the worker's products of matrices.
public final class Scratch {
    private final MatrixProducts products;
    private final Arena arena;
    private final long[] needed = new long[16];
    private final FlatVector[] vectors = new FlatVector[16];
    private final Map<MatrixProducts.Form, MatrixProducts.Product> prepared = new HashMap<>();
    private int square;
    private double[][] rows = {};

    /// @param arena holds the room
    public Scratch(Arena arena) {
        this(MatrixProducts.JAVA, arena);
    }

    /// @param products multiplies matrices
    /// @param arena holds the room, and what products need
    public Scratch(MatrixProducts products, Arena arena) {
        this.products = products;
        this.arena = arena;
    }

    /// Sets aside `length` elements as vector `k`, or more where another tensor needs more. To be called
    /// while updates are prepared.
    ///
    /// @param k from 0 to 15
    public void reserve(int k, long length) {
        needed[k] = Math.max(needed[k], length);
    }

    /// Sets aside a square matrix of `n` rows in float64, or a larger one. To be called while updates are
    /// prepared.
    public void reserveSquare(int n) {
        square = Math.max(square, n);
    }

    /// A product for the updates that are being prepared, the same one for the same form.
    public MatrixProducts.Product product(MatrixProducts.Form form) {
        return prepared.computeIfAbsent(form, f -> products.prepare(f, arena));
    }

    /// Takes the room: all tensors are prepared. May be called again after others have been.
    void take() {
        for (int k = 0; k < needed.length; k++)
            if (needed[k] > 0 && (vectors[k] == null || vectors[k].length() < needed[k]))
                vectors[k] = FlatVector.allocate(needed[k], arena);
        if (rows.length < square) rows = new double[square][square];
    }

    /// Vector `k`, of as many elements as were set aside or more. Only while a tensor is updated.
    public FlatVector vector(int k) {
        return vectors[k];
    }

    /// The square matrix, of as many rows as were set aside or more. Only while a tensor is updated.
    public double[][] square() {
        return rows;
    }
}

package dev.thalweg.optim;

import dev.thalweg.tensor.FlatVector;
import java.lang.foreign.Arena;

/// Room for the intermediate results of one worker, used again for each of its tensors: what stands
/// there when an update begins is what another tensor's has left.
public final class Scratch {
    private final Arena arena;
    private final long[] needed = new long[16];
    private final FlatVector[] vectors = new FlatVector[16];

    /// @param arena holds the room
    public Scratch(Arena arena) {
        this.arena = arena;
    }

    /// Sets aside `length` elements as vector `k`, or more where another tensor needs more. To be called
    /// while updates are prepared.
    ///
    /// @param k from 0 to 15
    public void reserve(int k, long length) {
        needed[k] = Math.max(needed[k], length);
    }

    /// Takes the room: all tensors are prepared.
    void take() {
        for (int k = 0; k < needed.length; k++) if (needed[k] > 0) vectors[k] = FlatVector.allocate(needed[k], arena);
    }

    /// Vector `k`, of as many elements as were set aside or more. Only while a tensor is updated.
    public FlatVector vector(int k) {
        return vectors[k];
    }
}

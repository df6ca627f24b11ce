package dev.thalweg.step;

import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;

/// A tensor in a plan: how its elements are ordered, and where they are.
///
/// @param offset of its first byte in the buffer
record Value(Desc desc, DataType type, Buffer buffer, long offset) {
    Value(Desc desc, DataType type, Buffer buffer) {
        this(desc, type, buffer, 0);
    }

    /// Where it is, once its buffer has a place.
    long address() {
        return buffer.address + offset;
    }

    long bytes() {
        return desc.bytes();
    }
}

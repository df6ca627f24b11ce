package dev.thalweg.step;

import dev.thalweg.step.onednn.DataType;
import dev.thalweg.step.onednn.Desc;

/// A tensor in a plan: how its elements are ordered, and where they are.
record Value(Desc desc, DataType type, Buffer buffer) {
    long bytes() {
        return desc.bytes();
    }
}

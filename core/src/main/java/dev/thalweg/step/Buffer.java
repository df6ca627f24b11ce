package dev.thalweg.step;

/// A stretch of memory in a plan, with the first and last operation that touch it. It lies in the
/// plan's arena, at an offset found by [Placement], or at a fixed address of somebody else's.
final class Buffer {
    final long bytes;
    int first = Integer.MAX_VALUE;
    int last = -1;
    /// Whether its content must outlive the step: class scores, folded weights.
    boolean kept;
    /// Whether several gradients are this one buffer, so that none may be changed in place.
    boolean shared;

    long offset = -1;
    long address;

    Buffer(long bytes) {
        this.bytes = bytes;
    }

    static Buffer fixed(long bytes, long address) {
        var buffer = new Buffer(bytes);
        buffer.address = address;
        return buffer;
    }

    boolean isFixed() {
        return address != 0 && offset < 0;
    }

    void touch(int operation) {
        first = Math.min(first, operation);
        last = kept ? Integer.MAX_VALUE : Math.max(last, operation);
    }
}

package dev.thalweg.tensor;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/// A contiguous float32 vector outside the heap, 64-byte aligned where it was allocated whole. It
/// lives as long as the arena that it came from; slices share its memory.
public final class FlatVector {
    /// Bytes to which whole vectors are aligned: one cache line, one AVX-512 register.
    public static final int ALIGNMENT = 64;

    private final MemorySegment segment;
    private final long address;
    private final long length;

    private FlatVector(MemorySegment segment, long length) {
        Require.that(segment.isNative(), "a vector lies outside the heap");
        this.segment = segment;
        this.address = segment.address();
        this.length = length;
    }

    /// A vector of zeros. The arena must be shared (or global) if several threads are to use it.
    public static FlatVector allocate(long length, Arena arena) {
        Require.that(length >= 0, "the length of a vector must be at least 0, got %s", length);
        return new FlatVector(arena.allocate(Math.max(length, 1) * Float.BYTES, ALIGNMENT), length);
    }

    /// A copy of `values`.
    public static FlatVector of(float[] values, Arena arena) {
        var vector = allocate(values.length, arena);
        MemorySegment.copy(values, 0, vector.segment, JAVA_FLOAT, 0, values.length);
        return vector;
    }

    /// The float32 numbers in `segment`, shared.
    public static FlatVector over(MemorySegment segment) {
        return new FlatVector(segment, segment.byteSize() / Float.BYTES);
    }

    public long length() {
        return length;
    }

    /// The memory itself, of at least `4 × length` bytes, native byte order.
    public MemorySegment segment() {
        return segment;
    }

    /// Where element 0 lies, for code that has made sure of the range that it is going to touch ([#requireRange]).
    public long address() {
        return address;
    }

    /// Refuses a range [from, to) that is not the vector's, and memory that is no more. Does not allocate.
    public void requireRange(long from, long to) {
        if (from < 0 || to > length || from > to)
            throw new IndexOutOfBoundsException("elements [%s, %s) of a vector of %s".formatted(from, to, length));
        if (!segment.scope().isAlive()) throw new IllegalStateException("the vector's memory is closed");
    }

    public float get(long i) {
        return segment.getAtIndex(JAVA_FLOAT, i);
    }

    public void set(long i, float value) {
        segment.setAtIndex(JAVA_FLOAT, i, value);
    }

    /// Elements [from, from + count), sharing memory.
    public FlatVector slice(long from, long count) {
        Require.that(
                0 <= from && 0 <= count && count <= length - from,
                "slice [%s, %s) lies outside a vector of %s elements",
                from,
                from + count,
                length);
        return new FlatVector(segment.asSlice(from * Float.BYTES, count * Float.BYTES), count);
    }

    public FlatVector slice(Parameter parameter) {
        return slice(parameter.offset(), parameter.size());
    }

    public void fill(float value) {
        if (value == 0) segment.fill((byte) 0);
        else for (long i = 0; i < length; i++) set(i, value);
    }

    public void copyFrom(FlatVector source) {
        Require.that(source.length == length, "expected a vector of %s elements, got %s", length, source.length);
        MemorySegment.copy(source.segment, 0, segment, 0, length * Float.BYTES);
    }

    public void copyFrom(float[] source) {
        Require.that(source.length == length, "expected %s elements, got %s", length, source.length);
        MemorySegment.copy(source, 0, segment, JAVA_FLOAT, 0, source.length);
    }

    public float[] toArray() {
        return segment.asSlice(0, length * Float.BYTES).toArray(JAVA_FLOAT);
    }

    @Override
    public String toString() {
        return "float32 vector of " + length + " elements";
    }
}

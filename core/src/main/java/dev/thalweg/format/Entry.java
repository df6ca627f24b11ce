package dev.thalweg.format;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Require;
import dev.thalweg.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// One named tensor of a file.
///
/// @param shape outermost first, empty for a scalar; an extent may be 0, and then there is no data
/// @param data the elements, row by row, little-endian, of exactly the bytes that shape and type ask
///     for; not necessarily aligned
public record Entry(String name, DType type, List<Long> shape, MemorySegment data) implements Described {
    private static final ValueLayout.OfLong I64 = JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfDouble F64 = JAVA_DOUBLE_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat F32 = JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfInt I32 = JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfShort BITS16 = JAVA_SHORT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    public Entry {
        shape = List.copyOf(shape);
        for (long extent : shape)
            Require.that(extent >= 0, "tensor '%s': every extent must be at least 0, got %s", name, shape);
        long bytes = bytes(type, shape);
        Require.that(
                data.byteSize() == bytes,
                "tensor '%s': %s elements of shape %s take %s bytes, got %s",
                name,
                type,
                shape,
                bytes,
                data.byteSize());
    }

    /// Float32 numbers of that shape, shared with `values`.
    public static Entry ofFloats(String name, Shape shape, FlatVector values) {
        var extents = shape.dims().stream().map(Integer::longValue).toList();
        return new Entry(name, DType.F32, extents, values.segment().asSlice(0, values.length() * Float.BYTES));
    }

    /// A float32 vector, shared with `values`.
    public static Entry ofFloats(String name, FlatVector values) {
        var data = values.segment().asSlice(0, values.length() * Float.BYTES);
        return new Entry(name, DType.F32, List.of(values.length()), data);
    }

    /// A float64 vector, shared with `values`.
    public static Entry ofDoubles(String name, double[] values) {
        return new Entry(name, DType.F64, List.of((long) values.length), MemorySegment.ofArray(values));
    }

    /// A vector of 64-bit integers: counters, positions, seeds.
    public static Entry ofLongs(String name, long... values) {
        var bytes = MemorySegment.ofArray(new byte[values.length * Long.BYTES]);
        MemorySegment.copy(values, 0, bytes, I64, 0, values.length);
        return new Entry(name, DType.I64, List.of((long) values.length), bytes);
    }

    /// Elements: the product of the extents, 1 for a scalar.
    public long size() {
        return data.byteSize() / type.bytes();
    }

    /// Whether these are the extents of `expected`.
    public boolean hasShape(Shape expected) {
        return shape.equals(expected.dims().stream().map(Integer::longValue).toList());
    }

    /// Writes the elements into `target` as float32; float64 is rounded to the nearest.
    ///
    /// @throws IllegalArgumentException if the elements are integers, or not as many as `target` holds
    public void readFloats(FlatVector target) {
        Require.that(
                target.length() == size(),
                "tensor '%s' has %s elements, the vector it is read into %s",
                name,
                size(),
                target.length());
        switch (type) {
            case F32 -> MemorySegment.copy(data, F32, 0, target.segment(), ValueLayout.JAVA_FLOAT, 0, size());
            case F64 -> {
                for (long i = 0; i < size(); i++) target.set(i, (float) data.getAtIndex(F64, i));
            }
            case F16 -> {
                for (long i = 0; i < size(); i++) target.set(i, Float.float16ToFloat(data.getAtIndex(BITS16, i)));
            }
            case BF16 -> {
                for (long i = 0; i < size(); i++) target.set(i, Float.intBitsToFloat(data.getAtIndex(BITS16, i) << 16));
            }
            default ->
                throw new IllegalArgumentException(
                        "tensor '%s' holds %s, expected F32, F16, BF16 or F64".formatted(name, type));
        }
    }

    /// Element `i` as a float64: exact, except for integers of more than 53 bits.
    public double element(long i) {
        return switch (type) {
            case F64 -> data.getAtIndex(F64, i);
            case F32 -> data.getAtIndex(F32, i);
            case F16 -> Float.float16ToFloat(data.getAtIndex(BITS16, i));
            case BF16 -> Float.intBitsToFloat(data.getAtIndex(BITS16, i) << 16);
            case I64 -> data.getAtIndex(I64, i);
            case I32 -> data.getAtIndex(I32, i);
            case I16 -> data.getAtIndex(BITS16, i);
            case I8 -> data.get(JAVA_BYTE, i);
            case U8, BOOL -> data.get(JAVA_BYTE, i) & 0xff;
        };
    }

    /// Writes the elements of a tensor of F64 into `target`, which has as many.
    public void readDoubles(double[] target) {
        Require.that(type == DType.F64, "tensor '%s' holds %s, expected F64", name, type);
        Require.that(
                target.length == size(),
                "tensor '%s' has %s elements, the array it is read into %s",
                name,
                size(),
                target.length);
        MemorySegment.copy(data, F64, 0, target, 0, target.length);
    }

    /// The elements of a tensor of I64.
    public long[] longs() {
        Require.that(type == DType.I64, "tensor '%s' holds %s, expected I64", name, type);
        var values = new long[Math.toIntExact(size())];
        MemorySegment.copy(data, I64, 0, values, 0, values.length);
        return values;
    }

    /// The elements as they are stored.
    public byte[] toArray() {
        return data.toArray(JAVA_BYTE);
    }

    /// Bytes of a tensor.
    ///
    /// @throws ArithmeticException if they are 2^63 or more
    static long bytes(DType type, List<Long> shape) {
        long elements = 1;
        for (long extent : shape) elements = Math.multiplyExact(elements, extent);
        return Math.multiplyExact(elements, (long) type.bytes());
    }

    @Override
    public String toString() {
        return name + " " + type + " " + shape;
    }
}

package dev.thalweg.report.tensorboard;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A protocol buffer message under construction: its wire format (protobuf.dev, "Encoding"), as far as
/// event files need it. Fields are written in the order of the calls; a message inside another one lies
/// between [#begin] and [#end]. Writing allocates only until the buffer has grown to the largest message.
final class Message {
    private static final int VARINT = 0, FIXED64 = 1, LENGTH_DELIMITED = 2, FIXED32 = 5;

    private byte[] bytes = new byte[256];
    private int size;

    Message clear() {
        size = 0;
        return this;
    }

    /// What was written; only the first [#size] bytes count.
    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    Message integer(int field, long value) {
        tag(field, VARINT);
        varint(value);
        return this;
    }

    Message float32(int field, float value) {
        tag(field, FIXED32);
        littleEndian(Float.floatToRawIntBits(value), 4);
        return this;
    }

    Message float64(int field, double value) {
        tag(field, FIXED64);
        littleEndian(Double.doubleToRawLongBits(value), 8);
        return this;
    }

    Message text(int field, String value) {
        return blob(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message blob(int field, byte[] value) {
        tag(field, LENGTH_DELIMITED);
        varint(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    /// A packed repeated field.
    Message doubles(int field, double[] values) {
        tag(field, LENGTH_DELIMITED);
        varint(8L * values.length);
        for (double value : values) littleEndian(Double.doubleToRawLongBits(value), 8);
        return this;
    }

    /// Begins a message within this one; what it returns is for [#end].
    int begin(int field) {
        tag(field, LENGTH_DELIMITED);
        room(1);
        return ++size; // one byte for the length, which most need
    }

    /// Ends the message that began at `start`. Its length stands before it: where that takes more than
    /// the byte left for it, the message moves.
    Message end(int start) {
        int length = size - start;
        int more = varintSize(length) - 1;
        room(more);
        System.arraycopy(bytes, start, bytes, start + more, length);
        size = start - 1;
        varint(length);
        size += length;
        return this;
    }

    private void tag(int field, int type) {
        varint((long) field << 3 | type);
    }

    /// Seven bits a byte, the lowest first; the highest bit of a byte says that more follow.
    private void varint(long value) {
        room(10);
        while ((value & ~0x7fL) != 0) {
            bytes[size++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        bytes[size++] = (byte) value;
    }

    private static int varintSize(int value) {
        return Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(value) + 6) / 7);
    }

    private void littleEndian(long value, int count) {
        room(count);
        for (int i = 0; i < count; i++) bytes[size++] = (byte) (value >>> 8 * i);
    }

    private void room(int more) {
        if (bytes.length - size < more) bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
}

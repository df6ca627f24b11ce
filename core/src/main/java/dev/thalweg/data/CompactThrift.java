package dev.thalweg.data;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Map;

/// Thrift's compact protocol, walked without taking memory for what is announced.
///
/// A structure is fields up to a byte 0: a byte whose upper half is the distance from the field before,
/// whose lower half is the type, where the distance is 0 the field's number (a varint), then the value.
/// Whole numbers are varints, zigzag. Texts have a length (varint) before them; lists a byte of size and
/// type, with a varint where the size is 15 or more; maps a size (varint) and, if it is not 0, a byte of
/// two types.
///
/// Whatever is announced beyond the bytes' end, nested more than 64 deep or of a type that there is none
/// ends in a [BufferUnderflowException]; so does a list whose elements are of another type than they should
/// be, which whoever relies on the type would go through otherwise.
///
/// A field within field 5 of the outermost structure, itself number 1, is here 501; what stands in a list
/// or map has the list's number.
final class CompactThrift {
    /// What is met here is some eight deep.
    private static final int DEEPEST = 64;

    private static final int YES = 1, NO = 2, BYTE = 3, LARGEST_INTEGER = 6, DOUBLE = 7, SET = 10, MAP = 11;
    /// What is so deep has no number of its own: it would have more digits than a long.
    private static final long DEEP = 1_000_000_000_000_000L;
    /// Types of a list's elements.
    static final int INT32 = 5, TEXT = 8, STRUCTURE = 12;

    private final ByteBuffer bytes;
    private final Map<Long, Integer> elements;

    /// Hears of whole numbers.
    interface Numbers {
        void found(long field, long value);
    }

    /// @param elements of lists with these numbers, their type
    CompactThrift(ByteBuffer bytes, Map<Long, Integer> elements) {
        this.bytes = bytes;
        this.elements = elements;
    }

    /// How far it came.
    int position() {
        return bytes.position();
    }

    void structure(Numbers numbers) {
        structure(0, 0, numbers);
    }

    private void structure(long within, int depth, Numbers numbers) {
        int number = 0;
        for (int head = bytes.get() & 0xff; head != 0; head = bytes.get() & 0xff) {
            number = (short) (head >> 4 == 0 ? zigzag() : number + (head >> 4));
            if (number < 1 || number > 99) throw new BufferUnderflowException();
            // A field's yes or no stands in its type.
            if ((head & 15) != YES && (head & 15) != NO)
                value(head & 15, within < DEEP ? within * 100 + number : DEEP, depth, numbers);
        }
    }

    private void value(int type, long field, int depth, Numbers numbers) {
        // In lists and maps, where it would take a byte, or none, no yes or no is of use here.
        if (depth > DEEPEST || type <= NO) throw new BufferUnderflowException();
        switch (type) {
            case TEXT -> skip(varint());
            case STRUCTURE -> structure(field, depth + 1, numbers);
            case SET - 1, SET -> {
                int head = bytes.get() & 0xff;
                long size = head >> 4 == 15 ? varint() : head >> 4;
                require(size);
                if (elements.getOrDefault(field, head & 15) != (head & 15)) throw new BufferUnderflowException();
                for (long i = 0; i < size; i++) value(head & 15, field, depth + 1, numbers);
            }
            case MAP -> {
                long size = varint();
                if (size == 0) return;
                int types = bytes.get() & 0xff;
                require(size);
                for (long i = 0; i < size; i++) {
                    value(types >> 4, field, depth + 1, numbers);
                    value(types & 15, field, depth + 1, numbers);
                }
            }
            case DOUBLE -> skip(8);
            default -> {
                if (type <= BYTE) skip(1);
                else if (type <= LARGEST_INTEGER) numbers.found(field, zigzag());
                else throw new BufferUnderflowException();
            }
        }
    }

    private void skip(long count) {
        require(count);
        bytes.position(bytes.position() + (int) count);
    }

    /// Each element takes a byte at least.
    private void require(long count) {
        if (count < 0 || count > bytes.remaining()) throw new BufferUnderflowException();
    }

    private long zigzag() {
        long value = varint();
        return value >>> 1 ^ -(value & 1);
    }

    private long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) return value;
        }
        throw new BufferUnderflowException();
    }
}

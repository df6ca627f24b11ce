package dev.thalweg.format;

/// What the elements of a stored tensor are, by the names that safetensors gives them. The order is
/// that of the format's reference implementation, which lays out a file's tensors by it: the widest
/// first, so that all are aligned.
public enum DType {
    /// A signed integer of 64 bits.
    I64(8),
    /// IEEE 754 binary64, a `double`.
    F64(8),
    /// IEEE 754 binary32, a `float`.
    F32(4),
    /// A signed integer of 32 bits.
    I32(4),
    /// The upper half of a binary32: 8 bits of exponent, 7 of fraction.
    BF16(2),
    /// IEEE 754 binary16: 5 bits of exponent, 10 of fraction.
    F16(2),
    /// A signed integer of 16 bits.
    I16(2),
    /// A signed integer of 8 bits.
    I8(1),
    /// An unsigned integer of 8 bits.
    U8(1),
    /// A byte that is 0 or 1.
    BOOL(1);

    private final int bytes;

    DType(int bytes) {
        this.bytes = bytes;
    }

    /// Bytes of one element.
    public int bytes() {
        return bytes;
    }

    /// Whether elements are floating-point numbers.
    public boolean isFloating() {
        return this == F64 || this == F32 || this == BF16 || this == F16;
    }
}

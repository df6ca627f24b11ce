package dev.thalweg.step.onednn;

/// Element types of tensors in a plan.
public enum DataType {
    F32(3, 4),
    BF16(2, 2),
    U8(6, 1);

    final int code;
    private final int bytes;

    DataType(int code, int bytes) {
        this.code = code;
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }

    static DataType of(int code) {
        for (DataType type : values()) if (type.code == code) return type;
        return U8; // workspaces and scratchpads: only their size matters
    }
}

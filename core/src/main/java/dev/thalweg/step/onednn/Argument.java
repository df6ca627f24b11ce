package dev.thalweg.step.onednn;

/// The parts that tensors play in a primitive, with oneDNN's numbers for them.
public enum Argument {
    SOURCE(1),
    SOURCE_2(2),
    TARGET(17),
    WEIGHTS(33),
    BIAS(41),
    MEAN(49),
    VARIANCE(50),
    SCALE(51),
    SHIFT(52),
    WORKSPACE(64),
    SCRATCHPAD(80),
    DIFF_SOURCE(129),
    DIFF_TARGET(145),
    DIFF_WEIGHTS(161),
    DIFF_BIAS(169),
    DIFF_SCALE(255),
    DIFF_SHIFT(256);

    final int code;

    Argument(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    /// The i-th input of a concatenation.
    public static int sourceCode(int i) {
        return 1024 + i;
    }

    /// The second operand of the i-th post-operation, if that is binary.
    public static int postOperandCode(int i) {
        return 32768 * (i + 1) | SOURCE_2.code;
    }
}

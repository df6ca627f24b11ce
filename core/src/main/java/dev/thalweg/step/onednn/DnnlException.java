package dev.thalweg.step.onednn;

/// A refusal by the kernel library.
public final class DnnlException extends RuntimeException {
    private final int status;

    DnnlException(int status, String what) {
        super("the kernel library refused %s: %s".formatted(what, describe(status)));
        this.status = status;
    }

    /// Whether the library has no kernel for what was asked, rather than something being wrong.
    public boolean isUnimplemented() {
        return status == 3;
    }

    private static String describe(int status) {
        return switch (status) {
            case 1 -> "out of memory";
            case 2 -> "invalid arguments";
            case 3 -> "no kernel for these shapes and this precision on this processor";
            case 4 -> "last implementation reached";
            case 5 -> "run-time error";
            case 6 -> "not required";
            default -> "status " + status;
        };
    }
}

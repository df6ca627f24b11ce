package dev.thalweg.step.onednn;

/// Attributes of a primitive: scratchpads are the plan's own; post-operations follow the result.
public final class Attributes {
    final long handle;
    private long postOps;
    private int count;

    Attributes(long handle) {
        this.handle = handle;
    }

    private long postOps() {
        if (postOps == 0) postOps = DnnlAttributes.postOps();
        count++;
        return postOps;
    }

    public Attributes then(Eltwise function) {
        DnnlAttributes.appendEltwise(postOps(), function.code(), function.alpha(), function.beta());
        return this;
    }

    /// Adds what the target held before.
    public Attributes thenSum() {
        return thenSum(1);
    }

    /// Adds what the target held before, times `factor`.
    public Attributes thenSum(float factor) {
        DnnlAttributes.appendSum(postOps(), factor);
        return this;
    }

    /// Adds a tensor of `desc`; its argument is [Argument#postOperandCode] of the returned index.
    public int thenAdd(Desc desc) {
        DnnlAttributes.appendBinary(postOps(), Binary.ADD.code, desc.handle);
        return count - 1;
    }

    long finished() {
        if (postOps != 0) {
            DnnlAttributes.setPostOps(handle, postOps);
            postOps = 0;
        }
        return handle;
    }

    /// Element-wise operations on two tensors.
    public enum Binary {
        ADD(131056),
        MULTIPLY(131057);

        final int code;

        Binary(int code) {
            this.code = code;
        }
    }
}

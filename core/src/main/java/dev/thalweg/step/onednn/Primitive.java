package dev.thalweg.step.onednn;

/// A primitive descriptor, and from [#create] on the compiled primitive. Owned by a [Scope].
public final class Primitive {
    final long desc;
    private long handle;

    Primitive(long desc) {
        this.desc = desc;
    }

    /// Which tensor a descriptor is asked of.
    public enum Query {
        SOURCE(129),
        DIFF_SOURCE(130),
        WEIGHTS(131),
        DIFF_WEIGHTS(132),
        TARGET(133),
        DIFF_TARGET(134),
        WORKSPACE(135),
        SCRATCHPAD(136);

        final int code;

        Query(int code) {
            this.code = code;
        }
    }

    /// The descriptor chosen for a tensor.
    public Desc desc(Query which) {
        return new Desc(DnnlPrimitive.queryDesc(desc, which.code));
    }

    /// Bytes of a tensor; 0 if the primitive has none such.
    public long bytes(Query which) {
        long md = DnnlPrimitive.queryDesc(desc, which.code);
        return md == 0 ? 0 : DnnlMemory.size(md);
    }

    /// The kernel that was chosen, in oneDNN's words.
    public String implementation() {
        return DnnlPrimitive.implementation(desc);
    }

    /// Generates the code.
    public void create() {
        if (handle == 0) handle = DnnlPrimitive.primitive(desc);
    }

    public long handle() {
        return handle;
    }

    void destroy() {
        if (handle != 0) DnnlPrimitive.destroyPrimitive(handle);
        DnnlPrimitive.destroyPrimitiveDesc(desc);
    }
}

package dev.thalweg.step.onednn;

/// The kernel library as a whole: running a primitive, and what the processor can do.
public final class Runtime {
    private Runtime() {}

    /// Runs a created primitive on `count` arguments, an array of (int argument, memory handle)
    /// pairs of 16 bytes at `arguments`.
    public static void execute(long primitive, int count, long arguments) {
        int status = Dnnl.execute(primitive, count, arguments);
        if (status != 0) throw new DnnlException(status, "to run a step");
    }

    /// Points a memory handle at another address, for the next run. Does not allocate.
    public static void move(long memory, long address) {
        DnnlMemory.move(memory, address);
    }

    /// Whether the kernels multiply bf16 numbers in hardware.
    public static boolean multipliesBf16() {
        return (Dnnl.effectiveIsa() & Dnnl.Isa.AVX512_CORE_BF16.code) == Dnnl.Isa.AVX512_CORE_BF16.code && isX86();
    }

    /// Whether the kernels work on vectors of 512 bits.
    public static boolean hasAvx512() {
        return isX86() && (Dnnl.effectiveIsa() & Dnnl.Isa.AVX512_CORE.code) == Dnnl.Isa.AVX512_CORE.code;
    }

    /// The instruction set that the kernels use, for people.
    public static String instructionSet() {
        if (!isX86()) return System.getProperty("os.arch");
        int isa = Dnnl.effectiveIsa();
        String best = "SSE";
        for (var known : Dnnl.Isa.values()) if ((isa & known.code) == known.code) best = known.name();
        return best;
    }

    /// The kernel library and its version: `oneDNN 3.13.0`.
    public static String version() {
        return "oneDNN " + Dnnl.version();
    }

    private static boolean isX86() {
        String arch = System.getProperty("os.arch");
        return arch.equals("amd64") || arch.equals("x86_64");
    }
}

package dev.thalweg.step.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;
import java.util.List;

/// oneDNN's C functions (https://uxlfoundation.github.io/oneDNN/, version 3), handles as bare longs.
/// Each function that creates something returns it; a refusal is a [DnnlException].
final class Dnnl {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final List<Path> FILES = Natives.locate();

    static {
        // libgomp reads its environment when it is loaded. It spins at barriers, by default for so
        // long that a competing process brings training to a halt.
        Environment.set("GOMP_SPINCOUNT", System.getProperty("thalweg.spin", "1000"));
    }

    static final SymbolLookup OPEN_MP = FILES.size() > 1
            ? SymbolLookup.libraryLookup(FILES.getFirst(), Arena.global())
            : name -> java.util.Optional.empty();
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(FILES.getLast(), Arena.global());

    /// Where functions leave what they create, and arrays of dimensions; compiling is confined to
    /// one thread at a time by [Scope#LOCK].
    private static final MemorySegment OUT = Arena.global().allocate(8, 8);

    private static final MemorySegment ARRAYS = Arena.global().allocate(6 * 12 * 8, 8);
    private static final long A0 = ARRAYS.address();

    static final long ENGINE;
    static final long STREAM;

    static {
        String isa = System.getProperty("thalweg.isa");
        if (isa != null) check(capIsa(Isa.valueOf(isa).code), "set_max_cpu_isa");
        ENGINE = engine();
        STREAM = stream(ENGINE);
    }

    private Dnnl() {}

    /// Instruction sets to which the kernels can be capped, with `-Dthalweg.isa`.
    enum Isa {
        SSE41(0x1),
        AVX2(0x7),
        AVX512_CORE(0x27),
        AVX512_CORE_BF16(0xe7);

        final int code;

        Isa(int code) {
            this.code = code;
        }
    }

    /// A function `dnnl_name` of the arguments in `signature`: l a long or pointer, i an int, f a
    /// float. All return a status except where `result` says otherwise.
    private static MethodHandle function(String name, String signature, MemoryLayout result) {
        var arguments = new MemoryLayout[signature.length()];
        for (int i = 0; i < arguments.length; i++)
            arguments[i] = switch (signature.charAt(i)) {
                case 'l' -> JAVA_LONG;
                case 'i' -> JAVA_INT;
                case 'f' -> JAVA_FLOAT;
                default -> throw new AssertionError(signature);
            };
        return LINKER.downcallHandle(
                LIBRARY.find("dnnl_" + name).orElseThrow(), FunctionDescriptor.of(result, arguments));
    }

    private static MethodHandle function(String name, String signature) {
        return function(name, signature, JAVA_INT);
    }

    static void check(int status, String what) {
        if (status != 0) throw new DnnlException(status, what);
    }

    private static RuntimeException unexpected(Throwable t) {
        if (t instanceof RuntimeException e) throw e;
        if (t instanceof Error e) throw e;
        return new IllegalStateException(t);
    }

    private static long out() {
        return OUT.get(JAVA_LONG, 0);
    }

    /// Copies `values` into scratch array `slot` and returns its address.
    private static long array(int slot, long... values) {
        for (int i = 0; i < values.length; i++) ARRAYS.setAtIndex(JAVA_LONG, slot * 12L + i, values[i]);
        return A0 + slot * 96L;
    }

    // Engine, stream, process-wide settings.

    private static int capIsa(int isa) {
        try {
            return (int) function("set_max_cpu_isa", "i").invokeExact(isa);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static int effectiveIsa() {
        try {
            return (int) function("get_effective_cpu_isa", "").invokeExact();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long engine() {
        try {
            check((int) function("engine_create", "lil").invokeExact(OUT.address(), 1, 0L), "engine_create");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static long stream(long engine) {
        try {
            check((int) function("stream_create", "lli").invokeExact(OUT.address(), engine, 1), "stream_create");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    // Execution: the one function that a step calls.

    private static final MethodHandle EXECUTE = function("primitive_execute", "llil");

    static int execute(long primitive, int count, long arguments) {
        try {
            return (int) EXECUTE.invokeExact(primitive, STREAM, count, arguments);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    // Memory descriptors and memories.

    private static final MethodHandle MD_TAG = function("memory_desc_create_with_tag", "lilii");
    private static final MethodHandle MD_STRIDES = function("memory_desc_create_with_strides", "lilil");
    private static final MethodHandle MD_SUB = function("memory_desc_create_submemory", "llll");
    private static final MethodHandle MD_SIZE = function("memory_desc_get_size", "l", JAVA_LONG);
    private static final MethodHandle MD_EQUAL = function("memory_desc_equal", "ll");
    private static final MethodHandle MD_QUERY = function("memory_desc_query", "lil");
    private static final MethodHandle MD_CLONE = function("memory_desc_clone", "ll");
    private static final MethodHandle MD_DESTROY = function("memory_desc_destroy", "l");
    private static final MethodHandle MEMORY = function("memory_create", "llll");
    private static final MethodHandle MEMORY_DESTROY = function("memory_destroy", "l");

    static long desc(int type, int tag, long... dims) {
        try {
            check((int) MD_TAG.invokeExact(OUT.address(), dims.length, array(0, dims), type, tag), "memory_desc");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long strided(int type, long[] dims, long[] strides) {
        try {
            check(
                    (int) MD_STRIDES.invokeExact(OUT.address(), dims.length, array(0, dims), type, array(1, strides)),
                    "memory_desc");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long part(long parent, long[] dims, long[] offsets) {
        try {
            check((int) MD_SUB.invokeExact(OUT.address(), parent, array(0, dims), array(1, offsets)), "submemory");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long size(long desc) {
        try {
            return (long) MD_SIZE.invokeExact(desc);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static boolean equal(long a, long b) {
        try {
            return (int) MD_EQUAL.invokeExact(a, b) != 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// The value of an int query about a descriptor.
    static int queryInt(long desc, int what) {
        try {
            check((int) MD_QUERY.invokeExact(desc, what, OUT.address()), "memory_desc_query");
            return OUT.get(JAVA_INT, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// The array behind a pointer query about a descriptor.
    static long[] queryLongs(long desc, int what, int count) {
        try {
            check((int) MD_QUERY.invokeExact(desc, what, OUT.address()), "memory_desc_query");
            var values = new long[count];
            var array = MemorySegment.ofAddress(out()).reinterpret(count * 8L);
            for (int i = 0; i < count; i++) values[i] = array.getAtIndex(JAVA_LONG, i);
            return values;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long cloneDesc(long desc) {
        try {
            check((int) MD_CLONE.invokeExact(OUT.address(), desc), "memory_desc_clone");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void destroyDesc(long desc) {
        try {
            check((int) MD_DESTROY.invokeExact(desc), "memory_desc_destroy");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long memory(long desc, long address) {
        try {
            check((int) MEMORY.invokeExact(OUT.address(), desc, ENGINE, address), "memory_create");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void destroyMemory(long memory) {
        try {
            check((int) MEMORY_DESTROY.invokeExact(memory), "memory_destroy");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    // Attributes and post-operations.

    private static final MethodHandle ATTR = function("primitive_attr_create", "l");
    private static final MethodHandle ATTR_DESTROY = function("primitive_attr_destroy", "l");
    private static final MethodHandle ATTR_SCRATCHPAD = function("primitive_attr_set_scratchpad_mode", "li");
    private static final MethodHandle ATTR_POST_OPS = function("primitive_attr_set_post_ops", "ll");
    private static final MethodHandle POST_OPS = function("post_ops_create", "l");
    private static final MethodHandle POST_OPS_DESTROY = function("post_ops_destroy", "l");
    private static final MethodHandle POST_ELTWISE = function("post_ops_append_eltwise", "liff");
    private static final MethodHandle POST_SUM = function("post_ops_append_sum", "lfii");
    private static final MethodHandle POST_BINARY = function("post_ops_append_binary", "lil");

    static long attributes() {
        try {
            check((int) ATTR.invokeExact(OUT.address()), "primitive_attr_create");
            long attributes = out();
            check((int) ATTR_SCRATCHPAD.invokeExact(attributes, 1), "set_scratchpad_mode");
            return attributes;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void destroyAttributes(long attributes) {
        try {
            check((int) ATTR_DESTROY.invokeExact(attributes), "primitive_attr_destroy");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long postOps() {
        try {
            check((int) POST_OPS.invokeExact(OUT.address()), "post_ops_create");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void appendEltwise(long postOps, int algorithm, float alpha, float beta) {
        try {
            check((int) POST_ELTWISE.invokeExact(postOps, algorithm, alpha, beta), "append_eltwise");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void appendSum(long postOps) {
        try {
            check((int) POST_SUM.invokeExact(postOps, 1f, 0, 0), "append_sum");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void appendBinary(long postOps, int algorithm, long desc) {
        try {
            check((int) POST_BINARY.invokeExact(postOps, algorithm, desc), "append_binary");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Sets and destroys `postOps`.
    static void setPostOps(long attributes, long postOps) {
        try {
            check((int) ATTR_POST_OPS.invokeExact(attributes, postOps), "set_post_ops");
            check((int) POST_OPS_DESTROY.invokeExact(postOps), "post_ops_destroy");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    // Primitive descriptors and primitives.

    private static final MethodHandle PD_QUERY_MD = function("primitive_desc_query_md", "lii", JAVA_LONG);
    private static final MethodHandle PD_QUERY = function("primitive_desc_query", "liil");
    private static final MethodHandle PD_NEXT = function("primitive_desc_next_impl", "l");
    private static final MethodHandle PD_DESTROY = function("primitive_desc_destroy", "l");
    private static final MethodHandle CREATE = function("primitive_create", "ll");
    private static final MethodHandle DESTROY = function("primitive_destroy", "l");

    /// A descriptor owned by the primitive descriptor; 0 if there is none.
    static long queryDesc(long primitiveDesc, int what) {
        try {
            return (long) PD_QUERY_MD.invokeExact(primitiveDesc, what, 0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static String implementation(long primitiveDesc) {
        try {
            check((int) PD_QUERY.invokeExact(primitiveDesc, 8, 0, OUT.address()), "primitive_desc_query");
            return MemorySegment.ofAddress(out()).reinterpret(256).getString(0);
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static boolean nextImplementation(long primitiveDesc) {
        try {
            return (int) PD_NEXT.invokeExact(primitiveDesc) == 0;
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void destroyPrimitiveDesc(long primitiveDesc) {
        try {
            check((int) PD_DESTROY.invokeExact(primitiveDesc), "primitive_desc_destroy");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static long primitive(long primitiveDesc) {
        try {
            check((int) CREATE.invokeExact(OUT.address(), primitiveDesc), "primitive_create");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    static void destroyPrimitive(long primitive) {
        try {
            check((int) DESTROY.invokeExact(primitive), "primitive_destroy");
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle REORDER = function("reorder_primitive_desc_create", "llllll");

    static long reorder(long source, long target, long attributes) {
        try {
            check((int) REORDER.invokeExact(OUT.address(), source, ENGINE, target, ENGINE, attributes), "a reorder");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// Geometry of a window in oneDNN's terms: dilation 0 means none.
    record Window(long[] kernel, long[] strides, long[] dilates, long[] before, long[] after) {}

    private static final MethodHandle CONV_F = function("convolution_forward_primitive_desc_create", "lliilllllllll");

    static long convolutionForward(
            int kind, long source, long weights, long bias, long target, Window w, long attributes) {
        try {
            check(
                    (int) CONV_F.invokeExact(
                            OUT.address(),
                            ENGINE,
                            kind,
                            1,
                            source,
                            weights,
                            bias,
                            target,
                            array(0, w.strides),
                            array(1, w.dilates),
                            array(2, w.before),
                            array(3, w.after),
                            attributes),
                    "a convolution");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle CONV_BD =
            function("convolution_backward_data_primitive_desc_create", "llillllllll" + "l");

    static long convolutionBackwardData(
            long diffSource, long weights, long diffTarget, Window w, long hint, long attributes) {
        try {
            check(
                    (int) CONV_BD.invokeExact(
                            OUT.address(),
                            ENGINE,
                            1,
                            diffSource,
                            weights,
                            diffTarget,
                            array(0, w.strides),
                            array(1, w.dilates),
                            array(2, w.before),
                            array(3, w.after),
                            hint,
                            attributes),
                    "a convolution's gradient by its input");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle CONV_BW =
            function("convolution_backward_weights_primitive_desc_create", "lli" + "llllllllll");

    static long convolutionBackwardWeights(
            long source, long diffWeights, long diffBias, long diffTarget, Window w, long hint, long attributes) {
        try {
            check(
                    (int) CONV_BW.invokeExact(
                            OUT.address(),
                            ENGINE,
                            1,
                            source,
                            diffWeights,
                            diffBias,
                            diffTarget,
                            array(0, w.strides),
                            array(1, w.dilates),
                            array(2, w.before),
                            array(3, w.after),
                            hint,
                            attributes),
                    "a convolution's gradient by its weights");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle IP_F = function("inner_product_forward_primitive_desc_create", "llilllll");

    static long innerProductForward(int kind, long source, long weights, long bias, long target, long attributes) {
        try {
            check(
                    (int) IP_F.invokeExact(OUT.address(), ENGINE, kind, source, weights, bias, target, attributes),
                    "a linear layer");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle IP_BD = function("inner_product_backward_data_primitive_desc_create", "lllllll");

    static long innerProductBackwardData(long diffSource, long weights, long diffTarget, long hint, long attributes) {
        try {
            check(
                    (int) IP_BD.invokeExact(OUT.address(), ENGINE, diffSource, weights, diffTarget, hint, attributes),
                    "a linear layer's gradient by its input");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle IP_BW =
            function("inner_product_backward_weights_primitive_desc_create", "llllllll");

    static long innerProductBackwardWeights(
            long source, long diffWeights, long diffBias, long diffTarget, long hint, long attributes) {
        try {
            check(
                    (int) IP_BW.invokeExact(
                            OUT.address(), ENGINE, source, diffWeights, diffBias, diffTarget, hint, attributes),
                    "a linear layer's gradient by its weights");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle MATMUL = function("matmul_primitive_desc_create", "lllllll");

    static long matmul(long source, long weights, long bias, long target, long attributes) {
        try {
            check(
                    (int) MATMUL.invokeExact(OUT.address(), ENGINE, source, weights, bias, target, attributes),
                    "a matrix product");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle BN_F = function("batch_normalization_forward_primitive_desc_create", "llillfil");

    static long batchNormForward(int kind, long source, long target, float epsilon, int flags, long attributes) {
        try {
            check(
                    (int) BN_F.invokeExact(OUT.address(), ENGINE, kind, source, target, epsilon, flags, attributes),
                    "a batch normalization");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle BN_B =
            function("batch_normalization_backward_primitive_desc_create", "llilllfill");

    static long batchNormBackward(
            int kind,
            long diffSource,
            long diffTarget,
            long source,
            float epsilon,
            int flags,
            long hint,
            long attributes) {
        try {
            check(
                    (int) BN_B.invokeExact(
                            OUT.address(),
                            ENGINE,
                            kind,
                            diffSource,
                            diffTarget,
                            source,
                            epsilon,
                            flags,
                            hint,
                            attributes),
                    "a batch normalization's gradient");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle POOL_F = function("pooling_forward_primitive_desc_create", "lliilllllll" + "l");

    static long poolForward(int kind, int algorithm, long source, long target, Window w, long attributes) {
        try {
            check(
                    (int) POOL_F.invokeExact(
                            OUT.address(),
                            ENGINE,
                            kind,
                            algorithm,
                            source,
                            target,
                            array(0, w.strides),
                            array(1, w.kernel),
                            array(2, w.dilates),
                            array(3, w.before),
                            array(4, w.after),
                            attributes),
                    "a pool");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle POOL_B = function("pooling_backward_primitive_desc_create", "llilllllll" + "ll");

    static long poolBackward(int algorithm, long diffSource, long diffTarget, Window w, long hint, long attributes) {
        try {
            check(
                    (int) POOL_B.invokeExact(
                            OUT.address(),
                            ENGINE,
                            algorithm,
                            diffSource,
                            diffTarget,
                            array(0, w.strides),
                            array(1, w.kernel),
                            array(2, w.dilates),
                            array(3, w.before),
                            array(4, w.after),
                            hint,
                            attributes),
                    "a pool's gradient");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle ELT_F = function("eltwise_forward_primitive_desc_create", "lliillffl");

    static long eltwiseForward(
            int kind, int algorithm, long source, long target, float alpha, float beta, long attributes) {
        try {
            check(
                    (int) ELT_F.invokeExact(
                            OUT.address(), ENGINE, kind, algorithm, source, target, alpha, beta, attributes),
                    "an activation");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle ELT_B = function("eltwise_backward_primitive_desc_create", "llilllffll");

    static long eltwiseBackward(
            int algorithm,
            long diffSource,
            long diffTarget,
            long data,
            float alpha,
            float beta,
            long hint,
            long attributes) {
        try {
            check(
                    (int) ELT_B.invokeExact(
                            OUT.address(),
                            ENGINE,
                            algorithm,
                            diffSource,
                            diffTarget,
                            data,
                            alpha,
                            beta,
                            hint,
                            attributes),
                    "an activation's gradient");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle BINARY = function("binary_primitive_desc_create", "llillll");

    static long binary(int algorithm, long a, long b, long target, long attributes) {
        try {
            check(
                    (int) BINARY.invokeExact(OUT.address(), ENGINE, algorithm, a, b, target, attributes),
                    "an element-wise operation");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle REDUCTION = function("reduction_primitive_desc_create", "llillffl");

    static long reduction(int algorithm, long source, long target, long attributes) {
        try {
            check(
                    (int) REDUCTION.invokeExact(OUT.address(), ENGINE, algorithm, source, target, 0f, 0f, attributes),
                    "a reduction");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle CONCAT = function("concat_primitive_desc_create", "lllii" + "ll");

    static long concat(long target, int axis, long[] sources, long attributes) {
        try (var arena = Arena.ofConfined()) {
            var list = arena.allocateFrom(JAVA_LONG, sources);
            check(
                    (int) CONCAT.invokeExact(
                            OUT.address(), ENGINE, target, sources.length, axis, list.address(), attributes),
                    "a concatenation");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    /// libc's setenv, for settings that a native library reads from the environment.
    static final class Environment {
        private Environment() {}

        static void set(String name, String value) {
            var setenv = LINKER.defaultLookup().find("setenv");
            if (setenv.isEmpty()) return; // Windows: its OpenMP runtime does not spin by default.
            var handle =
                    LINKER.downcallHandle(setenv.get(), FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
            try (var arena = Arena.ofConfined()) {
                check((int) handle.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1), "setenv");
            } catch (Throwable t) {
                throw unexpected(t);
            }
        }
    }
}

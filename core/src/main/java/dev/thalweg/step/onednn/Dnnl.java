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
    static final MemorySegment OUT = Arena.global().allocate(8, 8);

    static final MemorySegment ARRAYS = Arena.global().allocate(6 * 12 * 8, 8);
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
        AVX512_CORE_BF16(0xe7),
        AVX512_CORE_FP16(0x1ef),
        AVX512_CORE_AMX(0xfef);

        final int code;

        Isa(int code) {
            this.code = code;
        }
    }

    /// A function `dnnl_name` of the arguments in `signature`: l a long or pointer, i an int, f a
    /// float. All return a status except where `result` says otherwise.
    static MethodHandle function(String name, String signature, MemoryLayout result) {
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

    static MethodHandle function(String name, String signature) {
        return function(name, signature, JAVA_INT);
    }

    static void check(int status, String what) {
        if (status != 0) throw new DnnlException(status, what);
    }

    static RuntimeException unexpected(Throwable t) {
        if (t instanceof RuntimeException e) throw e;
        if (t instanceof Error e) throw e;
        return new IllegalStateException(t);
    }

    static long out() {
        return OUT.get(JAVA_LONG, 0);
    }

    /// Copies `values` into scratch array `slot` and returns its address.
    static long array(int slot, long... values) {
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

    /// Its version: three ints at the start of `dnnl_version_t`.
    static String version() {
        try {
            long address = (long) function("version", "", JAVA_LONG).invokeExact();
            var numbers = MemorySegment.ofAddress(address).reinterpret(3 * JAVA_INT.byteSize());
            return "%d.%d.%d"
                    .formatted(
                            numbers.getAtIndex(JAVA_INT, 0),
                            numbers.getAtIndex(JAVA_INT, 1),
                            numbers.getAtIndex(JAVA_INT, 2));
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

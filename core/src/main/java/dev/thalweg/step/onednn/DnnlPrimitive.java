package dev.thalweg.step.onednn;

import static dev.thalweg.step.onednn.Dnnl.OUT;
import static dev.thalweg.step.onednn.Dnnl.check;
import static dev.thalweg.step.onednn.Dnnl.function;
import static dev.thalweg.step.onednn.Dnnl.out;
import static dev.thalweg.step.onednn.Dnnl.unexpected;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/// Primitive descriptors in general, and primitives.
final class DnnlPrimitive {
    private DnnlPrimitive() {}

    private static final MethodHandle PD_QUERY_MD = function("primitive_desc_query_md", "lii", JAVA_LONG);
    private static final MethodHandle PD_QUERY = function("primitive_desc_query", "liil");
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
}

package dev.thalweg.step.onednn;

import static dev.thalweg.step.onednn.Dnnl.ENGINE;
import static dev.thalweg.step.onednn.Dnnl.OUT;
import static dev.thalweg.step.onednn.Dnnl.array;
import static dev.thalweg.step.onednn.Dnnl.check;
import static dev.thalweg.step.onednn.Dnnl.function;
import static dev.thalweg.step.onednn.Dnnl.out;
import static dev.thalweg.step.onednn.Dnnl.unexpected;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.invoke.MethodHandle;

/// Descriptors of everything else: reorders, normalization, pools, activations, sums, concatenation.
final class DnnlElements {
    private DnnlElements() {}

    private static final MethodHandle REORDER = function("reorder_primitive_desc_create", "llllll");

    static long reorder(long source, long target, long attributes) {
        try {
            check((int) REORDER.invokeExact(OUT.address(), source, ENGINE, target, ENGINE, attributes), "a reorder");
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

    static long poolForward(int kind, int algorithm, long source, long target, DnnlProducts.Window w, long attributes) {
        try {
            check(
                    (int) POOL_F.invokeExact(
                            OUT.address(),
                            ENGINE,
                            kind,
                            algorithm,
                            source,
                            target,
                            array(0, w.strides()),
                            array(1, w.kernel()),
                            array(2, w.dilates()),
                            array(3, w.before()),
                            array(4, w.after()),
                            attributes),
                    "a pool");
            return out();
        } catch (Throwable t) {
            throw unexpected(t);
        }
    }

    private static final MethodHandle POOL_B = function("pooling_backward_primitive_desc_create", "llilllllll" + "ll");

    static long poolBackward(
            int algorithm, long diffSource, long diffTarget, DnnlProducts.Window w, long hint, long attributes) {
        try {
            check(
                    (int) POOL_B.invokeExact(
                            OUT.address(),
                            ENGINE,
                            algorithm,
                            diffSource,
                            diffTarget,
                            array(0, w.strides()),
                            array(1, w.kernel()),
                            array(2, w.dilates()),
                            array(3, w.before()),
                            array(4, w.after()),
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
}

package dev.thalweg.step.onednn;

import static dev.thalweg.step.onednn.Dnnl.OUT;
import static dev.thalweg.step.onednn.Dnnl.check;
import static dev.thalweg.step.onednn.Dnnl.function;
import static dev.thalweg.step.onednn.Dnnl.out;
import static dev.thalweg.step.onednn.Dnnl.unexpected;

import java.lang.invoke.MethodHandle;

/// Attributes and post-operations.
final class DnnlAttributes {
    private DnnlAttributes() {}

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

    static void appendSum(long postOps, float factor) {
        try {
            check((int) POST_SUM.invokeExact(postOps, factor, 0, 0), "append_sum");
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
}

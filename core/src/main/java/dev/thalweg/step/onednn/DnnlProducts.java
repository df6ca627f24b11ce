package dev.thalweg.step.onednn;

import static dev.thalweg.step.onednn.Dnnl.ENGINE;
import static dev.thalweg.step.onednn.Dnnl.OUT;
import static dev.thalweg.step.onednn.Dnnl.array;
import static dev.thalweg.step.onednn.Dnnl.check;
import static dev.thalweg.step.onednn.Dnnl.function;
import static dev.thalweg.step.onednn.Dnnl.out;
import static dev.thalweg.step.onednn.Dnnl.unexpected;

import java.lang.invoke.MethodHandle;

/// Descriptors of what multiplies by weights: convolutions, linear layers, matrix products.
final class DnnlProducts {
    private DnnlProducts() {}

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
}

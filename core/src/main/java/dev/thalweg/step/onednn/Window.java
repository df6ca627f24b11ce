package dev.thalweg.step.onednn;

/// How a kernel slides over a picture, height before width; dilation 1 means none.
public record Window(
        int kernelHeight,
        int kernelWidth,
        int strideHeight,
        int strideWidth,
        int dilationHeight,
        int dilationWidth,
        int top,
        int left,
        int bottom,
        int right) {

    DnnlProducts.Window geometry() {
        return new DnnlProducts.Window(
                new long[] {kernelHeight, kernelWidth},
                new long[] {strideHeight, strideWidth},
                new long[] {dilationHeight - 1, dilationWidth - 1},
                new long[] {top, left},
                new long[] {bottom, right});
    }
}

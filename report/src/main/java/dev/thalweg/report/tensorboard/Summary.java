package dev.thalweg.report.tensorboard;

import java.nio.charset.StandardCharsets;

/// The values that a `Summary` (tensorflow/core/framework/summary.proto) can have, written into a
/// message that [EventFile#summary] began.
final class Summary {
    /// `Summary.value`, and fields of `Summary.Value`.
    private static final int VALUE = 1, TAG = 1, SIMPLE_VALUE = 2, IMAGE = 4, HISTOGRAM = 5, TENSOR = 8, METADATA = 9;
    /// Fields of `Summary.Image`.
    private static final int HEIGHT = 1, WIDTH = 2, COLORSPACE = 3, ENCODED = 4;
    /// Fields of `HistogramProto`.
    private static final int MIN = 1, MAX = 2, NUM = 3, SUM = 4, SUM_SQUARES = 5, BUCKET_LIMIT = 6, BUCKET = 7;
    /// Fields of `TensorProto`, `TensorShapeProto` and its `Dim`, and the type `DT_STRING`.
    private static final int DTYPE = 1, SHAPE = 2, STRING_VAL = 8, DIM = 2, DIM_SIZE = 1, DT_STRING = 7;
    /// Fields of `SummaryMetadata` and its `PluginData`.
    private static final int PLUGIN_DATA = 1, PLUGIN_NAME = 1;

    private Summary() {}

    /// A tag as it stands in messages, made once.
    static byte[] tag(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    static void scalar(Message message, byte[] tag, double value) {
        int start = message.begin(VALUE);
        message.blob(TAG, tag).float32(SIMPLE_VALUE, (float) value).end(start);
    }

    static void histogram(Message message, byte[] tag, Histogram histogram) {
        int start = message.begin(VALUE);
        message.blob(TAG, tag);
        int inner = message.begin(HISTOGRAM);
        message.float64(MIN, histogram.min())
                .float64(MAX, histogram.max())
                .float64(NUM, histogram.count())
                .float64(SUM, histogram.sum())
                .float64(SUM_SQUARES, histogram.sumOfSquares())
                .doubles(BUCKET_LIMIT, histogram.limits())
                .doubles(BUCKET, histogram.counts())
                .end(inner)
                .end(start);
    }

    /// @param channels 1 for grey, 3 for red, green and blue
    static void image(Message message, byte[] tag, int height, int width, int channels, byte[] png) {
        int start = message.begin(VALUE);
        message.blob(TAG, tag);
        int inner = message.begin(IMAGE);
        message.integer(HEIGHT, height)
                .integer(WIDTH, width)
                .integer(COLORSPACE, channels)
                .blob(ENCODED, png)
                .end(inner)
                .end(start);
    }

    /// @param markdown shown as such
    static void text(Message message, byte[] tag, String markdown) {
        int start = message.begin(VALUE);
        message.blob(TAG, tag);
        int metadata = message.begin(METADATA);
        int plugin = message.begin(PLUGIN_DATA);
        message.text(PLUGIN_NAME, "text").end(plugin).end(metadata);
        int tensor = message.begin(TENSOR);
        message.integer(DTYPE, DT_STRING);
        int shape = message.begin(SHAPE);
        int dim = message.begin(DIM);
        message.integer(DIM_SIZE, 1)
                .end(dim)
                .end(shape)
                .text(STRING_VAL, markdown)
                .end(tensor)
                .end(start);
    }
}

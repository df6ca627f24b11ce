package dev.thalweg.report.tensorboard;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import javax.imageio.ImageIO;

/// Small pictures side by side in one, a pixel apart, each enlarged by a whole number where they are tiny.
final class Grid {
    /// Sides of a cell are enlarged to at least so many pixels.
    private static final int LEAST = 32;

    private final int height;
    private final int width;
    private final int enlarged;
    private final int columns;
    private final BufferedImage image;

    /// @param count of pictures
    /// @param height of each
    /// @param width of each
    /// @param channels 1 or 3
    Grid(int count, int height, int width, int channels) {
        this.height = height;
        this.width = width;
        enlarged = Math.max(1, Math.ceilDiv(LEAST, Math.max(height, width)));
        columns = (int) Math.ceil(Math.sqrt((double) count));
        int rows = Math.ceilDiv(count, columns);
        image = new BufferedImage(
                columns * (enlarged * width + 1) - 1,
                rows * (enlarged * height + 1) - 1,
                channels == 1 ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    }

    /// The samples of a picture, 0 to 1; what lies outside is cut.
    @FunctionalInterface
    interface Samples {
        float at(int channel, int y, int x);
    }

    void paint(int cell, Samples samples) {
        int left = cell % columns * (enlarged * width + 1);
        int top = cell / columns * (enlarged * height + 1);
        var raster = image.getRaster();
        int channels = raster.getNumBands();
        for (int y = 0; y < enlarged * height; y++)
            for (int x = 0; x < enlarged * width; x++)
                for (int c = 0; c < channels; c++)
                    raster.setSample(left + x, top + y, c, grey(samples.at(c, y / enlarged, x / enlarged)));
    }

    private static int grey(float sample) {
        return Math.round(255 * Math.clamp(sample, 0, 1));
    }

    int width() {
        return image.getWidth();
    }

    int height() {
        return image.getHeight();
    }

    byte[] png() throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}

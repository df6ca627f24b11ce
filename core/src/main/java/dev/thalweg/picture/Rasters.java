package dev.thalweg.picture;

import java.awt.image.BufferedImage;
import java.awt.image.ComponentSampleModel;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/// From AWT's many kinds of image to a [Picture]. Samples are taken from the raster, because
/// `getRGB` would convert grey as if it were linear light, and apply colour profiles.
final class Rasters {
    private Rasters() {}

    static Picture toPicture(BufferedImage image) {
        var raster = image.getRaster();
        if (image.getColorModel() instanceof IndexColorModel colors) return indexed(raster, colors);
        if (!(raster.getSampleModel() instanceof ComponentSampleModel)) return packed(raster);
        int channels = raster.getNumBands() >= 3 ? 3 : 1;
        if (raster.getDataBuffer() instanceof DataBufferByte buffer
                && raster.getSampleModelTranslateX() == 0
                && raster.getSampleModelTranslateY() == 0) return bytes(raster, buffer, channels);
        return samples(raster, channels);
    }

    /// The usual case: interleaved bytes, in whatever order of bands.
    private static Picture bytes(Raster raster, DataBufferByte buffer, int channels) {
        var model = (ComponentSampleModel) raster.getSampleModel();
        int width = raster.getWidth();
        int height = raster.getHeight();
        int step = model.getPixelStride();
        var pixels = new byte[width * height * channels];
        if (channels == 3 && step == 3 && model.getNumDataElements() == 3 && buffer.getNumBanks() == 1) {
            colours(buffer.getData(), buffer.getOffset(), model, width, height, pixels);
            return new Picture(width, height, channels, pixels);
        }
        for (int c = 0; c < channels; c++) {
            int bank = model.getBankIndices()[c];
            byte[] data = buffer.getData(bank);
            int first = model.getBandOffsets()[c] + buffer.getOffsets()[bank];
            for (int y = 0; y < height; y++) {
                int from = first + y * model.getScanlineStride();
                int to = y * width * channels + c;
                for (int x = 0; x < width; x++, from += step, to += channels) pixels[to] = data[from];
            }
        }
        return new Picture(width, height, channels, pixels);
    }

    /// Three bytes a pixel, such as JPEG files have them from the JDK: in one pass.
    private static void colours(
            byte[] data, int offset, ComponentSampleModel model, int width, int height, byte[] pixels) {
        int red = model.getBandOffsets()[0];
        int green = model.getBandOffsets()[1];
        int blue = model.getBandOffsets()[2];
        for (int y = 0, to = 0; y < height; y++) {
            int from = offset + y * model.getScanlineStride();
            for (int end = to + 3 * width; to < end; to += 3, from += 3) {
                pixels[to] = data[from + red];
                pixels[to + 1] = data[from + green];
                pixels[to + 2] = data[from + blue];
            }
        }
    }

    /// Samples of any width, reduced to their upper 8 bits.
    private static Picture samples(Raster raster, int channels) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        int shift = Math.max(raster.getSampleModel().getSampleSize(0) - 8, 0);
        var pixels = new byte[width * height * channels];
        for (int y = 0, o = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < channels; c++)
                    pixels[o++] = (byte) (raster.getSample(raster.getMinX() + x, raster.getMinY() + y, c) >> shift);
        return new Picture(width, height, channels, pixels);
    }

    private static Picture indexed(Raster raster, IndexColorModel colors) {
        boolean grey = true;
        for (int k = 0; k < colors.getMapSize(); k++)
            grey &= colors.getRed(k) == colors.getGreen(k) && colors.getRed(k) == colors.getBlue(k);
        int width = raster.getWidth();
        int height = raster.getHeight();
        int channels = grey ? 1 : 3;
        var pixels = new byte[width * height * channels];
        for (int y = 0, o = 0; y < height; y++)
            for (int x = 0; x < width; x++) {
                int index = raster.getSample(raster.getMinX() + x, raster.getMinY() + y, 0);
                pixels[o++] = (byte) colors.getRed(index);
                if (grey) continue;
                pixels[o++] = (byte) colors.getGreen(index);
                pixels[o++] = (byte) colors.getBlue(index);
            }
        return new Picture(width, height, channels, pixels);
    }

    /// Several samples in one number, each of its own number of bits.
    private static Picture packed(Raster raster) {
        int width = raster.getWidth();
        int height = raster.getHeight();
        var pixels = new byte[width * height * 3];
        for (int c = 0; c < 3; c++) {
            int most = (1 << raster.getSampleModel().getSampleSize(c)) - 1;
            for (int y = 0, o = c; y < height; y++)
                for (int x = 0; x < width; x++, o += 3) {
                    int sample = raster.getSample(raster.getMinX() + x, raster.getMinY() + y, c);
                    pixels[o] = (byte) (most == 255 ? sample : (255L * sample + most / 2) / most);
                }
        }
        return new Picture(width, height, 3, pixels);
    }
}

package dev.thalweg.report;

import dev.thalweg.format.AtomicFile;
import dev.thalweg.picture.Picture;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageIO;

/// A gallery as one PNG picture: a heading for each section, and its pictures in rows below.
record GalleryPicture(Gallery gallery) {
    private static final int GAP = 4;
    private static final int HEADING = 22;
    /// Tiny pictures are enlarged by a whole number, to sides of at least so many pixels.
    private static final int LEAST = 64;

    private static final Color GROUND = Color.WHITE;
    private static final Color INK = new Color(0x22, 0x26, 0x2a);
    /// In place of a picture that cannot be shown.
    private static final Color MISSING = new Color(0xd5, 0x5e, 0x00);

    /// @return whether it has headings
    boolean write(Path file) throws IOException {
        var headed = new AtomicBoolean(true);
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(paint(headed), "png", bytes);
        var content = ByteBuffer.wrap(bytes.toByteArray());
        AtomicFile.write(file, channel -> {
            while (content.hasRemaining()) channel.write(content);
        });
        return headed.get();
    }

    private BufferedImage paint(AtomicBoolean headed) {
        var first = gallery.pictures().getFirst();
        int times = Math.max(1, Math.ceilDiv(LEAST, Math.max(first.width(), first.height())));
        int width = first.width() * times + GAP;
        int height = first.height() * times + GAP;
        int rows = 0;
        int columns = 1;
        for (var section : gallery.sections()) {
            rows += Math.ceilDiv(section.shots().size(), Gallery.COLUMNS);
            columns =
                    Math.max(columns, Math.min(Gallery.COLUMNS, section.shots().size()));
        }
        var image = new BufferedImage(
                GAP + columns * width,
                GAP + gallery.sections().size() * HEADING + rows * height,
                BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setColor(GROUND);
        graphics.fillRect(0, 0, image.getWidth(), image.getHeight());
        graphics.setRenderingHint(
                RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
        int y = GAP;
        for (var section : gallery.sections()) {
            if (headed.get()) headed.set(write(graphics, section.title(), y));
            y += HEADING;
            for (int k = 0; k < section.shots().size(); k++) {
                int left = GAP + k % Gallery.COLUMNS * width;
                int top = y + k / Gallery.COLUMNS * height;
                var picture = section.shots().get(k).picture();
                if (picture == null) {
                    graphics.setColor(MISSING);
                    graphics.drawLine(left, top, left + width - GAP, top + height - GAP);
                    graphics.drawLine(left, top + height - GAP, left + width - GAP, top);
                } else {
                    paint(image, picture, left, top, times);
                }
            }
            y += Math.ceilDiv(section.shots().size(), Gallery.COLUMNS) * height;
        }
        graphics.dispose();
        return image;
    }

    /// Grey pictures, too, sample by sample: Java's drawing would take them for linear light.
    private static void paint(BufferedImage image, Picture grey, int left, int top, int times) {
        var picture = grey.withChannels(3);
        for (int y = 0; y < times * picture.height(); y++)
            for (int x = 0; x < times * picture.width(); x++) {
                int u = x / times;
                int v = y / times;
                image.setRGB(
                        left + x, top + y, picture.at(u, v, 0) << 16 | picture.at(u, v, 1) << 8 | picture.at(u, v, 2));
            }
    }

    /// Java needs a font of the system's, and throws all sorts of things where there is none.
    private static boolean write(Graphics2D graphics, String text, int top) {
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
            graphics.setColor(INK);
            graphics.drawString(text, GAP, top + HEADING - 7);
            return true;
        } catch (RuntimeException | LinkageError | InternalError e) {
            return false;
        }
    }
}

package dev.thalweg.data;

import dev.thalweg.picture.Picture;
import dev.thalweg.tensor.RandomKey;
import java.util.random.RandomGenerator;

/// Draws one 32 × 32 picture of an [Outline]: background, shape, things in front of it, light,
/// noise, in this order. Everything is a function of the key. Edges are antialiased by the share
/// of a pixel that a straight edge at the pixel's distance would cover.
final class ShapePainter {
    static final int SIDE = 32;

    // How hard it is. A person knows nearly every picture; a linear model knows few.
    private static final double SMALLEST = 7.5;
    private static final double LARGEST = 13.5;
    private static final double LEAST_CONTRAST = 0.35;
    private static final double TEXTURE_CONTRAST = 0.4;
    private static final double MOST_LIGHT = 0.35;
    private static final double MOST_NOISE = 0.06;

    private final RandomGenerator random;
    /// (height, width, 3), values about 0–1.
    private final float[] canvas = new float[SIDE * SIDE * 3];

    private ShapePainter(RandomKey key) {
        random = key.generator();
    }

    static Picture paint(Outline outline, RandomKey key) {
        var painter = new ShapePainter(key);
        painter.backgroundAndShape(outline);
        painter.occlude();
        return painter.develop();
    }

    private void backgroundAndShape(Outline outline) {
        double[] behind = colour();
        double[] front = colour();
        while (contrast(behind, front) < LEAST_CONTRAST) front = colour();
        var background = Texture.random(random, behind, TEXTURE_CONTRAST);
        var fill = Texture.random(random, front, TEXTURE_CONTRAST);

        double radius = random.nextDouble(SMALLEST, LARGEST);
        double stretch = StrictMath.exp(random.nextDouble(-0.15, 0.15));
        double room = SIDE / 2.0 - 0.9 * radius;
        double centreX = SIDE / 2.0 + random.nextDouble(-room, room);
        double centreY = SIDE / 2.0 + random.nextDouble(-room, room);
        double angle = random.nextDouble(2 * Math.PI);
        double cosine = StrictMath.cos(angle) / radius;
        double sine = StrictMath.sin(angle) / radius;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double dx = x + 0.5 - centreX;
                double dy = y + 0.5 - centreY;
                double u = (cosine * dx + sine * dy) * stretch;
                double v = (cosine * dy - sine * dx) / stretch;
                double cover = u * u + v * v > 2.2 ? 0 : Math.clamp(0.5 - radius * outline.distance(u, v), 0, 1);
                int at = (y * SIDE + x) * 3;
                if (cover < 1) blend(at, background, x, y, 1);
                if (cover > 0) blend(at, fill, x, y, cover);
            }
        }
    }

    /// In half of the pictures nothing, in a quarter each one or two bars or blobs of colours of their
    /// own.
    private void occlude() {
        int count = Math.max(random.nextInt(4) - 1, 0);
        for (int k = 0; k < count; k++) {
            double[] colour = colour();
            boolean bar = random.nextBoolean();
            double size = bar ? random.nextDouble(0.7, 1.6) : random.nextDouble(1.5, 3.2);
            double centreX = random.nextDouble(SIDE);
            double centreY = random.nextDouble(SIDE);
            double angle = random.nextDouble(Math.PI);
            double cosine = StrictMath.cos(angle);
            double sine = StrictMath.sin(angle);
            for (int y = 0; y < SIDE; y++) {
                for (int x = 0; x < SIDE; x++) {
                    double dx = x + 0.5 - centreX;
                    double dy = y + 0.5 - centreY;
                    double distance = bar ? Math.abs(cosine * dy - sine * dx) : Math.sqrt(dx * dx + dy * dy);
                    float cover = (float) Math.clamp(0.5 + size - distance, 0, 1);
                    if (cover == 0) continue;
                    int at = (y * SIDE + x) * 3;
                    for (int c = 0; c < 3; c++) canvas[at + c] += cover * ((float) colour[c] - canvas[at + c]);
                }
            }
        }
    }

    /// Light that falls off in some direction, noise of the film, and rounding to bytes.
    private Picture develop() {
        double light = random.nextDouble(MOST_LIGHT);
        double angle = random.nextDouble(2 * Math.PI);
        double slopeX = light * StrictMath.cos(angle) / (SIDE / 2.0);
        double slopeY = light * StrictMath.sin(angle) / (SIDE / 2.0);
        double noise = random.nextDouble(MOST_NOISE);
        var pixels = new byte[canvas.length];
        for (int y = 0, at = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double lit = 1 + slopeX * (x + 0.5 - SIDE / 2.0) + slopeY * (y + 0.5 - SIDE / 2.0);
                long bits = random.nextLong();
                for (int c = 0; c < 3; c++, at++, bits >>>= 21) {
                    // The sum of two uniform numbers, of mean 0 and variance 1.
                    double grain = ((bits & 0x3ff) + (bits >>> 10 & 0x3ff) - 1023) * (Math.sqrt(6) / 1024);
                    pixels[at] = (byte) Math.clamp(Math.round(255 * (canvas[at] * lit + noise * grain)), 0, 255);
                }
            }
        }
        return new Picture(SIDE, SIDE, 3, pixels);
    }

    private void blend(int at, Texture texture, int x, int y, double cover) {
        double share = texture.share(x, y);
        for (int c = 0; c < 3; c++) {
            double colour = texture.from()[c] + share * (texture.to()[c] - texture.from()[c]);
            canvas[at + c] += (float) (cover * (colour - canvas[at + c]));
        }
    }

    private double[] colour() {
        return new double[] {random.nextDouble(0.05, 0.95), random.nextDouble(0.05, 0.95), random.nextDouble(0.05, 0.95)
        };
    }

    /// How far apart two colours look: the distance in luma counts twice that in the channels.
    private static double contrast(double[] a, double[] b) {
        double red = a[0] - b[0];
        double green = a[1] - b[1];
        double blue = a[2] - b[2];
        double luma = 0.3 * red + 0.59 * green + 0.11 * blue;
        return Math.max(Math.abs(luma), Math.sqrt((red * red + green * green + blue * blue) / 3) / 2);
    }
}

package dev.thalweg.data;

import java.util.random.RandomGenerator;

/// A plane painted in two colours: all one, a gradient, stripes, a checkerboard, or clouds.
///
/// @param from red, green and blue, 0–1
/// @param to the other colour
/// @param cosine direction of gradient, stripes or board
/// @param period of stripes or board, in pixels
/// @param clouds values in [0, 1) at the points of a lattice, [#LATTICE] each way
record Texture(
        Kind kind,
        double[] from,
        double[] to,
        double cosine,
        double sine,
        double period,
        double phase,
        float[] clouds) {
    /// Points of the lattice of clouds along one side, [#SPACING] pixels apart.
    static final int LATTICE = 10;

    private static final double SPACING = 4;

    enum Kind {
        PLAIN,
        GRADIENT,
        STRIPES,
        BOARD,
        CLOUDS
    }

    /// A random texture whose colours lie around `colour`, up to `contrast` apart in each channel.
    static Texture random(RandomGenerator random, double[] colour, double contrast) {
        var kind = Kind.values()[random.nextInt(Kind.values().length)];
        var from = new double[3];
        var to = new double[3];
        for (int c = 0; c < 3; c++) {
            double half = contrast / 2 * random.nextDouble(-1, 1);
            from[c] = colour[c] - half;
            to[c] = colour[c] + half;
        }
        double angle = random.nextDouble(2 * Math.PI);
        var clouds = new float[kind == Kind.CLOUDS ? LATTICE * LATTICE : 0];
        for (int i = 0; i < clouds.length; i++) clouds[i] = random.nextFloat();
        return new Texture(
                kind,
                from,
                to,
                StrictMath.cos(angle),
                StrictMath.sin(angle),
                random.nextDouble(4, 9),
                random.nextDouble(9),
                clouds);
    }

    /// The share of the second colour at a pixel of a 32 × 32 picture, 0–1.
    double share(double x, double y) {
        double along = cosine * x + sine * y;
        double across = cosine * y - sine * x;
        return switch (kind) {
            case PLAIN -> 0.5;
            case GRADIENT -> Math.clamp(0.5 + (cosine * (x - 16) + sine * (y - 16)) / 32, 0, 1);
            case STRIPES -> wave(along);
            case BOARD -> {
                double u = wave(along);
                double v = wave(across);
                yield u * v + (1 - u) * (1 - v);
            }
            case CLOUDS -> cloud(x / SPACING, y / SPACING);
        };
    }

    /// A square wave with edges of one pixel.
    private double wave(double at) {
        double t = (at + phase) / period;
        double toEdge = (0.25 - Math.abs(t - Math.rint(t))) * period;
        return Math.clamp(0.5 + toEdge, 0, 1);
    }

    private double cloud(double u, double v) {
        int i = (int) u;
        int j = (int) v;
        double s = u - i;
        double t = v - j;
        int at = j * LATTICE + i;
        return (1 - t) * ((1 - s) * clouds[at] + s * clouds[at + 1])
                + t * ((1 - s) * clouds[at + LATTICE] + s * clouds[at + LATTICE + 1]);
    }
}

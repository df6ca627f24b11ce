package dev.thalweg.data;

/// The ten things that [Shapes] draws, as signed distances: negative inside, positive outside, and
/// near the outline the distance to it in units of the shape's radius. They fill about the circle
/// of radius 1. Only StrictMath is used, so that the pictures are the same on every machine.
enum Outline {
    CIRCLE {
        @Override
        double distance(double x, double y) {
            return length(x, y) - 0.9;
        }
    },
    SQUARE {
        @Override
        double distance(double x, double y) {
            return box(x, y, 0.78, 0.78);
        }
    },
    /// Equilateral, its corners at radius 1.
    TRIANGLE {
        @Override
        double distance(double x, double y) {
            return Math.max(-y, 0.5 * (Math.sqrt(3) * Math.abs(x) + y)) - 0.5;
        }
    },
    /// Five points at radius 1, five corners between them at radius 0.42.
    STAR {
        private static final double FIFTH = 2 * Math.PI / 5;
        private static final double INNER_X = 0.42 * StrictMath.cos(FIFTH / 2);
        private static final double INNER_Y = 0.42 * StrictMath.sin(FIFTH / 2);
        private static final double EDGE = StrictMath.hypot(1 - INNER_X, INNER_Y);

        @Override
        double distance(double x, double y) {
            // Folded into the half of one point that lies above its axis, there is but one edge.
            double angle = StrictMath.atan2(y, x);
            angle = Math.abs(angle - FIFTH * Math.rint(angle / FIFTH));
            double radius = Math.sqrt(x * x + y * y);
            double u = radius * StrictMath.cos(angle) - 1;
            double v = radius * StrictMath.sin(angle);
            return (u * INNER_Y + v * (1 - INNER_X)) / EDGE;
        }
    },
    RING {
        @Override
        double distance(double x, double y) {
            return Math.abs(length(x, y) - 0.7) - 0.22;
        }
    },
    CROSS {
        @Override
        double distance(double x, double y) {
            return Math.min(box(x, y, 0.95, 0.28), box(x, y, 0.28, 0.95));
        }
    },
    /// A disc from which another one has bitten.
    CRESCENT {
        @Override
        double distance(double x, double y) {
            return Math.max(length(x, y) - 0.95, 0.78 - length(x - 0.45, y));
        }
    },
    ARROW {
        @Override
        double distance(double x, double y) {
            double shaft = box(x, y + 0.4, 0.2, 0.55);
            double head = Math.max(0.05 - y, (Math.abs(x) * 0.9 + (y - 0.95) * 0.75) / StrictMath.hypot(0.9, 0.75));
            return Math.min(shaft, head);
        }
    },
    /// The lower part of a square on its corner, and two discs that its sides run into; between
    /// them the notch.
    HEART {
        private static final double HALF_DIAGONAL = 0.82;
        private static final double DISC_X = 0.48;
        private static final double DISC_Y = 0.4;
        private static final double DISC = (HALF_DIAGONAL + DISC_Y - DISC_X) / Math.sqrt(2);

        @Override
        double distance(double x, double y) {
            double up = y + 0.07;
            double across = Math.abs(x);
            double square = (across + Math.abs(up) - HALF_DIAGONAL) / Math.sqrt(2);
            double disc = length(across - DISC_X, up - DISC_Y) - DISC;
            return Math.min(Math.max(square, up - 0.35), disc);
        }
    },
    /// One period of a sine, drawn with a broad pen.
    WAVE {
        @Override
        double distance(double x, double y) {
            double slope = 0.5 * Math.PI * StrictMath.cos(Math.PI * x);
            double fromLine = Math.abs(y - 0.5 * StrictMath.sin(Math.PI * x)) / Math.sqrt(1 + slope * slope);
            return Math.max(fromLine - 0.2, Math.abs(x) - 1);
        }
    };

    abstract double distance(double x, double y);

    /// [StrictMath#hypot] guards against overflow, which takes ten times as long.
    private static double length(double x, double y) {
        return Math.sqrt(x * x + y * y);
    }

    private static double box(double x, double y, double halfWidth, double halfHeight) {
        return Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);
    }
}

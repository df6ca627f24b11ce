package dev.thalweg.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;

/// Lines, areas, circles and words on a ground, as SVG text and as PNG. The SVG is dark where what shows it is;
/// the PNG is light, and twice as fine as its coordinates.
final class Drawing {
    static final int WIDTH = 800, HEIGHT = 620;
    private static final int FINER = 2;
    /// No coordinate is further out: drawing programs have limits.
    private static final double FAR = 1e5;

    private final String title;
    private final String under;
    private final List<Item> items = new ArrayList<>();

    Drawing(String title, String under) {
        this.title = title;
        this.under = under;
        text(24, 34, title, 17, true, Anchor.START, Ink.TEXT);
        text(24, 56, under, 13, false, Anchor.START, Ink.SOFT);
    }

    /// Colours: those of the report's pages, and some that are the same in the light and in the dark.
    enum Ink {
        GROUND("#ffffff", "#1d2125"),
        TEXT("#1b2025", "#e8eaec"),
        SOFT("#56606a", "#a6afb8"),
        EDGE("#9aa3ab", "#6b747d"),
        GRID("#e6e9ec", "#2c3238"),
        BLUE("#0066a8", "#62b6f0"),
        ORANGE("#b34a00", "#f2a03d"),
        WAY("#e4480f", "#e4480f"),
        WHITE("#ffffff", "#ffffff"),
        BLACK("#10161c", "#10161c"),
        YELLOW("#ffe14d", "#ffe14d");

        private final String light;
        private final String dark;

        Ink(String light, String dark) {
            this.light = light;
            this.dark = dark;
        }

        boolean changes() {
            return !light.equals(dark);
        }
    }

    enum Anchor {
        START,
        MIDDLE,
        END
    }

    private sealed interface Item {}

    /// @param lines x, y, x, y, …
    /// @param color of what lies inside an odd number of the lines: an ink or a colour; null for nothing
    private record Lines(
            List<double[]> lines,
            boolean closed,
            @Nullable Object color,
            @Nullable Ink stroke,
            double thick) implements Item {}

    private record Circle(
            double x, double y, double radius, @Nullable Ink fill, Ink stroke, double thick) implements Item {}

    private record Words(
            double x, double y, String text, int size, boolean bold, Anchor anchor, boolean upright, Ink ink)
            implements Item {}

    /// From here on, nothing is seen outside.
    private record Window(double x, double y, double width, double height) implements Item {}

    private record EndOfWindow() implements Item {}

    void window(double x, double y, double width, double height) {
        items.add(new Window(x, y, width, height));
    }

    void endOfWindow() {
        items.add(new EndOfWindow());
    }

    /// @param color as `#rrggbb`
    void area(List<double[]> edges, String color) {
        items.add(new Lines(edges, true, color, null, 0));
    }

    /// An area with its edges.
    void area(List<double[]> edges, String color, Ink stroke, double thick) {
        items.add(new Lines(edges, true, color, stroke, thick));
    }

    void line(Ink ink, double thick, double... points) {
        items.add(new Lines(List.of(points), false, null, ink, thick));
    }

    void frame(Ink ink, double x, double y, double width, double height) {
        double[] corners = {x, y, x + width, y, x + width, y + height, x, y + height};
        items.add(new Lines(List.of(corners), true, null, ink, 1));
    }

    void circle(double x, double y, double radius, @Nullable Ink fill, Ink stroke, double thick) {
        items.add(new Circle(x, y, radius, fill, stroke, thick));
    }

    void text(double x, double y, String text, int size, boolean bold, Anchor anchor, Ink ink) {
        items.add(new Words(x, y, text, size, bold, anchor, false, ink));
    }

    /// From below upwards.
    void upright(double x, double y, String text, int size, Ink ink) {
        items.add(new Words(x, y, text, size, false, Anchor.MIDDLE, true, ink));
    }

    /// How wide words are, about.
    static double width(String text, int size) {
        return 0.56 * size * text.length();
    }

    String svg() {
        var out = new StringBuilder();
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%1$d\" height=\"%2$d\" viewBox=\"0 0 %1$d %2$d\""
                .formatted(WIDTH, HEIGHT));
        out.append(" font-family=\"system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', sans-serif\"");
        out.append(
                " stroke-linejoin=\"round\" stroke-linecap=\"round\" role=\"img\" aria-labelledby=\"title under\">\n");
        out.append("<title id=\"title\">").append(escaped(title)).append("</title>\n");
        out.append("<desc id=\"under\">").append(escaped(under)).append("</desc>\n");
        // Whoever knows no style sheets sees the light colours.
        out.append("<style>@media (prefers-color-scheme: dark) {");
        for (var ink : Ink.values())
            if (ink.changes())
                out.append(" .%1$s { fill: %2$s } .%1$s-line { stroke: %2$s }".formatted(name(ink), ink.dark));
        out.append(" }</style>\n");
        out.append("<rect width=\"%d\" height=\"%d\" rx=\"8\"%s/>\n".formatted(WIDTH, HEIGHT, fill(Ink.GROUND)));
        int windows = 0;
        for (var item : items) {
            switch (item) {
                case Window w -> {
                    windows++;
                    out.append(
                            "<clipPath id=\"window%d\"><rect x=\"%s\" y=\"%s\" width=\"%s\" height=\"%s\"/></clipPath>\n"
                                    .formatted(windows, n(w.x), n(w.y), n(w.width), n(w.height)));
                    out.append("<g clip-path=\"url(#window%d)\">\n".formatted(windows));
                }
                case EndOfWindow end -> out.append("</g>\n");
                case Lines lines -> {
                    out.append("<path d=\"");
                    for (double[] line : lines.lines) path(out, line, lines.closed);
                    out.append('"').append(paint(lines.color, lines.stroke, lines.thick));
                    if (lines.color != null) out.append(" fill-rule=\"evenodd\"");
                    out.append("/>\n");
                }
                case Circle c ->
                    out.append("<circle cx=\"%s\" cy=\"%s\" r=\"%s\"%s/>\n"
                            .formatted(n(c.x), n(c.y), n(c.radius), paint(c.fill, c.stroke, c.thick)));
                case Words w -> {
                    out.append("<text x=\"%s\" y=\"%s\" font-size=\"%d\"%s"
                            .formatted(n(w.x), n(w.y), w.size, fill(w.ink)));
                    if (w.bold) out.append(" font-weight=\"600\"");
                    if (w.anchor != Anchor.START)
                        out.append(" text-anchor=\"").append(name(w.anchor)).append('"');
                    if (w.upright) out.append(" transform=\"rotate(-90 %s %s)\"".formatted(n(w.x), n(w.y)));
                    out.append('>').append(escaped(w.text)).append("</text>\n");
                }
            }
        }
        return out.append("</svg>\n").toString();
    }

    private static void path(StringBuilder out, double[] line, boolean closed) {
        for (int i = 0; i < line.length; i += 2)
            out.append(i == 0 ? 'M' : ' ').append(n(line[i])).append(' ').append(n(line[i + 1]));
        if (closed) out.append('Z');
    }

    private static String fill(@Nullable Object color) {
        return paint(color, null, 0);
    }

    /// The attributes that colour something, and the classes by which the style sheet changes them.
    private static String paint(@Nullable Object color, @Nullable Ink stroke, double thick) {
        var classes = new ArrayList<String>();
        if (color instanceof Ink ink && ink.changes()) classes.add(name(ink));
        if (stroke != null && stroke.changes()) classes.add(name(stroke) + "-line");
        return " fill=\"%s\"".formatted(color == null ? "none" : color instanceof Ink ink ? ink.light : color)
                + (stroke == null ? "" : " stroke=\"%s\" stroke-width=\"%s\"".formatted(stroke.light, n(thick)))
                + (classes.isEmpty() ? "" : " class=\"%s\"".formatted(String.join(" ", classes)));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static String n(double value) {
        return String.format(Locale.ROOT, "%.1f", near(value)).replace(".0", "");
    }

    private static double near(double value) {
        return Double.isNaN(value) ? 0 : Math.clamp(value, -FAR, FAR);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /// @param lettered whether it has its words
    record Painted(byte[] png, boolean lettered) {}

    Painted png() throws IOException {
        var image = new BufferedImage(FINER * WIDTH, FINER * HEIGHT, BufferedImage.TYPE_INT_RGB);
        var graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.scale(FINER, FINER);
        graphics.setColor(color(Ink.GROUND));
        graphics.fill(new Rectangle2D.Double(0, 0, WIDTH, HEIGHT));
        boolean lettered = true;
        for (var item : items)
            switch (item) {
                case Window w -> graphics.clip(new Rectangle2D.Double(w.x, w.y, w.width, w.height));
                case EndOfWindow end -> graphics.setClip(null);
                case Lines lines -> paint(graphics, lines);
                case Circle c -> {
                    var shape = new Ellipse2D.Double(
                            near(c.x) - c.radius, near(c.y) - c.radius, 2 * c.radius, 2 * c.radius);
                    if (c.fill != null) fill(graphics, shape, c.fill);
                    stroke(graphics, shape, c.stroke, c.thick);
                }
                case Words w -> lettered = lettered && write(graphics, w);
            }
        graphics.dispose();
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return new Painted(bytes.toByteArray(), lettered);
    }

    private static void paint(Graphics2D graphics, Lines lines) {
        var shape = new Path2D.Double(Path2D.WIND_EVEN_ODD);
        for (double[] line : lines.lines) {
            for (int i = 0; i < line.length; i += 2)
                if (i == 0) shape.moveTo(near(line[0]), near(line[1]));
                else shape.lineTo(near(line[i]), near(line[i + 1]));
            if (lines.closed && line.length > 0) shape.closePath();
        }
        if (lines.color != null) fill(graphics, shape, lines.color);
        if (lines.stroke != null) stroke(graphics, shape, lines.stroke, lines.thick);
    }

    private static void fill(Graphics2D graphics, Shape shape, Object color) {
        graphics.setColor(color(color));
        graphics.fill(shape);
    }

    private static void stroke(Graphics2D graphics, Shape shape, Ink ink, double thick) {
        graphics.setColor(color(ink));
        graphics.setStroke(new BasicStroke((float) thick, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.draw(shape);
    }

    private static Color color(Object color) {
        return Color.decode(color instanceof Ink ink ? ink.light : color.toString());
    }

    /// Java needs a font of the system's, and throws all sorts of things where there is none.
    private static boolean write(Graphics2D graphics, Words words) {
        try {
            graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
            graphics.setFont(new Font(Font.SANS_SERIF, words.bold ? Font.BOLD : Font.PLAIN, words.size));
            graphics.setColor(color(words.ink));
            double width = graphics.getFontMetrics()
                    .getStringBounds(words.text, graphics)
                    .getWidth();
            double back = switch (words.anchor) {
                case START -> 0;
                case MIDDLE -> width / 2;
                case END -> width;
            };
            var before = graphics.getTransform();
            graphics.translate(words.x, words.y);
            if (words.upright) graphics.rotate(-Math.PI / 2);
            graphics.drawString(words.text, (float) -back, 0);
            graphics.setTransform(before);
            return true;
        } catch (RuntimeException | LinkageError | InternalError e) {
            return false;
        }
    }
}

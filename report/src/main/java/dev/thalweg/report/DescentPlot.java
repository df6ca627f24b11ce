package dev.thalweg.report;

import dev.thalweg.format.AtomicFile;
import dev.thalweg.minimize.Result;
import dev.thalweg.minimize.problems.Problem;
import dev.thalweg.tensor.Quote;
import dev.thalweg.tensor.Require;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Locale;

/// A descent as a picture: of a function of two variables a map with the way on it, of others the value and
/// the gradient's norm against the evaluations.
///
/// @param problem that was minimized; whoever has a function of their own makes one of it
/// @param method as the title names it
public record DescentPlot(Problem problem, String method, DescentTrace trace, Result result) {
    public DescentPlot {
        Require.that(!trace.moments().isEmpty(), "a trace must have seen the descent");
    }

    /// Refuses a file whose name does not end in `.svg` or `.png`.
    ///
    /// @throws IllegalArgumentException with a sentence
    public static void check(Path file) {
        Require.that(
                isSvg(file) || has(file, ".png"),
                "a picture's name must end in .svg or .png, got %s",
                Quote.of(file.toString()));
    }

    /// Writes the picture, as SVG or PNG by the ending of the name.
    ///
    /// @return whether it has letters: in PNG they need a font, and not every server has one
    /// @throws IllegalArgumentException as [#check] does
    public boolean write(Path file) throws IOException {
        check(file);
        var drawing = drawing();
        if (isSvg(file)) {
            RunReport.write(file, drawing.svg());
            return true;
        }
        var painted = drawing.png();
        var content = ByteBuffer.wrap(painted.png());
        AtomicFile.write(file, channel -> {
            while (content.hasRemaining()) channel.write(content);
        });
        return painted.lettered();
    }

    private Drawing drawing() {
        var drawing = new Drawing(
                "%s by %s".formatted(problem.title(), method),
                PageText.text(
                        "%s, %s, value %s, gradient's norm %s: %s",
                        counted(result.iterations(), "iteration"),
                        counted(result.evaluations(), "evaluation"),
                        Ticks.number(result.value(), 4),
                        Ticks.number(result.gradientNorm(), 3),
                        result.reason().key().replace('_', ' ')));
        if (problem.dimension() == 2) new DescentMap(problem, trace.moments(), result).draw(drawing);
        else new DescentCourse(problem, trace.moments()).draw(drawing);
        return drawing;
    }

    private static String counted(int count, String what) {
        return PageText.count(count) + " " + what + (count == 1 ? "" : "s");
    }

    private static boolean isSvg(Path file) {
        return has(file, ".svg");
    }

    private static boolean has(Path file, String ending) {
        return file.toString().toLowerCase(Locale.ROOT).endsWith(ending);
    }
}

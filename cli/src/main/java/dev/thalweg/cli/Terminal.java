package dev.thalweg.cli;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.util.Locale;

/// Whether standard error is a terminal, and how wide. Java knows of its console only where input and
/// output are both one; progress is worth a bar even where input comes from elsewhere.
final class Terminal {
    private static final int STDERR = 2;
    private static final int USUAL_WIDTH = 80;

    private Terminal() {}

    /// Whether a line can be written over.
    static boolean live() {
        return isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    static boolean coloured() {
        String no = System.getenv("NO_COLOR");
        return live() && (no == null || no.isEmpty());
    }

    private static boolean isTerminal() {
        if (windows()) return System.console() != null && System.console().isTerminal();
        try {
            var linker = Linker.nativeLinker();
            var isatty = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("isatty"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
            return (int) isatty.invokeExact(STDERR) == 1;
        } catch (Throwable e) {
            return false; // then plain lines will do
        }
    }

    /// Columns, now.
    static int width() {
        if (windows()) return USUAL_WIDTH;
        try (var arena = Arena.ofConfined()) {
            var linker = Linker.nativeLinker();
            var ioctl = linker.downcallHandle(
                    linker.defaultLookup().findOrThrow("ioctl"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                    Linker.Option.firstVariadicArg(2));
            boolean linux = System.getProperty("os.name").equals("Linux");
            long getWindowSize = linux ? 0x5413 : 0x40087468;
            var size = arena.allocate(8, 8); // rows, columns, and pixels: four shorts
            int status = (int) ioctl.invokeExact(STDERR, getWindowSize, size);
            int columns = size.get(JAVA_SHORT, 2) & 0xffff;
            return status == 0 && columns > 0 ? columns : USUAL_WIDTH;
        } catch (Throwable e) {
            return USUAL_WIDTH;
        }
    }

    private static boolean windows() {
        return System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows");
    }
}

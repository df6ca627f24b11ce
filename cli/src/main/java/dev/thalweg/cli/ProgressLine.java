package dev.thalweg.cli;

import java.io.PrintWriter;
import java.util.function.LongFunction;

/// How far something is: on a terminal one line that is written over and over, elsewhere a plain line every
/// half minute.
final class ProgressLine {
    /// Nanoseconds between two looks of the live line, and between two plain lines.
    private static final long REDRAW = 100_000_000L, PLAIN = 30_000_000_000L;

    private static final int LONGEST_BAR = 30;

    private final PrintWriter err;
    private final boolean live;
    private final boolean coloured;
    private final LongFunction<String> unit;
    private String what = "";
    private long from;
    private long began;
    private long last;
    private boolean drawn;

    /// @param unit how to say an amount, such as `12.3 MB`
    ProgressLine(PrintWriter err, LongFunction<String> unit) {
        this(err, Terminal.live(), Terminal.coloured(), unit);
    }

    ProgressLine(PrintWriter err, boolean live, boolean coloured, LongFunction<String> unit) {
        this.err = err;
        this.live = live;
        this.coloured = coloured;
        this.unit = unit;
    }

    /// Something else begins, `have` of it being done already.
    void begin(String what, long have) {
        clear();
        this.what = what;
        from = have;
        began = System.nanoTime();
        last = live ? 0 : began;
    }

    void at(long done, long of) {
        long now = System.nanoTime();
        if (now - last < (live ? REDRAW : PLAIN)) return;
        last = now;
        double seconds = (now - began) / 1e9;
        double rate = (done - from) / seconds;
        String numbers = " %3.0f %%  %s%s"
                .formatted(
                        100.0 * done / of,
                        unit.apply(done),
                        seconds < 1 || rate <= 0
                                ? ""
                                : "  %s/s  %s left".formatted(unit.apply((long) rate), Text.clock((of - done) / rate)));
        if (live) draw(numbers, (double) done / of);
        else err.println(what + numbers);
        err.flush();
    }

    private void draw(String numbers, double share) {
        int width = Terminal.width();
        int room = Math.min(LONGEST_BAR, width - 2 - what.length() - numbers.length());
        String line = what + " " + (room >= 5 ? bar(share, room, coloured) : "") + numbers;
        err.print("\r" + (room >= 0 ? line : line.substring(0, Math.max(1, Math.min(line.length(), width - 1))))
                + "\033[K");
        drawn = true;
    }

    /// A bar of `room` columns.
    static String bar(double share, int room, boolean coloured) {
        int halves = (int) Math.floor(2 * room * Math.clamp(share, 0, 1));
        String done = "━".repeat(halves / 2) + (halves % 2 == 1 ? "╸" : "");
        String rest = (coloured ? "━" : " ").repeat(room - done.length());
        return coloured ? "\033[36m" + done + "\033[90m" + rest + "\033[0m" : done + rest;
    }

    /// A line that stays.
    void say(String sentence) {
        clear();
        err.println(sentence);
        err.flush();
    }

    /// Takes the live line away.
    void clear() {
        if (!drawn) return;
        err.print("\r\033[K");
        err.flush();
        drawn = false;
    }
}

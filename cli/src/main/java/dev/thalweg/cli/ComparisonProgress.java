package dev.thalweg.cli;

import dev.thalweg.compare.ContestListener;
import dev.thalweg.compare.ContestProgress;
import dev.thalweg.compare.Standings;
import dev.thalweg.compare.Trial;
import dev.thalweg.tensor.Quote;
import dev.thalweg.train.Progress;
import dev.thalweg.train.Result;
import java.io.PrintWriter;

/// A comparison's progress: on a terminal one line that is written over and over, elsewhere a plain line every half
/// minute; in both cases a line that stays for each rate that was found and each full run.
final class ComparisonProgress implements ContestListener {
    /// Nanoseconds between two looks of the live line, and between two plain lines.
    private static final long REDRAW = 100_000_000L, PLAIN = 30_000_000_000L;
    private static final int LONGEST_BAR = 20;

    private final PrintWriter err;
    private final boolean live;
    private final boolean coloured;
    private final int nameWidth;
    private long last = System.nanoTime();
    private boolean drawn;

    ComparisonProgress(PrintWriter err, boolean live, boolean coloured, int nameWidth) {
        this.err = err;
        this.live = live;
        this.coloured = coloured;
        this.nameWidth = nameWidth;
    }

    @Override
    public void progress(ContestProgress p) {
        long now = System.nanoTime();
        if (now - last < (live ? REDRAW : PLAIN)) return;
        last = now;
        String line = line(p);
        if (live) draw(line, share(p.run()));
        else say(line);
    }

    /// Which run of how many, what it is, how far it is, how long the rest will take.
    static String line(ContestProgress p) {
        return "run %d/%d  %s  epoch %d/%s %3.0f %%  %s left"
                .formatted(
                        p.done() + 1,
                        p.of(),
                        p.trial(),
                        p.run().epoch(),
                        Text.plain(Math.ceil(p.run().epochs())),
                        100 * share(p.run()),
                        Text.clock(p.secondsLeft()));
    }

    private static double share(Progress run) {
        return (double) run.step() / run.steps();
    }

    private synchronized void draw(String line, double share) {
        int width = Terminal.width();
        int room = Math.min(LONGEST_BAR, width - 3 - line.length());
        String bar = room >= 5 ? ProgressLine.bar(share, room, coloured) + "  " : "";
        err.print("\r" + bar + (line.length() < width ? line : line.substring(0, Math.max(1, width - 1))) + "\033[K");
        err.flush();
        drawn = true;
    }

    @Override
    public void finished(Trial trial, Standings.Row row, Standings standings) {
        if (!trial.search()) say(full(trial, row));
        else if (row.searched()) say(searched(row));
    }

    private String searched(Standings.Row row) {
        long diverged = row.search().stream()
                .filter(one -> one.ended() == Result.Ended.DIVERGED)
                .count();
        String tried = Text.counted(row.search().size(), "rate") + " tried"
                + (diverged > 0 ? ", %d of them diverged".formatted(diverged) : "");
        Double rate = row.rate();
        if (rate == null) return named(row, "no learning rate found: %s".formatted(tried));
        double accuracy = row.search().stream()
                .filter(one -> one.rate() == rate)
                .map(Standings.Try::validationAccuracy)
                .mapToDouble(found -> found == null ? Double.NaN : found)
                .findFirst()
                .orElse(Double.NaN);
        return named(
                row,
                "learning rate %s: validation %s; %s%s"
                        .formatted(
                                Text.number(rate),
                                Text.percent(accuracy),
                                tried,
                                row.atEdge() ? ", and the best lies at their end" : ""));
    }

    private String full(Trial trial, Standings.Row row) {
        var run = row.runs().stream()
                .filter(one -> one.seed() == trial.seed())
                .findFirst()
                .orElseThrow();
        if (run.ended() == Result.Ended.DIVERGED) return named(row, "seed %d: diverged".formatted(trial.seed()));
        Double test = run.testAccuracy(), validation = run.validationAccuracy();
        return named(
                row,
                "seed %d: %s%s in %s"
                        .formatted(
                                trial.seed(),
                                test == null ? "" : "test %s, ".formatted(Text.percent(test)),
                                "validation " + Text.percent(validation == null ? Double.NaN : validation),
                                Text.clock(run.seconds())));
    }

    private String named(Standings.Row row, String text) {
        return ("%-" + nameWidth + "s  %s").formatted(row.name(), text);
    }

    @Override
    public void note(String sentence) {
        say(sentence);
    }

    /// A line that stays. From any thread.
    synchronized void say(String sentence) {
        clear();
        err.println(Quote.line(sentence));
        err.flush();
    }

    /// Takes the live line away.
    synchronized void clear() {
        if (!drawn) return;
        err.print("\r\033[K");
        err.flush();
        drawn = false;
    }
}

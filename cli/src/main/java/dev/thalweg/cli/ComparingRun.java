package dev.thalweg.cli;

import dev.thalweg.compare.ContestListener;
import dev.thalweg.compare.ContestRun;
import dev.thalweg.compare.Ranking;
import dev.thalweg.compare.Spread;
import dev.thalweg.compare.Standings;
import dev.thalweg.compare.Trial;
import dev.thalweg.report.ContestReport;
import dev.thalweg.tensor.Quote;
import dev.thalweg.tensor.ShellWord;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A comparison as a user sees it: what is compared before, progress while, a table after.
///
/// @param out for the results
/// @param err for what goes on
record ComparingRun(ContestRun contest, PrintWriter out, PrintWriter err) {

    /// @return the exit status
    int run() throws IOException {
        header();
        var progress = new ComparisonProgress(err, Terminal.live(), Terminal.coloured(), nameWidth());
        contest.listen(progress).listen(new ContestListener() {
            @Override
            public void finished(Trial trial, Standings.Row row, Standings standings) {
                page(standings);
            }
        });
        Standings standings;
        try (var signals = new Signals(() -> {
            contest.stop();
            progress.say("Ending with a checkpoint … (Ctrl-C again quits at once)");
        })) {
            standings = contest.run();
        } finally {
            progress.clear();
        }
        err.println();
        err.flush();
        if (Ranking.of(standings).stream().anyMatch(row -> !row.runs().isEmpty())) table(standings);
        if (page(standings))
            row("page", contest.folder().resolve(ContestReport.FILE).toString());
        row("numbers", contest.folder().resolve(Standings.FILE).toString());
        if (!standings.complete())
            row(
                    "to go on",
                    "./thalweg compare --resume "
                            + ShellWord.of(contest.folder().toString()));
        out.flush();
        return standings.complete() ? Exit.DONE : Exit.STOPPED;
    }

    private int nameWidth() {
        return contest.contest().entrants().stream()
                .mapToInt(entrant -> entrant.name().length())
                .max()
                .orElse(0);
    }

    private void header() {
        var settings = contest.contest();
        var before = contest.standings();
        var t = settings.recipe().training();
        told("data", before.data());
        told("network", "%s, %,d parameters".formatted(before.network(), before.parameters()));
        told(
                "training",
                "%s of batch %d; %s, %s"
                        .formatted(
                                Text.counted(t.epochs(), "epoch"),
                                t.batch() * t.accumulate(),
                                before.precision(),
                                Text.counted(t.threads(), "thread")));
        told(
                "rules",
                String.join(
                        ", ",
                        settings.entrants().stream()
                                .map(entrant -> entrant.name())
                                .toList()));
        int points = settings.grid().points();
        told(
                "search",
                points == 1
                        ? "none: each rule at its customary learning rate"
                        : "%d learning rates each, for %s with seed %d"
                                .formatted(points, Text.counted(settings.grid().epochs(), "epoch"), t.seed()));
        told("seeds", settings.seeds() == 1 ? "1" : "%d to %d".formatted(t.seed(), t.seed() + settings.seeds() - 1));
        told("folder", contest.folder().toString());
        if (contest.done() > 0)
            told(
                    "resumed",
                    "%s over already"
                            .formatted(contest.done() == 1 ? "1 run is" : "%,d runs are".formatted(contest.done())));
        err.println();
        err.flush();
    }

    private void told(String name, String text) {
        err.printf("%-11s %s%n", name, Quote.line(text));
    }

    private void row(String name, String text) {
        out.printf("%-11s %s%n", name, Quote.line(text));
    }

    /// Whatever hinders it, the numbers are there.
    private boolean page(Standings standings) {
        try {
            new ContestReport(standings).write(contest.folder().resolve(ContestReport.FILE));
            return true;
        } catch (IOException | RuntimeException e) {
            err.println("The page was not written: " + Failures.sentence(e));
            return false;
        }
    }

    // The table.

    private void table(Standings standings) {
        var ranked = Ranking.of(standings);
        var target = standings.target();
        boolean test = ranked.stream().anyMatch(row -> row.test().runs() > 0);
        var lines = new ArrayList<List<String>>();
        var head = new ArrayList<>(List.of("rule", (test ? "test" : "validation") + " accuracy, %", "learning rate"));
        if (target != null) {
            String goal = ContestReport.percent(target.accuracy());
            head.add("epochs to " + goal);
            head.add("seconds to " + goal);
        }
        head.add("seconds of a run");
        lines.add(head);
        for (var row : ranked) {
            var line = new ArrayList<>(List.of(
                    row.name(),
                    ContestReport.text(Ranking.measure(row), 100, 2),
                    row.rate() == null ? "–" : Text.number(row.rate())));
            if (target != null) {
                line.add(reached(row, row.epochsToTarget()));
                line.add(reached(row, row.secondsToTarget()));
            }
            line.add(ContestReport.text(row.seconds(), 1, 1));
            lines.add(line);
        }
        print(lines);
        out.println();
        told(standings, ranked).forEach(line -> out.println(Quote.line(line)));
        out.println();
    }

    /// With how many runs did, where not all did.
    private static String reached(Standings.Row row, Spread spread) {
        long runs = row.runs().size() - row.diverged();
        return ContestReport.text(spread, 1, 1)
                + (0 < spread.runs() && spread.runs() < runs ? " (%d of %d)".formatted(spread.runs(), runs) : "");
    }

    private void print(List<List<String>> lines) {
        var widths = new int[lines.getFirst().size()];
        for (var line : lines)
            for (int i = 0; i < widths.length; i++)
                widths[i] = Math.max(widths[i], line.get(i).length());
        for (var line : lines) {
            var text = new StringBuilder();
            for (int i = 0; i < widths.length; i++) text.append(("%-" + widths[i] + "s  ").formatted(line.get(i)));
            out.println(Quote.line(text.toString().stripTrailing()));
        }
    }

    /// How to read the table.
    private static List<String> told(Standings standings, List<Standings.Row> ranked) {
        var said = new ArrayList<String>();
        int seeds = standings.settings().seeds();
        said.add((seeds == 1 ? "One seed" : "Mean ± standard deviation over %d seeds".formatted(seeds))
                + "; times are of this machine, without evaluation.");
        var target = standings.target();
        if (target != null) said.add(ContestReport.explained(target));
        String alike = ContestReport.leaders(ranked);
        if (!alike.isEmpty()) said.add(alike);
        for (var row : ranked) {
            @Nullable String remark = ContestReport.remark(row);
            if (remark != null) said.add("%s: %s.".formatted(row.name(), remark));
        }
        return said;
    }
}

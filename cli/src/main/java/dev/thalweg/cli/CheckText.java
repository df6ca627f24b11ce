package dev.thalweg.cli;

import dev.thalweg.data.check.CheckReport;
import dev.thalweg.data.check.DataSummary;
import dev.thalweg.data.check.Finding;
import dev.thalweg.data.check.Severity;
import dev.thalweg.tensor.Quote;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A check of data, for people.
final class CheckText {
    /// Classes that are listed one by one; of more, the smallest and the largest.
    private static final int CLASSES = 24;
    /// Groups of files that a finding names unless all are asked for.
    private static final int GROUPS = 3;
    /// Files of one group, likewise.
    private static final int FILES = 4;

    private static final int BAR = 24;
    private static final String INDENT = " ".repeat(9);

    private final PrintWriter out;
    private final boolean all;

    CheckText(PrintWriter out, boolean all) {
        this.out = out;
        this.all = all;
    }

    void print(CheckReport report) {
        var summary = report.summary();
        if (summary != null) {
            classes(summary);
            var pictures = summary.pictures();
            if (pictures != null && pictures.count() > 0) pictures(pictures);
            out.println();
        }
        for (var finding : report.findings()) finding(finding);
        if (report.expected() != null) {
            out.println("Expected:");
            out.println(report.expected());
            out.println();
        }
        if (report.found() != null) {
            out.println("Found:");
            out.println(report.found());
            out.println();
        }
        verdict(report);
    }

    private void classes(DataSummary summary) {
        out.println("%s: %s; %s"
                .formatted(
                        Quote.line(summary.name()),
                        counted(summary.classes().size(), "class"),
                        summary.parts().stream()
                                .map(part -> "%,d %s".formatted(part.examples(), part.name()))
                                .collect(Collectors.joining(", "))));
        var first = summary.parts().getFirst();
        var shown = shown(first.counts());
        int widest = Math.clamp(
                shown.stream()
                        .mapToInt(c -> c < 0 ? 1 : summary.classes().get(c).length())
                        .max()
                        .orElse(1),
                5,
                32);
        int most = first.counts().stream().mapToInt(Integer::intValue).max().orElse(1);
        String row = "  %-" + widest + "s  %-" + BAR + "s";
        var heads = new StringBuilder(row.formatted("", ""));
        for (var part : summary.parts()) heads.append("%11s".formatted(part.name()));
        out.println(heads);
        for (int c : shown) {
            if (c < 0) {
                out.printf("  … %,d more%n", summary.classes().size() - shown.size() + 1);
                continue;
            }
            var line = new StringBuilder(row.formatted(
                    cut(Quote.line(summary.classes().get(c)), widest),
                    "█".repeat((int) Math.ceil((double) BAR * first.counts().get(c) / Math.max(1, most)))));
            for (var part : summary.parts())
                line.append("%,11d".formatted(part.counts().get(c)));
            out.println(line);
        }
        out.println();
    }

    /// All classes, or the smallest and the largest of many with −1 between.
    private static List<Integer> shown(List<Integer> counts) {
        var order = new ArrayList<>(IntStream.range(0, counts.size()).boxed().toList());
        if (order.size() <= CLASSES) return order;
        order.sort(Comparator.comparing(counts::get));
        int half = CLASSES / 3;
        var shown = new ArrayList<>(order.reversed().subList(0, half));
        shown.add(-1);
        shown.addAll(order.reversed().subList(order.size() - half, order.size()));
        return shown;
    }

    private void pictures(DataSummary.Pictures p) {
        line(
                "pictures",
                "%,d readable%s".formatted(p.count(), p.formats().isEmpty() ? "" : ": " + counts(p.formats())));
        line("colours", counts(p.channels()) + (p.colours().isEmpty() ? "" : "; stored as " + counts(p.colours())));
        if (p.width() != null && p.height() != null) {
            line("width", spread(p.width(), "%,.0f"::formatted) + " pixels");
            line("height", spread(p.height(), "%,.0f"::formatted) + " pixels");
        }
        if (p.aspect() != null) line("aspect", spread(p.aspect(), "%.2f"::formatted) + " (width over height)");
        if (p.bytes() != null) line("file size", spread(p.bytes(), bytes -> Text.bytes((long) bytes)));
        if (!p.mean().isEmpty()) {
            line("mean", numbers(p.mean()) + (p.mean().size() == 3 ? "  (red, green, blue of training, 0 … 1)" : ""));
            line("deviation", numbers(p.deviation()));
        }
    }

    private void line(String name, String text) {
        out.printf("  %-10s %s%n", name, text);
    }

    private static String counts(Map<String, Integer> counts) {
        return counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
                .map(entry -> "%,d %s".formatted(entry.getValue(), entry.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String spread(DataSummary.Spread s, DoubleFunction<String> number) {
        return s.min() == s.max()
                ? number.apply(s.min())
                : "%s to %s, median %s"
                        .formatted(number.apply(s.min()), number.apply(s.max()), number.apply(s.median()));
    }

    private static String numbers(List<Double> values) {
        return values.stream().map("%.4f"::formatted).collect(Collectors.joining(" "));
    }

    private void finding(Finding finding) {
        out.printf("%-8s %s%n", finding.severity().name().toLowerCase(Locale.ROOT), Quote.line(finding.sentence()));
        var groups = finding.groups();
        int shown = all ? groups.size() : Math.min(GROUPS, groups.size());
        for (var group : groups.subList(0, shown))
            out.println(INDENT + Quote.line(group(group, finding.id().startsWith("near-") ? " ≈ " : " = ")));
        if (shown < groups.size()) out.println(INDENT + "… and %,d more (--all)".formatted(groups.size() - shown));
        var mend = finding.mend();
        if (mend != null) out.println(INDENT + "→ " + Quote.line(mend));
        out.println();
    }

    private String group(List<Finding.Item> group, String sign) {
        int shown = all ? group.size() : Math.min(FILES, group.size());
        String files = group.subList(0, shown).stream().map(this::item).collect(Collectors.joining(sign));
        return files + (shown < group.size() ? sign + "… (%,d in all)".formatted(group.size()) : "");
    }

    private String item(Finding.Item item) {
        // The names of folders of pictures have their class in them; records need it said.
        boolean told = item.className().isEmpty() || item.name().contains(item.className());
        return item.name()
                + (told ? "" : " (%s, %s)".formatted(item.part(), item.className()))
                + detail(item.detail(), item);
    }

    private static String detail(@Nullable String detail, Finding.Item item) {
        if (detail == null) return "";
        // A reader's sentence begins with the file, which stands here already.
        String file = Quote.line(item.file());
        return ": " + (detail.startsWith(file) ? detail.substring(file.length()).replaceFirst("^[:, ]+", "") : detail);
    }

    private void verdict(CheckReport report) {
        long errors = report.count(Severity.ERROR), warnings = report.count(Severity.WARNING);
        long notes = report.count(Severity.NOTE);
        var parts = new ArrayList<String>();
        if (errors > 0) parts.add(counted(errors, "error"));
        if (warnings > 0) parts.add(counted(warnings, "warning"));
        if (notes > 0) parts.add(counted(notes, "note"));
        var summary = report.summary();
        String found = parts.isEmpty() ? "nothing to mend" : String.join(", ", parts);
        if (summary == null || summary.pictures() == null) {
            out.println(found);
            return;
        }
        long pictures =
                summary.parts().stream().mapToLong(DataSummary.Part::examples).sum();
        out.println("%s; %s looked at in %.1f s (%s images/s)"
                .formatted(
                        found,
                        counted(pictures, "picture"),
                        report.seconds(),
                        Text.rate(pictures / Math.max(1e-3, report.seconds()))));
    }

    private static String counted(long count, String what) {
        return "%,d %s".formatted(count, count == 1 ? what : what.endsWith("s") ? what + "es" : what + "s");
    }

    private static String cut(String text, int length) {
        return text.length() <= length ? text : text.substring(0, length - 1) + "…";
    }
}

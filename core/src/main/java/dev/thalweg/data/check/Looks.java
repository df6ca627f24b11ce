package dev.thalweg.data.check;

import dev.thalweg.tensor.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Findings about single pictures.
final class Looks {
    /// Pixels of the shorter side.
    private static final int TINY = 16;
    /// Of the median shorter side: less is tiny among the others.
    private static final double TINY_SHARE = 0.25;
    /// Pixels: as large as the network's input is small.
    private static final long HUGE = 16_000_000;
    /// Longer side over shorter.
    private static final double LONG = 3;

    /// Share of all files that a format has which is odd among them.
    private static final double ODD = 0.01;

    private final String source;
    private final Survey survey;
    private final List<Finding> findings = new ArrayList<>();

    private Looks(String source, Survey survey) {
        this.source = source;
        this.survey = survey;
    }

    static List<Finding> findings(String source, Survey survey) {
        var looks = new Looks(source, survey);
        looks.unreadable();
        looks.sizes();
        looks.colours();
        looks.formats();
        return looks.findings;
    }

    private void unreadable() {
        var cut = items(i -> !survey.readable(i) && isCut(i), i -> survey.failures[i]);
        var bad = items(i -> !survey.readable(i) && !isCut(i), i -> survey.failures[i]);
        String skip = ", or train without: ./thalweg train %s --skip-unreadable".formatted(ShellWord.of(source));
        if (!bad.isEmpty())
            add(
                    "unreadable",
                    Severity.ERROR,
                    "%s cannot be read: training stops at %s."
                            .formatted(English.counted(bad.size(), "picture"), bad.size() == 1 ? "it" : "the first"),
                    "Replace %s; delete: ".formatted(bad.size() == 1 ? "it" : "them")
                            + Mend.delete(source, "unreadable", ".groups[][]", bad)
                            + skip,
                    bad);
        if (!cut.isEmpty())
            add(
                    "truncated",
                    Severity.ERROR,
                    "%s cut short, as a copy or download that was broken off leaves them, and cannot be read."
                            .formatted(English.are(cut.size(), "picture")),
                    "Copy %s again; delete: ".formatted(cut.size() == 1 ? "it" : "them")
                            + Mend.delete(source, "truncated", ".groups[][]", cut)
                            + skip,
                    cut);
        var open = items(i -> survey.readable(i) && isCut(i), i -> null);
        if (!open.isEmpty())
            add(
                    "no-end",
                    Severity.NOTE,
                    "%s without the mark that ends a file of its kind, but can be read; the lowest rows may be grey."
                            .formatted(English.are(open.size(), "picture")),
                    "Look at them; where something is missing, copy them again.",
                    open);
    }

    private boolean isCut(int i) {
        var file = survey.files[i];
        return file != null && !file.complete();
    }

    private void sizes() {
        double[] sides = IntStream.range(0, survey.size())
                .filter(survey::readable)
                .mapToDouble(this::shorter)
                .toArray();
        var spread = DataSummary.Spread.of(sides);
        if (spread == null) return;
        double tiny = Math.max(TINY, TINY_SHARE * spread.median());
        var small = items(i -> survey.readable(i) && shorter(i) < tiny, this::size);
        if (!small.isEmpty())
            add(
                    "tiny",
                    Severity.WARNING,
                    "%s tiny, with a side below %.0f pixels; enlarged to the network's size, %s blurred."
                            .formatted(
                                    English.are(small.size(), "picture"),
                                    tiny,
                                    small.size() == 1 ? "it is" : "they are"),
                    "Look whether they are thumbnails or icons; to delete them: "
                            + Mend.delete(source, "tiny", ".groups[][]", small),
                    small);
        var huge = items(i -> survey.readable(i) && (long) survey.widths[i] * survey.heights[i] > HUGE, this::size);
        if (!huge.isEmpty())
            add(
                    "huge",
                    Severity.NOTE,
                    "%s of more than 16 million pixels: most of the time goes into decoding what is then thrown away."
                            .formatted(English.are(huge.size(), "picture")),
                    "Make them smaller once, in a copy, for example with ImageMagick: magick mogrify -resize '512x512^>' FILES",
                    huge);
        var elongated = items(i -> survey.readable(i) && longer(i) > LONG * shorter(i), this::size);
        if (!elongated.isEmpty())
            add(
                    "long",
                    Severity.NOTE,
                    "%s more than three times as long as wide, or the other way: the network sees the middle alone."
                            .formatted(English.are(elongated.size(), "picture")),
                    "Crop them to what matters.",
                    elongated);
    }

    private void colours() {
        var grey = items(i -> survey.readable(i) && survey.channels[i] == 1, i -> null);
        long colour = IntStream.range(0, survey.size())
                .filter(i -> survey.readable(i) && survey.channels[i] == 3)
                .count();
        if (!grey.isEmpty() && colour > 0)
            add(
                    "grey-among-colour",
                    Severity.NOTE,
                    "%s grey, %,d in colour; grey ones are used as three equal channels. Where one class has more of them"
                                    .formatted(English.are(grey.size(), "picture"), colour)
                            + " than the others, a network may learn that instead.",
                    null,
                    grey);
        var alpha = items(i -> stores(i, "alpha"), i -> null);
        if (!alpha.isEmpty())
            add(
                    "transparent",
                    Severity.NOTE,
                    "%s with transparency, which is ignored: what was invisible comes to light."
                            .formatted(English.are(alpha.size(), "picture")),
                    "If it matters, flatten them on a background, for example with ImageMagick: magick mogrify -background white -flatten FILES",
                    alpha);
        var cmyk = items(i -> stores(i, "CMYK"), i -> null);
        if (!cmyk.isEmpty())
            add(
                    "cmyk",
                    Severity.NOTE,
                    "%s made for print (CMYK) and converted to RGB without a colour profile."
                            .formatted(English.are(cmyk.size(), "picture")),
                    "If colours matter, convert them with their profiles: magick mogrify -colorspace sRGB FILES",
                    cmyk);
        var flat = items(i -> survey.readable(i) && survey.constant[i], this::size);
        if (!flat.isEmpty())
            add(
                    "blank",
                    Severity.WARNING,
                    "%s of one colour all over: there is nothing to learn from."
                            .formatted(English.are(flat.size(), "picture")),
                    "Delete: " + Mend.delete(source, "blank", ".groups[][]", flat),
                    flat);
    }

    /// A few files of another format among hundreds are seldom photographs of the same making: placeholders
    /// that a site sends for what is gone, logos, screenshots.
    private void formats() {
        var counts = new TreeMap<String, Integer>();
        int files = 0;
        for (int i = 0; i < survey.size(); i++) {
            var file = survey.files[i];
            if (!survey.readable(i) || file == null) continue;
            counts.merge(file.format(), 1, Integer::sum);
            files++;
        }
        int all = files;
        var odd = items(
                i -> {
                    var file = survey.files[i];
                    return survey.readable(i) && file != null && counts.getOrDefault(file.format(), 0) <= ODD * all;
                },
                i -> Objects.requireNonNull(survey.files[i]).format() + ", " + size(i));
        if (!odd.isEmpty())
            add(
                    "odd-format",
                    Severity.NOTE,
                    "%s of another format than the rest, which often are placeholders, logos or screenshots."
                            .formatted(English.are(odd.size(), "picture")),
                    "Look at them; to delete them: " + Mend.delete(source, "odd-format", ".groups[][]", odd),
                    odd);
    }

    private boolean stores(int i, String colours) {
        var file = survey.files[i];
        return survey.readable(i) && file != null && file.colours().contains(colours);
    }

    private int shorter(int i) {
        return Math.min(survey.widths[i], survey.heights[i]);
    }

    private int longer(int i) {
        return Math.max(survey.widths[i], survey.heights[i]);
    }

    private String size(int i) {
        return survey.widths[i] + "×" + survey.heights[i];
    }

    private List<Finding.Item> items(IntPredicate which, IntFunction<@Nullable String> detail) {
        return IntStream.range(0, survey.size())
                .filter(which)
                .mapToObj(i -> survey.item(i, detail.apply(i)))
                .toList();
    }

    private void add(String id, Severity severity, String sentence, @Nullable String mend, List<Finding.Item> items) {
        findings.add(new Finding(
                id, severity, sentence, mend, items.stream().map(List::of).toList()));
    }
}

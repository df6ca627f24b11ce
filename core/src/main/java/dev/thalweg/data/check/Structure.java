package dev.thalweg.data.check;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Shapes;
import dev.thalweg.picture.PictureKind;
import dev.thalweg.tensor.ShellWord;
import java.io.IOException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Findings that need no picture: folders, and how many examples of each class there are in each part.
final class Structure {
    /// Times as many pictures in the largest class as in the smallest.
    private static final double NOTABLE = 3, UNEVEN = 10;
    /// Training pictures of a class.
    private static final int TOO_FEW = 20;
    /// Test pictures.
    private static final int UNCERTAIN = 100;

    private Structure() {}

    static List<Finding> findings(String source, DataSet set, DataSummary summary) {
        var findings = new ArrayList<Finding>();
        for (String note : set.notes())
            findings.add(new Finding("left-out", Severity.NOTE, note.endsWith(".") ? note : note + ".", mend(note)));
        findings.addAll(emptyFolders(source, Severity.WARNING));
        findings.addAll(missing(set, summary));
        findings.addAll(few(set, summary));
        findings.addAll(imbalance(source, set, summary));
        int test = set.test().size();
        if (test < UNCERTAIN)
            findings.add(new Finding(
                    "small-test",
                    Severity.NOTE,
                    test == 0
                            ? "There is no test part: no accuracy can be measured."
                            : "The test part has %s: an accuracy near 50 %% measured on it is good to ± %.0f points."
                                    .formatted(English.counted(test, "picture"), 196 * Math.sqrt(0.25 / test)),
                    "Compare runs by several seeds, or move more pictures into the test part."));
        return findings;
    }

    /// How to have what was left out, where that may have been meant; null where it was not, or the note says it.
    private static @Nullable String mend(String note) {
        if (note.contains(" in the class folders ")) return "If meant, convert to a kind of picture that is read.";
        if (note.contains(" outside the class folders ")) return "If meant, move into the folder of a class.";
        if (note.contains(" not named in the table ")) return "If meant, add rows to the table.";
        return null;
    }

    private static List<Finding> missing(DataSet set, DataSummary summary) {
        var findings = new ArrayList<Finding>();
        for (var part : summary.parts()) {
            var missing = new ArrayList<String>();
            for (int c = 0; c < part.counts().size(); c++)
                if (part.counts().get(c) == 0) missing.add(set.classes().get(c));
            if (missing.isEmpty()) continue;
            boolean training = part.name().equals("train");
            findings.add(new Finding(
                    "class-missing",
                    training ? Severity.ERROR : Severity.WARNING,
                    "The %s part has no pictures of %s: %s."
                            .formatted(
                                    part.name(),
                                    missing.size() == 1 ? "a class" : "%,d classes".formatted(missing.size()),
                                    English.names(missing)),
                    training
                            ? "Add pictures, or take the class out of all parts."
                            : "Move some of its training pictures there; until then its accuracy is not known."));
        }
        return findings;
    }

    private static List<Finding> few(DataSet set, DataSummary summary) {
        var counts = summary.parts().getFirst().counts();
        var few = new ArrayList<String>();
        int least = Integer.MAX_VALUE;
        for (int c = 0; c < counts.size(); c++) {
            if (counts.get(c) == 0 || counts.get(c) >= TOO_FEW) continue;
            few.add(set.classes().get(c));
            least = Math.min(least, counts.get(c));
        }
        if (few.isEmpty()) return List.of();
        return List.of(new Finding(
                "few-pictures",
                Severity.WARNING,
                "%s fewer than %d training pictures, the fewest %d: %s. What is learnt from so few is mostly chance."
                        .formatted(
                                few.size() == 1 ? "1 class has" : "%,d classes have".formatted(few.size()),
                                TOO_FEW,
                                least,
                                English.names(few)),
                "Add pictures, a hundred or more of each class, or join classes that look alike."));
    }

    private static List<Finding> imbalance(String source, DataSet set, DataSummary summary) {
        var counts = summary.parts().getFirst().counts();
        int least = 0, most = 0, classes = 0, total = 0;
        for (int c = 0; c < counts.size(); c++) {
            if (counts.get(c) == 0) continue;
            if (classes == 0 || counts.get(c) < counts.get(least)) least = c;
            if (classes == 0 || counts.get(c) > counts.get(most)) most = c;
            classes++;
            total += counts.get(c);
        }
        if (classes < 2) return List.of();
        double ratio = (double) counts.get(most) / counts.get(least);
        if (ratio < NOTABLE) return List.of();
        int n = total, k = classes;
        String weights = counts.stream()
                .map(count -> count == 0 ? "0" : "%.3g".formatted((double) n / k / count))
                .map(text -> text.contains("e") ? String.valueOf(Double.parseDouble(text)) : text)
                .collect(Collectors.joining(", "));
        return List.of(new Finding(
                "imbalance",
                ratio >= UNEVEN ? Severity.WARNING : Severity.NOTE,
                "Classes are uneven: '%s' has %,d training pictures, '%s' %,d, %.1f times as many. A model that answers"
                                .formatted(
                                        set.classes().get(least),
                                        counts.get(least),
                                        set.classes().get(most),
                                        counts.get(most),
                                        ratio)
                        + " '%s' always is right in %s of them."
                                .formatted(set.classes().get(most), English.percent((double) counts.get(most) / n)),
                "Weigh the rarer classes more: echo '{\"loss\": {\"weights\": [%s]}}' > weights.json && ./thalweg train %s --recipe weights.json"
                        .formatted(weights, ShellWord.of(source))));
    }

    /// Folders on disk without any picture in them, where others beside them have some.
    static List<Finding> emptyFolders(String source, Severity severity) {
        if (Shapes.isLocator(source) || !Refusal.isFolder(source)) return List.of();
        var root = Path.of(source);
        var pictures = new HashMap<Path, Integer>();
        var others = new HashMap<Path, Integer>();
        try {
            Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), 8, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    if (!folder.equals(root) && isHidden(folder)) return FileVisitResult.SKIP_SUBTREE;
                    pictures.put(folder, 0);
                    others.put(folder, 0);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    var name = file.getFileName().toString();
                    var counts = !isHidden(file) && PictureKind.isPictureName(name) ? pictures : others;
                    for (Path f = file.getParent(); f != null && counts.containsKey(f); f = f.getParent())
                        counts.merge(f, 1, Integer::sum);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            return List.of(); // the folder was opened a moment ago; whoever reads pictures will say what is wrong
        }
        var empty = pictures.keySet().stream()
                .filter(folder -> !folder.equals(root)
                        && pictures.getOrDefault(folder, 0) == 0
                        && pictures.entrySet().stream()
                                .anyMatch(beside -> beside.getValue() > 0
                                        && beside.getKey().getParent() != null
                                        && beside.getKey().getParent().equals(folder.getParent())))
                .map(Path::toString)
                .sorted()
                .toList();
        if (empty.isEmpty()) return List.of();
        return List.of(new Finding(
                "empty-folder",
                severity,
                "%s no picture in it and is no class therefore: %s."
                        .formatted(
                                empty.size() == 1 ? "1 folder has" : "Each of %,d folders has".formatted(empty.size()),
                                English.names(empty)),
                mendEmpty(empty, others)));
    }

    /// Only what holds nothing is to be deleted: other files may be pictures of a kind that is not read.
    private static String mendEmpty(List<String> empty, Map<Path, Integer> others) {
        for (var folder : empty)
            if (others.getOrDefault(Path.of(folder), 0) > 0)
                return "If the files in %s are pictures, convert them; if not, move the folder elsewhere: mv %s ELSEWHERE"
                        .formatted(folder, ShellWord.of(folder));
        return "Put its pictures there, or delete it: find %s -type d -empty -delete"
                .formatted(ShellWord.of(empty.getFirst()));
    }

    private static boolean isHidden(Path path) {
        var name = String.valueOf(path.getFileName());
        return name.startsWith(".") || name.equals("__MACOSX");
    }
}

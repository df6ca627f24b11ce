package dev.thalweg.data.check;

import dev.thalweg.data.DataSets;
import dev.thalweg.data.PictureTree;
import dev.thalweg.format.MalformedFile;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.ShellWord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Why a data set cannot be opened, as findings.
final class Refusal {
    private final String source;
    private final @Nullable PictureTree tree;
    private final List<Finding> findings = new ArrayList<>();

    private Refusal(String source, @Nullable PictureTree tree) {
        this.source = source;
        this.tree = tree;
    }

    static CheckReport explain(String source, MalformedFile refused, double seconds) {
        PictureTree tree;
        try {
            tree = DataSets.look(Path.of(source));
        } catch (IOException | RuntimeException e) {
            tree = null;
        }
        var refusal = new Refusal(source, tree);
        // Where files of another format are there, what is wrong with them is not a matter of folders.
        boolean recognised = tree != null
                && tree.parts().isEmpty()
                && tree.loose().isEmpty()
                && !String.valueOf(refused.getMessage()).contains("found 0 images");
        if (tree != null && !recognised) refusal.folders(tree);
        boolean folders = !refusal.findings.isEmpty();
        if (!folders)
            refusal.findings.add(new Finding(
                    "unopenable",
                    Severity.ERROR,
                    String.valueOf(refused.getMessage()),
                    refused.isDamage()
                            ? "Get %s again where it came from, or mend it at the byte that is named."
                                    .formatted(refused.path())
                            : null,
                    refused.places().stream()
                            .map(place -> List.of(new Finding.Item("", "", place, refused.path(), null)))
                            .toList()));
        return new CheckReport(
                CheckReport.SCHEMA,
                source,
                null,
                folders ? PictureTree.EXPECTED.stripTrailing() : null,
                tree == null ? null : tree.listing().stripTrailing(),
                refusal.findings,
                null,
                seconds);
    }

    private void folders(PictureTree tree) {
        if (tree.parts().isEmpty()) {
            if (tree.loose().isEmpty()) noPictures(tree);
            else loose(tree);
            return;
        }
        var train = training(tree);
        if (train == null) {
            findings.add(new Finding(
                    "no-pictures",
                    Severity.ERROR,
                    "The training part has no pictures in folders of classes.",
                    "Put the pictures of each class into a folder of its own in the training part, as drawn below."));
            return;
        }
        if (train.size() == 1) {
            String only = train.firstKey();
            findings.add(new Finding(
                    "single-class",
                    Severity.ERROR,
                    "There is a single class, '%s': a classifier needs two or more to tell apart.".formatted(only),
                    isFolder(source)
                            ? "Put the pictures of the other classes into folders beside it: mkdir %s"
                                    .formatted(ShellWord.of(folderOf(tree) + "/OTHER-CLASS"))
                            : "Make the archive anew with the other classes' folders beside it."));
        }
        unknown(tree, train);
        findings.addAll(Structure.emptyFolders(source, Severity.ERROR));
    }

    private static @Nullable SortedMap<String, Integer> training(PictureTree tree) {
        if (tree.parts().containsKey("")) return tree.parts().get("");
        for (var part : tree.parts().entrySet()) if (PictureTree.isTraining(part.getKey())) return part.getValue();
        return null;
    }

    private String folderOf(PictureTree tree) {
        return tree.parts().containsKey("")
                ? source
                : source + "/"
                        + tree.parts().keySet().stream()
                                .filter(PictureTree::isTraining)
                                .findFirst()
                                .orElse("train");
    }

    private void noPictures(PictureTree tree) {
        var others = new ArrayList<String>();
        tree.otherKinds()
                .forEach((ending, count) ->
                        others.add("%,d %s".formatted(count, ending.isEmpty() ? "without ending" : ending)));
        var convertible = tree.otherKinds().keySet().stream()
                .filter(ending -> ending.matches("\\.(tiff?|heic|avif|jp2|jxl|ppm|pgm|tga|psd|ico)"))
                .toList();
        findings.add(new Finding(
                "no-pictures",
                Severity.ERROR,
                "Found 0 images%s."
                        .formatted(
                                others.isEmpty()
                                        ? ": there are no files"
                                        : ": no file is named as a picture that can be read (%s)"
                                                .formatted(String.join(", ", others))),
                convertible.isEmpty()
                        ? "Put the pictures of each class into a folder of its own, as drawn below."
                        : !isFolder(source)
                                ? "Unpack it, turn them into PNG and give the folder."
                                : "Turn them into PNG, for example with ImageMagick: find %s -name '*%s' -exec magick mogrify -format png {} +"
                                        .formatted(ShellWord.of(source), convertible.getFirst())));
    }

    private void loose(PictureTree tree) {
        // A name such as ants\1.png is that of one file here; Windows has folders in it.
        boolean backslashes = tree.loose().stream().allMatch(path -> path.contains("\\"));
        findings.add(new Finding(
                "no-classes",
                Severity.ERROR,
                "%s in no folder of a class, so that nothing says what they show: %s."
                        .formatted(
                                tree.loose().size() == 1
                                        ? "1 picture lies"
                                        : "%,d pictures lie"
                                                .formatted(tree.loose().size()),
                                English.names(tree.loose().stream().limit(3).toList())),
                backslashes
                        ? "Their names have \\ where folders are parted by /: make the %s anew with folders."
                                .formatted(isFolder(source) ? "folder" : "archive")
                        : isFolder(source)
                                ? "Make a folder for each class and move its pictures there: mkdir %s && mv PICTURES %s"
                                        .formatted(ShellWord.of(source + "/CLASS"), ShellWord.of(source + "/CLASS"))
                                : "Make the archive anew with a folder for each class and its pictures there."));
    }

    private void unknown(PictureTree tree, SortedMap<String, Integer> train) {
        for (var part : tree.parts().entrySet()) {
            var unknown = new TreeSet<>(part.getValue().keySet());
            unknown.removeAll(train.keySet());
            if (part.getKey().isEmpty() || unknown.isEmpty()) continue;
            String first = unknown.first();
            var near = Nearest.to(first, train.keySet());
            String folder = source + "/" + part.getKey() + "/";
            findings.add(new Finding(
                    "unknown-class",
                    Severity.ERROR,
                    "%s has %s that the training part does not have: %s. Training has %s."
                            .formatted(
                                    part.getKey() + "/",
                                    unknown.size() == 1 ? "a class" : "%,d classes".formatted(unknown.size()),
                                    English.names(List.copyOf(unknown)),
                                    English.names(List.copyOf(train.keySet()))),
                    !isFolder(source)
                            ? "Make the archive anew with the same classes in each part."
                            : near.isPresent()
                                    ? "If it is '%s', give it that name: mv %s %s"
                                            .formatted(
                                                    near.get(),
                                                    ShellWord.of(folder + first),
                                                    ShellWord.of(folder + near.get()))
                                    : "Add such a folder with pictures to the training part, or move this one elsewhere: mv %s ELSEWHERE"
                                            .formatted(ShellWord.of(folder + first))));
        }
    }

    /// Whether `source` is a folder that can be walked.
    static boolean isFolder(String source) {
        return Files.isDirectory(Path.of(source));
    }
}

package dev.thalweg.data;

import dev.thalweg.format.MalformedFile;
import dev.thalweg.picture.PictureKind;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Pictures in one folder for each class, of any kind that [ImageDecoder] reads and any size, at any depth below the
/// class's
/// folder. There may be a level above with the parts: `train` and `val` (or `valid`, `validation`)
/// or `test`. Classes are the names of the folders in the training part, in code-point order;
/// examples come class by class, by path.
final class ImageFolder implements Format {

    static final String EXPECTED_TREE = """
              FOLDER/ants/1.jpg            or   FOLDER/train/ants/1.jpg
              FOLDER/ants/2.png                 FOLDER/train/bees/7.jpg
              FOLDER/bees/7.jpg                 FOLDER/val/ants/9.jpg  (or test/…)
            """;

    @Override
    public @Nullable DataSet open(String name, FileTree whole, SplitOptions options) throws IOException {
        var tree = whole.lookThrough(true);
        boolean parted = hasParts(tree);

        var byPart = new HashMap<Part, TreeMap<String, IntStream.Builder>>();
        var leftOut = new LeftOut();
        for (int i = 0; i < tree.files().size(); i++) {
            var file = tree.files().get(i);
            var part = parted ? Part.named(file.top()) : Part.TRAIN;
            if (part == null || (parted && file.atTop())) {
                if (PictureKind.isPictureName(file.name())) leftOut.elsewhere.add(file);
                continue;
            }
            var inPart = parted ? file.belowTop() : file;
            if (!PictureKind.isPictureName(file.name())) {
                if (!inPart.atTop()) leftOut.otherKinds.add(file);
            } else if (inPart.atTop()) {
                leftOut.elsewhere.add(file);
            } else {
                byPart.computeIfAbsent(part, p -> new TreeMap<>())
                        .computeIfAbsent(inPart.top(), c -> IntStream.builder())
                        .add(i);
            }
        }
        var train = byPart.get(Part.TRAIN);
        if (train == null) return null;
        if (train.size() < 2)
            throw MalformedFile.unsuitable(
                    whole.where(),
                    0,
                    "expected at least two folders with pictures, one for each class, found only %s"
                            .formatted(Quote.of(train.firstKey())));

        refuseFoldersWithoutPictures(whole, tree, train.keySet(), parted);

        var classes = List.copyOf(train.keySet());
        for (var entry : byPart.entrySet()) {
            var unknown = new TreeSet<>(entry.getValue().keySet());
            unknown.removeAll(classes);
            if (!unknown.isEmpty())
                throw MalformedFile.unsuitable(
                        whole.where(),
                        0,
                        "expected the %s part to have the classes of the training part (%s), found also %s"
                                .formatted(entry.getKey(), shortList(classes), Quote.of(unknown.first())));
        }
        return new Parts(
                        examples(tree, classes, byPart.get(Part.TRAIN)),
                        examples(tree, classes, byPart.get(Part.VALIDATION)),
                        examples(tree, classes, byPart.get(Part.TEST)))
                .complete(name, classes, options, leftOut.sentences());
    }

    /// A folder beside the classes' may be a class whose pictures were lost or are of another kind: to learn
    /// without it would be to learn something else than was meant.
    private static void refuseFoldersWithoutPictures(FileTree whole, FileTree tree, Set<String> classes, boolean parted)
            throws IOException {
        var folders = new TreeSet<String>();
        for (var file : tree.files()) {
            if (parted && (file.atTop() || !isTraining(file.top()))) continue;
            var inPart = parted ? file.belowTop() : file;
            if (inPart.atTop()) continue;
            folders.add(inPart.top());
            var onDisk = file.onDisk();
            // Empty folders have no files to be known by: those beside the first class.
            if (onDisk != null && folders.size() == 1) folders.addAll(beside(onDisk, inPart.path()));
        }
        folders.removeAll(classes);
        if (!folders.isEmpty())
            throw MalformedFile.unsuitable(
                    whole.where(),
                    0,
                    "expected pictures in every folder of a class, found none in %s: add some, or take the folder away"
                            .formatted(Quote.of(folders.first())));
    }

    /// Names of all folders that lie where the class's folder of `file` lies.
    private static List<String> beside(Path file, String path) throws IOException {
        Path folder = file;
        for (int depth = path.split("/", -1).length; depth > 0 && folder != null; depth--) folder = folder.getParent();
        if (folder == null) return List.of();
        try (var entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .filter(entry -> !FileTree.isHidden(entry))
                    .toList();
        }
    }

    private static Examples examples(
            FileTree tree, List<String> classes, @Nullable Map<String, IntStream.Builder> byClass) {
        if (byClass == null) return Examples.none();
        var files = IntStream.builder();
        var labels = IntStream.builder();
        for (int c = 0; c < classes.size(); c++) {
            var members = byClass.get(classes.get(c));
            if (members == null) continue;
            int label = c;
            members.build().forEach(i -> {
                files.add(i);
                labels.add(label);
            });
        }
        return new EncodedPictures(
                new PickedFiles(tree.files(), files.build().toArray()),
                labels.build().toArray(),
                tree);
    }

    /// Whether the top folders are parts and not classes: one of them is a training part.
    static boolean hasParts(FileTree tree) {
        return tree.files().stream().anyMatch(file -> !file.atTop() && isTraining(file.top()));
    }

    static boolean isPart(String folder) {
        return Part.named(folder) != null;
    }

    static boolean isTraining(String folder) {
        return Part.named(folder) == Part.TRAIN;
    }

    static String shortList(List<String> names) {
        var some = names.stream().limit(names.size() <= 5 ? 5 : 4).map(Quote::clip);
        return some.collect(Collectors.joining(", ")) + (names.size() <= 5 ? "" : ", … " + names.size() + " in all");
    }

    /// Files that look as if they might have been meant.
    private static final class LeftOut {
        final Some otherKinds = new Some();
        final Some elsewhere = new Some();

        /// How many, and the first one's path.
        static final class Some {
            int count;
            String first = "";

            void add(StoredFile file) {
                if (count++ == 0) first = file.path();
            }

            String names() {
                return first + (count == 1 ? "" : " and others");
            }
        }

        List<String> sentences() {
            var sentences = new ArrayList<String>();
            if (otherKinds.count > 0)
                sentences.add("%s in the class folders %s not named as %s and %s left out: %s"
                        .formatted(
                                otherKinds.count == 1 ? "1 file" : "%,d files".formatted(otherKinds.count),
                                otherKinds.count == 1 ? "is" : "are",
                                PictureKind.NAMES,
                                otherKinds.count == 1 ? "was" : "were",
                                otherKinds.names()));
            if (elsewhere.count > 0)
                sentences.add("%s outside the class folders %s left out: %s"
                        .formatted(
                                elsewhere.count == 1 ? "1 picture" : "%,d pictures".formatted(elsewhere.count),
                                elsewhere.count == 1 ? "was" : "were",
                                elsewhere.names()));
            return sentences;
        }
    }
}

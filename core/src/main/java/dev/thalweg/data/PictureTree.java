package dev.thalweg.data;

import dev.thalweg.picture.PictureKind;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What a folder or archive would be as folders of pictures, whether or not it can be opened as such:
/// for explaining to people what is there.
///
/// @param where what to call it in messages
/// @param parts pictures by the folder of the part (`train`, `val` …; `""` where there are no parts)
///     and the folder of the class
/// @param loose pictures that lie in no class's folder
/// @param otherKinds files that are not named as pictures, by their ending in lower case
/// @param listing folders two levels deep with their numbers of files, a line each
public record PictureTree(
        String where,
        SortedMap<String, SortedMap<String, Integer>> parts,
        List<String> loose,
        SortedMap<String, Integer> otherKinds,
        String listing) {

    /// What is expected of a folder of pictures, drawn.
    public static final String EXPECTED = ImageFolder.EXPECTED_TREE;

    static PictureTree of(FileTree whole) {
        var tree = whole.lookThrough(true);
        boolean parted = ImageFolder.hasParts(tree);
        var parts = new TreeMap<String, SortedMap<String, Integer>>();
        var loose = new ArrayList<String>();
        var otherKinds = new TreeMap<String, Integer>();
        for (var file : tree.files()) {
            if (!PictureKind.isPictureName(file.name())) {
                int dot = file.name().lastIndexOf('.');
                var ending = dot < 0 ? "" : file.name().substring(dot).toLowerCase(java.util.Locale.ROOT);
                otherKinds.merge(ending, 1, Integer::sum);
                continue;
            }
            boolean inPart = parted && !file.atTop() && ImageFolder.isPart(file.top());
            var inside = inPart ? file.belowTop() : file;
            if (inside.atTop() || parted && !inPart) loose.add(file.path());
            else
                parts.computeIfAbsent(inPart ? file.top() : "", p -> new TreeMap<>())
                        .merge(inside.top(), 1, Integer::sum);
        }
        return new PictureTree(whole.where(), parts, loose, otherKinds, whole.describe());
    }

    /// Whether `folder` is the name of a training part.
    public static boolean isTraining(String folder) {
        return ImageFolder.isTraining(folder);
    }
}

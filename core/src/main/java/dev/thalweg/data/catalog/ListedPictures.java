package dev.thalweg.data.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Archives whose classes and parts stand in lists beside the pictures: a picture that no list names is left
/// out, and every picture that one names must be there.
///
/// @param places where the picture at each path goes, `train/<class>/<file>` or with val or test
record ListedPictures(Map<String, String> places) implements Placement {

    @Override
    public @Nullable String place(String path) {
        return places.get(path);
    }

    @Override
    public int expected() {
        return places.size();
    }

    /// The official parts of Oxford's 102 flowers. `imagelabels.mat` has `labels`, the class 1–102 of
    /// pictures 1, 2, …; `setid.mat` has the numbers of the pictures in `trnid`, `valid` and `tstid`.
    ///
    /// @param names of the classes by number
    static ListedPictures flowers102(Path imageLabels, Path setIds, Map<String, String> names) throws IOException {
        int[] labels = MatFile.read(imageLabels).integers("labels");
        var sets = MatFile.read(setIds);
        var places = new HashMap<String, String>();
        for (var part : List.of("train trnid", "val valid", "test tstid")) {
            var words = part.split(" ");
            for (int id : sets.integers(words[1])) {
                if (id < 1 || id > labels.length)
                    throw new IOException("%s: expected pictures from 1 to %d in %s, found %d"
                            .formatted(setIds, labels.length, words[1], id));
                String number = String.valueOf(labels[id - 1]);
                String file = "image_%05d.jpg".formatted(id);
                places.put("jpg/" + file, "%s/%s/%s".formatted(words[0], names.getOrDefault(number, number), file));
            }
        }
        return new ListedPictures(places);
    }

    /// The official parts of the Oxford-IIIT pets: lines `IMAGE CLASS SPECIES BREED` in
    /// `annotations/trainval.txt` and `annotations/test.txt`, an image's name being its breed and a number.
    static ListedPictures pets(Archive annotations) throws IOException {
        var lists = texts(annotations, List.of("annotations/trainval.txt", "annotations/test.txt"));
        var places = new HashMap<String, String>();
        lists.forEach((list, lines) -> {
            String part = list.endsWith("test.txt") ? "test" : "train";
            for (var line : lines) {
                if (line.startsWith("#")) continue;
                String image = line.split(" ")[0];
                String breed =
                        image.substring(0, Math.max(image.lastIndexOf('_'), 0)).replace('_', ' ');
                places.put(
                        "images/" + image + ".jpg",
                        "%s/%s/%s.jpg".formatted(part, breed.toLowerCase(Locale.ROOT), image));
            }
        });
        return new ListedPictures(places);
    }

    /// The official parts of Food-101: lines `CLASS/IMAGE` in `meta/train.txt` and `meta/test.txt`.
    static ListedPictures food101(Archive archive) throws IOException {
        var lists = texts(archive, List.of("food-101/meta/train.txt", "food-101/meta/test.txt"));
        var places = new HashMap<String, String>();
        lists.forEach((list, lines) -> {
            String part = list.endsWith("test.txt") ? "test" : "train";
            for (var line : lines)
                places.put("food-101/images/" + line + ".jpg", "%s/%s.jpg".formatted(part, line.replace('_', ' ')));
        });
        return new ListedPictures(places);
    }

    /// The lines of some text files in an archive that are not empty.
    private static Map<String, List<String>> texts(Archive archive, List<String> wanted) throws IOException {
        var found = new HashMap<String, List<String>>();
        archive.walk(
                (path, content) -> {
                    if (wanted.contains(path))
                        found.put(
                                path,
                                new String(content.readAllBytes(), UTF_8)
                                        .lines()
                                        .map(String::strip)
                                        .filter(line -> !line.isEmpty())
                                        .toList());
                    return found.size() < wanted.size();
                },
                bytes -> {});
        if (found.size() < wanted.size())
            throw new IOException("%s: expected %s in it, found %s".formatted(archive.path(), wanted, found.keySet()));
        return found;
    }
}

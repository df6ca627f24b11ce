package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.Examples;
import dev.thalweg.data.Preview;
import dev.thalweg.data.UnreadablePicture;
import dev.thalweg.picture.Dimensions;
import dev.thalweg.picture.PictureSheet;
import dev.thalweg.report.Gallery;
import dev.thalweg.report.Gallery.Section;
import dev.thalweg.report.Gallery.Shot;
import dev.thalweg.tensor.RandomKey;
import dev.thalweg.train.Recipe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Some pictures of each class, chosen at random.
///
/// @param examples of one part of the set
/// @param classes that are shown
/// @param perClass pictures of each, at most
/// @param seed of the choice
record PictureSample(DataSet set, Examples examples, List<Integer> classes, int perClass, long seed) {
    /// Epochs of augmentation that are shown: with the picture itself and as tests see it a row.
    private static final int EPOCHS = Gallery.COLUMNS - 2;

    /// Whole pictures.
    Gallery asTheyAre(String part) throws IOException {
        var chosen = choose();
        var tile = tile(chosen);
        var sections = new ArrayList<Section>();
        for (int s = 0; s < classes.size(); s++) {
            var shots = new ArrayList<Shot>();
            for (int i : chosen.get(s)) shots.add(whole(i, tile));
            sections.add(section(s, shots));
        }
        return gallery("Whole pictures of the %s part, chosen at random.".formatted(part), sections);
    }

    /// Pictures as they are, as tests see them, and as the first epochs of a run show them.
    Gallery augmented(Recipe recipe) throws IOException {
        var preprocessing = recipe.preprocessing(set.train());
        var preview = new Preview(examples, preprocessing, recipe.augmentation(), seed);
        var chosen = choose();
        var sections = new ArrayList<Section>();
        for (int s = 0; s < classes.size(); s++) {
            var shots = new ArrayList<Shot>();
            for (int i : chosen.get(s)) {
                var whole = whole(i, preprocessing.size());
                shots.add(whole);
                if (whole.picture() == null) continue;
                shots.add(new Shot("as tests see it", preview.fitted(i)));
                for (int epoch = 0; epoch < EPOCHS; epoch++)
                    shots.add(new Shot("epoch " + (epoch + 1), preview.augmented(i, epoch)));
            }
            sections.add(section(s, shots));
        }
        String how = AugmentationSpec.describe(recipe.augmentation());
        return gallery(
                "Each picture as it is, as tests show it to a network of %s, and as the first %d epochs with seed %d do: %s."
                        .formatted(
                                preprocessing.size(),
                                EPOCHS,
                                seed,
                                how.equals("none") ? "not augmented" : "augmented by " + how),
                sections);
    }

    /// Indices of examples for each class that is shown.
    private List<List<Integer>> choose() {
        var ofClass = new ArrayList<List<Integer>>();
        for (int c = 0; c < set.classes().size(); c++) ofClass.add(new ArrayList<>());
        var order = RandomKey.of(seed).fold("sample").permutation(examples.size());
        for (int i : order) {
            var chosen = ofClass.get(examples.label(i));
            if (chosen.size() < perClass) chosen.add(i);
        }
        return classes.stream().map(ofClass::get).toList();
    }

    /// The least square that has room for the longest side of all, but no larger than a sheet's.
    private Dimensions tile(List<List<Integer>> chosen) {
        int side = 1;
        for (var indices : chosen)
            for (int i : indices) {
                try {
                    var whole = UnreadablePicture.dimensions(examples, i);
                    side = Math.max(side, Math.max(whole.width(), whole.height()));
                } catch (UnreadablePicture e) {
                    // Its tile will say so.
                }
            }
        side = Math.min(side, PictureSheet.LARGEST);
        return new Dimensions(side, side);
    }

    private Shot whole(int i, Dimensions tile) {
        try {
            return new Shot(examples.name(i), Gallery.fitted(UnreadablePicture.decode(examples, i), tile));
        } catch (UnreadablePicture e) {
            return new Shot(String.valueOf(e.getMessage()), null);
        }
    }

    private Section section(int s, List<Shot> shots) {
        int label = classes.get(s);
        int count = 0;
        for (int i = 0; i < examples.size(); i++) if (examples.label(i) == label) count++;
        return new Section(
                set.classes().get(label),
                String.format(Locale.ROOT, "%,d %s.", count, count == 1 ? "picture" : "pictures"),
                shots);
    }

    private Gallery gallery(String about, List<Section> sections) throws IOException {
        if (sections.stream().flatMap(s -> s.shots().stream()).allMatch(shot -> shot.picture() == null))
            throw new IOException("expected pictures to show, found none that can be read in " + set.name());
        return new Gallery(set.name(), about, sections);
    }
}

package dev.thalweg.train;

import dev.thalweg.data.DataSet;
import dev.thalweg.step.Machine;
import dev.thalweg.step.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// How a model came to be: all that is needed to train it again, bit for bit. Part of each model file
/// and checkpoint that a [Trainer] writes. It has no dates and no folders: the same recipe on the same data
/// and kind of machine gives the same file, wherever the data lies.
///
/// @param recipe its data's source without the folder that it was in
/// @param steps done when the model was what it is
/// @param precision that the step settled on
/// @param jpeg which decoder read JPEG files, see [dev.thalweg.data.ImageDecoder#jpegDecoderName]
/// @param controls what somebody did to the learning rate while it trained
public record Provenance(
        Recipe recipe,
        Data data,
        long steps,
        Precision precision,
        Machine.Kind machine,
        String jpeg,
        List<Control> controls) {

    public Provenance {
        controls = List.copyOf(controls);
    }

    /// The recipe, and in which folder the data was, where the run's own recipe still lies beside the file that
    /// this was read from.
    Recipe recipeOf(Path file) throws IOException {
        Path beside = RunFolder.of(file).recipe();
        if (!Files.isRegularFile(beside)) return recipe;
        var whole = RecipeFile.read(beside);
        return whole.withData(whole.data().withoutFolder()).equals(recipe) ? whole : recipe;
    }

    /// What the model learned from.
    ///
    /// @param name of the data set, for people; the recipe knows the file or folder
    /// @param fingerprint see [DataSet#fingerprint]
    /// @param train examples
    public record Data(String name, String fingerprint, int train, int validation, int test) {
        static Data of(DataSet data) {
            return new Data(
                    data.name(),
                    data.fingerprint(),
                    data.train().size(),
                    data.validation().size(),
                    data.test().size());
        }
    }
}

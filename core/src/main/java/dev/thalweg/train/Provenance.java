package dev.thalweg.train;

import dev.thalweg.data.DataSet;
import dev.thalweg.step.Machine;
import dev.thalweg.step.Precision;
import java.util.List;

/// How a model came to be: all that is needed to train it again, bit for bit. Part of each model file
/// and checkpoint that a [Trainer] writes. It has no dates: the same recipe on the same data and kind of
/// machine gives the same file.
///
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

    /// What the model learned from.
    ///
    /// @param name of the data set, for people; the recipe knows the place
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

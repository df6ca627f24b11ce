package dev.thalweg.train;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.format.Entry;
import dev.thalweg.format.JsonFault;
import dev.thalweg.format.Safetensors;
import dev.thalweg.nn.Model;
import dev.thalweg.step.Machine;
import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Parameter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/// A model or checkpoint that is to be trained again, and what its file or the recipe beside it says of how
/// it came to be.
///
/// @param file what a reproduction is compared with
/// @param fingerprint of the data
/// @param classes null where the file does not say
/// @param steps done when the file was written; 0 where it does not say: then it is all of the recipe's
/// @param provenance null for files from Thalweg's first days
public record Original(
        Path file,
        Recipe recipe,
        String fingerprint,
        @Nullable List<String> classes,
        long steps,
        @Nullable Provenance provenance) {

    /// @param path a file, or the folder of a run, of which the model counts, or else the checkpoint
    /// @throws IOException if there is nothing to compare with, or nothing says how it was trained
    public static Original of(Path path) throws IOException {
        Path file = Files.isDirectory(path) ? inFolder(new RunFolder(path)) : path;
        var card = ModelStore.card(file);
        var provenance = ModelStore.provenance(file);
        var classes = card.map(ModelCard::classes).orElse(null);
        if (provenance.isPresent()) {
            var p = provenance.get();
            return new Original(file, p.recipeOf(file), p.data().fingerprint(), classes, p.steps(), p);
        }
        Path recipe = RunFolder.of(file).recipe();
        if (!Files.isRegularFile(recipe))
            throw new IOException(
                    file + " does not say how it was trained, and there is no recipe.json beside it that does");
        long steps = 0;
        String fingerprint;
        try (var arena = Arena.ofConfined()) {
            var metadata = Safetensors.open(file, arena).metadata();
            String state = metadata.get(Checkpoint.STATE);
            if (state != null) steps = Json.read(state, RunState.class).step();
            fingerprint = card.map(ModelCard::data).orElse(metadata.getOrDefault(Checkpoint.DATA, ""));
        } catch (JacksonException e) {
            throw new IOException(file + ": the state of the run cannot be read: " + JsonFault.sentence(e), e);
        }
        return new Original(file, RecipeFile.read(recipe), fingerprint, classes, steps, null);
    }

    private static Path inFolder(RunFolder run) throws IOException {
        for (Path file : List.of(run.model(), run.checkpoint())) if (Files.isRegularFile(file)) return file;
        throw new NoSuchFileException(
                run.path().toString(), null, "there is no model.safetensors and no checkpoint in this folder");
    }

    /// How the data was split.
    public SplitOptions split() {
        return recipe.data().split();
    }

    /// Refuses data that the model was not trained on.
    ///
    /// @throws IllegalArgumentException saying what differs
    public void refuseOther(DataSet data) {
        if (fingerprint.equals(data.fingerprint())) return;
        throw new IllegalArgumentException("%s was trained on %s, and this is other data: %s"
                .formatted(file, recipe.data().source(), difference(data)));
    }

    private String difference(DataSet data) {
        if (classes != null && !classes.equals(data.classes())) {
            for (int i = 0; i < Math.min(classes.size(), data.classes().size()); i++)
                if (!classes.get(i).equals(data.classes().get(i)))
                    return "class %d was '%s', here it is '%s'"
                            .formatted(i, classes.get(i), data.classes().get(i));
            return "it had %d classes, here are %d"
                    .formatted(classes.size(), data.classes().size());
        }
        if (provenance != null) {
            var then = provenance.data();
            var now = Provenance.Data.of(data);
            var parts = new ArrayList<String>();
            part(parts, "train", then.train(), now.train());
            part(parts, "validation", then.validation(), now.validation());
            part(parts, "test", then.test(), now.test());
            if (!parts.isEmpty()) return String.join("; ", parts);
        }
        return "there are as many examples, but their names, labels or sizes are others (fingerprint %.12s…, was %.12s…)"
                .formatted(data.fingerprint(), fingerprint);
    }

    private static void part(List<String> parts, String name, int then, int now) {
        if (then != now) parts.add("the %s part had %,d examples, here are %,d".formatted(name, then, now));
    }

    /// What somebody did to the learning rate while it trained.
    public List<Control> controls() {
        return provenance == null ? List.of() : provenance.controls();
    }

    /// In what this machine is of another kind than the one that trained the model, a phrase each: the bits
    /// may differ for it. Empty where nobody noted it.
    ///
    /// @param jpeg which decoder reads JPEG files here
    public List<String> strangeness(Machine.Kind here, String jpeg) {
        if (provenance == null) return List.of();
        var there = provenance.machine();
        var strange = new ArrayList<String>();
        for (var component : Machine.Kind.class.getRecordComponents()) {
            try {
                var then = component.getAccessor().invoke(there);
                var now = component.getAccessor().invoke(here);
                if (!now.equals(then)) strange.add("%s %s, here %s".formatted(component.getName(), then, now));
            } catch (ReflectiveOperationException e) {
                throw new AssertionError(e);
            }
        }
        if (!jpeg.equals(provenance.jpeg()))
            strange.add("JPEG files read by %s, here by %s".formatted(provenance.jpeg(), jpeg));
        return strange;
    }

    /// A tensor that came out differently.
    ///
    /// @param differing elements whose bits differ
    /// @param greatest difference of an element; NaN if one of the two is no number
    public record Difference(String name, long differing, long elements, double greatest) {}

    /// Compares a model of the same network with the file, bit by bit.
    ///
    /// @return the tensors that differ, in the model's order
    public List<Difference> compare(Model model) throws IOException {
        var differences = new ArrayList<Difference>();
        try (var arena = Arena.ofConfined()) {
            var tensors = Safetensors.open(file, arena);
            for (Parameter p : model.network().parameters())
                compare(
                        tensors.find(p.name()).orElse(null),
                        p,
                        model.parameters().slice(p),
                        differences);
            for (Parameter p : model.network().statistics())
                compare(
                        tensors.find(p.name()).orElse(null),
                        p,
                        model.statistics().slice(p),
                        differences);
        }
        return differences;
    }

    private static void compare(@Nullable Entry original, Parameter p, FlatVector again, List<Difference> differences) {
        if (original == null || original.size() != again.length()) {
            differences.add(new Difference(p.name(), again.length(), again.length(), Double.NaN));
            return;
        }
        long differing = 0;
        double greatest = 0;
        for (long i = 0; i < again.length(); i++) {
            float one = (float) original.element(i);
            float other = again.get(i);
            if (Float.floatToRawIntBits(one) == Float.floatToRawIntBits(other)) continue;
            differing++;
            greatest = Math.max(greatest, Math.abs((double) one - other)); // NaN wins
        }
        if (differing > 0) differences.add(new Difference(p.name(), differing, again.length(), greatest));
    }
}

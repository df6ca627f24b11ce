package dev.thalweg.format;

import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Parameter;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SequencedMap;

/// A model as a safetensors file: its parameters and running statistics by their canonical names, as
/// float32, and strings about it. Other tools read these files; theirs are read if names and shapes
/// agree, in any floating-point type.
///
///     ModelFile.save(path, model, metadata);
///     ModelFile.load(path, model);                 // every tensor, or a MismatchedModel
///     ModelFile.loadWithoutHead(path, model);      // all but the last layer: to learn other classes
public final class ModelFile {
    /// The member of the metadata that names the architecture; error messages make use of it.
    public static final String ARCHITECTURE = "architecture";

    private ModelFile() {}

    /// Which of a model's tensors come from the file.
    public enum Part {
        /// Every one; the file may hold no others.
        WHOLE,
        /// All but those of the head, the last layer that has parameters. What the file has for the head,
        /// or for layers that the network has not, is left aside.
        WITHOUT_HEAD
    }

    /// What was loaded.
    ///
    /// @param kept names of the network's tensors that keep the values they had
    /// @param ignored names of the file's tensors that were left aside
    public record Loaded(SequencedMap<String, String> metadata, List<String> kept, List<String> ignored) {
        public Loaded {
            kept = List.copyOf(kept);
            ignored = List.copyOf(ignored);
        }
    }

    /// Creates or replaces the file, as [AtomicFile] does, with a checksum that is compared when it is loaded.
    ///
    /// @param metadata what a reader needs to know besides: architecture, classes, preprocessing
    public static void save(Path path, Model model, SequencedMap<String, String> metadata) throws IOException {
        var tensors = new ArrayList<Entry>();
        for (Parameter p : model.network().parameters())
            tensors.add(Entry.ofFloats(p.name(), p.shape(), model.parameters().slice(p)));
        for (Parameter p : model.network().statistics())
            tensors.add(Entry.ofFloats(p.name(), p.shape(), model.statistics().slice(p)));
        Safetensors.writeVerifiable(path, metadata, tensors);
    }

    /// The strings that the file holds about its model.
    public static SequencedMap<String, String> metadata(Path path) throws IOException {
        try (var arena = Arena.ofConfined()) {
            return Safetensors.open(path, arena).metadata();
        }
    }

    /// Loads all parameters and statistics.
    ///
    /// @throws MismatchedModel if the file lacks a tensor, has one too many, or one of another shape
    public static Loaded load(Path path, Model model) throws IOException {
        return load(path, model, Part.WHOLE);
    }

    /// Loads all but the head, which keeps its values.
    ///
    /// @throws MismatchedModel if the file lacks another tensor or has it in another shape
    public static Loaded loadWithoutHead(Path path, Model model) throws IOException {
        return load(path, model, Part.WITHOUT_HEAD);
    }

    /// Whether all tensors of the file belong to the network, before memory is taken for it.
    ///
    /// @throws MismatchedModel if one is missing, one too many, or of another shape
    public static void check(SafetensorsFile file, Network network) throws MismatchedModel {
        Fit.of(file.path(), file.metadata(), file.tensors(), network, Part.WHOLE);
    }

    private static Loaded load(Path path, Model model, Part part) throws IOException {
        try (var arena = Arena.ofConfined()) {
            var file = Safetensors.open(path, arena).verify();
            return fill(path, file.metadata(), file.tensors(), model, part);
        }
    }

    /// Loads tensors from anywhere, for example those of a file whose names were changed. Either all
    /// that belongs to `part` is loaded or nothing.
    ///
    /// @param path where they come from
    /// @param tensors by the network's names
    public static Loaded fill(
            Path path,
            SequencedMap<String, String> metadata,
            SequencedMap<String, Entry> tensors,
            Model model,
            Part part)
            throws MismatchedModel {
        var network = model.network();
        var fit = Fit.of(path, metadata, tensors, network, part);
        for (Parameter p : network.parameters())
            if (fit.loads(p)) fit.tensor(p).readFloats(model.parameters().slice(p));
        for (Parameter p : network.statistics())
            if (fit.loads(p)) fit.tensor(p).readFloats(model.statistics().slice(p));
        return new Loaded(Collections.unmodifiableSequencedMap(metadata), fit.kept(), fit.ignored());
    }
}

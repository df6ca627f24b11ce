package dev.thalweg.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.nn.Layers;
import dev.thalweg.nn.Model;
import dev.thalweg.nn.Network;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelFileTest {
    @TempDir
    Path folder;

    private final Arena arena = Arena.ofConfined();

    @AfterEach
    void close() {
        arena.close();
    }

    private static Network network(String name, int channels, int width, int kernel, int classes) {
        return Network.build(
                name,
                Shape.of(channels, 5, 7),
                x -> x.then("conv", Layers.convolution(width, kernel))
                        .then("bn", Layers.batchNorm())
                        .then(Layers.relu())
                        .then(Layers.globalAveragePool())
                        .then("fc", Layers.linear(classes)));
    }

    private static final Network SMALL = network("small", 3, 4, 3, 2);

    private Model model(Network network, long seed) {
        return Model.initialise(network, seed, arena);
    }

    private Path saved(Network network) throws IOException {
        Path path = folder.resolve(network.name() + ".safetensors");
        ModelFile.save(path, model(network, 1), metadata("architecture", "small"));
        return path;
    }

    private static SequencedMap<String, String> metadata(String... keysAndValues) {
        var metadata = new LinkedHashMap<String, String>();
        for (int i = 0; i < keysAndValues.length; i += 2) metadata.put(keysAndValues[i], keysAndValues[i + 1]);
        return metadata;
    }

    /// The tensors of a model of `network`, to be tampered with.
    private SequencedMap<String, Entry> tensors(Network network) throws IOException {
        return new LinkedHashMap<>(Safetensors.open(saved(network), arena).tensors());
    }

    private static Entry tensor(String name, DType type, Long... shape) {
        return new Entry(
                name, type, List.of(shape), MemorySegment.ofArray(new byte[(int) Entry.bytes(type, List.of(shape))]));
    }

    private void refused(SequencedMap<String, Entry> tensors, ModelFile.Part part, String sentence) {
        refused(metadata(), tensors, SMALL, part, sentence);
    }

    /// Refused with this sentence, and the model is as it was.
    private void refused(
            SequencedMap<String, String> metadata,
            SequencedMap<String, Entry> tensors,
            Network network,
            ModelFile.Part part,
            String sentence) {
        var model = model(network, 2);
        var untouched = model(network, 2);
        assertThatThrownBy(() -> ModelFile.fill(Path.of("file"), metadata, tensors, model, part))
                .isInstanceOf(MismatchedModel.class)
                .hasMessage("file does not fit network %s: %s", network.name(), sentence);
        assertThat(model.parameters().toArray())
                .isEqualTo(untouched.parameters().toArray());
        assertThat(model.statistics().toArray())
                .isEqualTo(untouched.statistics().toArray());
    }

    @Test
    void loadsWhatWasSaved() throws IOException {
        Path path = folder.resolve("model.safetensors");
        var model = model(SMALL, 1);
        for (int i = 0; i < model.statistics().length(); i++) model.statistics().set(i, i + 0.25f);
        var metadata = metadata("architecture", "small", "classes", "[\"ants\",\"bees\"]", "a", "kept in order");
        ModelFile.save(path, model, metadata);

        var other = model(SMALL, 2);
        var loaded = ModelFile.load(path, other);
        assertThat(other.parameters().toArray()).isEqualTo(model.parameters().toArray());
        assertThat(other.statistics().toArray()).isEqualTo(model.statistics().toArray());
        assertThat(loaded.metadata()).containsExactlyEntriesOf(metadata);
        assertThat(loaded.kept()).isEmpty();
        assertThat(loaded.ignored()).isEmpty();
        assertThat(ModelFile.metadata(path)).containsExactlyEntriesOf(metadata);
    }

    /// The last byte lies in a tensor: nothing but the checksum can tell that a bit of it was flipped.
    @Test
    void loadsNothingFromADamagedFile() throws IOException {
        Path path = saved(SMALL);
        byte[] bytes = Files.readAllBytes(path);
        bytes[bytes.length - 1] ^= 1;
        Files.write(path, bytes);
        var model = model(SMALL, 2);
        assertThatThrownBy(() -> ModelFile.load(path, model))
                .isInstanceOf(MalformedFile.class)
                .hasMessageStartingWith(path + ", byte 0: expected contents of checksum ");
        assertThatThrownBy(() -> ModelFile.loadWithoutHead(path, model))
                .isInstanceOf(MalformedFile.class)
                .hasMessageStartingWith(path + ", byte 0: expected contents of checksum ");
        assertThat(model.parameters().toArray())
                .isEqualTo(model(SMALL, 2).parameters().toArray());
    }

    @Test
    void namesAndShapesAreThoseOfTorchvision() throws IOException {
        assertThat(tensors(SMALL).values().stream().map(Entry::toString))
                .containsExactly(
                        "bn.bias F32 [4]",
                        "bn.running_mean F32 [4]",
                        "bn.running_var F32 [4]",
                        "bn.weight F32 [4]",
                        "conv.bias F32 [4]",
                        "conv.weight F32 [4, 3, 3, 3]",
                        "fc.bias F32 [2]",
                        "fc.weight F32 [2, 4]");
    }

    @Test
    void theSameModelGivesTheSameBytes() throws IOException {
        byte[] first = Files.readAllBytes(saved(SMALL));
        assertThat(saved(SMALL)).hasBinaryContent(first);
    }

    @Test
    void theHeadKeepsItsValues() throws IOException {
        var source = model(network("large", 3, 4, 3, 1000), 1);
        Path path = folder.resolve("large.safetensors");
        ModelFile.save(path, source, metadata());
        var model = model(SMALL, 2);
        var untouched = model(SMALL, 2);
        var loaded = ModelFile.loadWithoutHead(path, model);
        assertThat(loaded.kept()).containsExactly("fc.weight", "fc.bias");
        assertThat(loaded.ignored()).containsExactly("fc.bias", "fc.weight");
        for (String name : List.of("fc.weight", "fc.bias"))
            assertThat(model.parameter(name).toArray())
                    .isEqualTo(untouched.parameter(name).toArray());
        for (String name : List.of("conv.weight", "conv.bias", "bn.weight", "bn.bias"))
            assertThat(model.parameter(name).toArray())
                    .isEqualTo(source.parameter(name).toArray());
    }

    @Test
    void anotherOrMissingHeadIsLeftAside() throws IOException {
        var tensors = tensors(SMALL);
        tensors.remove("fc.weight");
        tensors.remove("fc.bias");
        tensors.put("classifier.weight", tensor("classifier.weight", DType.F32, 9L));
        var loaded = ModelFile.fill(Path.of("file"), metadata(), tensors, model(SMALL, 2), ModelFile.Part.WITHOUT_HEAD);
        assertThat(loaded.ignored()).containsExactly("classifier.weight");
    }

    @Test
    void anyFloatingTypeWillDo() throws IOException {
        var tensors = tensors(SMALL);
        tensors.put("bn.weight", tensor("bn.weight", DType.F16, 4L));
        tensors.put("bn.bias", tensor("bn.bias", DType.BF16, 4L));
        tensors.put("conv.bias", tensor("conv.bias", DType.F64, 4L));
        var model = model(SMALL, 2);
        ModelFile.fill(Path.of("file"), metadata(), tensors, model, ModelFile.Part.WHOLE);
        assertThat(model.parameter("bn.weight").toArray()).containsOnly(0);
    }

    @Test
    void theCounterOfPyTorchIsLeftAside() throws IOException {
        var tensors = tensors(SMALL);
        tensors.put("bn.num_batches_tracked", tensor("bn.num_batches_tracked", DType.I64));
        var loaded = ModelFile.fill(Path.of("file"), metadata(), tensors, model(SMALL, 2), ModelFile.Part.WHOLE);
        assertThat(loaded.ignored()).containsExactly("bn.num_batches_tracked");
    }

    @Test
    void refusesOtherClasses() throws IOException {
        refused(
                tensors(network("large", 3, 4, 3, 1000)),
                ModelFile.Part.WHOLE,
                "tensor 'fc.weight' should have the shape [2, 4], got [1000, 4], and 1 other tensor differs too;"
                        + " the file has 1000 classes, the network 2: load it without the head");
    }

    /// Without its head the file would not fit either, so that is not advised.
    @Test
    void refusesOtherClassesAndMore() throws IOException {
        var tensors = tensors(network("large", 3, 4, 3, 1000));
        tensors.put("bn.running_var", tensor("bn.running_var", DType.F32, 5L));
        refused(
                tensors,
                ModelFile.Part.WHOLE,
                "tensor 'fc.weight' should have the shape [2, 4], got [1000, 4], and 2 other tensors differ too;"
                        + " the file has 1000 classes, the network 2");
        refused(
                tensors,
                ModelFile.Part.WITHOUT_HEAD,
                "tensor 'bn.running_var' should have the shape [4], got [5]; the file's layer is of another width");
    }

    @Test
    void refusesOtherShapesAndSaysWhy() throws IOException {
        var conv = Map.of(
                tensor("conv.weight", DType.F32, 4L, 1L, 3L, 3L),
                        "[4, 1, 3, 3]; the file's network takes pictures of 1 channel, this one of 3 channels",
                tensor("conv.weight", DType.F32, 4L, 3L, 7L, 7L),
                        "[4, 3, 7, 7]; the file's layer has a kernel of 7×7, this one of 3×3",
                tensor("conv.weight", DType.F32, 3L, 3L, 3L, 4L),
                        "[3, 3, 3, 4]; the same extents in another order, as Keras keeps them",
                tensor("conv.weight", DType.F32, 4L, 27L), "[4, 27]; as many elements, but arranged otherwise",
                tensor("conv.weight", DType.F32, 4L), "[4]; a tensor of another kind",
                tensor("conv.weight", DType.F32), "[]; a tensor of another kind",
                tensor("conv.weight", DType.F32, 8L, 3L, 3L, 3L), "[8, 3, 3, 3]; the file's layer is of another width");
        for (var row : conv.entrySet()) {
            var tensors = tensors(SMALL);
            tensors.put("conv.weight", row.getKey());
            refused(
                    tensors,
                    ModelFile.Part.WHOLE,
                    "tensor 'conv.weight' should have the shape [4, 3, 3, 3], got " + row.getValue());
        }
        var tensors = tensors(SMALL);
        tensors.put("fc.weight", tensor("fc.weight", DType.F32, 2L, 36L));
        refused(
                tensors,
                ModelFile.Part.WHOLE,
                "tensor 'fc.weight' should have the shape [2, 4], got [2, 36]; the file's layer takes 36 features,"
                        + " this one 4: its network may take pictures of another size");
    }

    @Test
    void refusesIntegers() throws IOException {
        var tensors = tensors(SMALL);
        tensors.put("bn.weight", tensor("bn.weight", DType.I8, 4L));
        refused(tensors, ModelFile.Part.WHOLE, "tensor 'bn.weight' should hold floating-point numbers, got I8");
    }

    @Test
    void namesAnotherArchitecture() throws IOException {
        refused(
                metadata("architecture", "lenet5"),
                tensors(network("wide", 3, 8, 3, 2)),
                SMALL,
                ModelFile.Part.WHOLE,
                "tensor 'conv.weight' should have the shape [4, 3, 3, 3], got [8, 3, 3, 3], and 6 other tensors differ"
                        + " too; the file says that it is 'lenet5'");
    }

    @Test
    void listsMissingAndUnexpectedNames() throws IOException {
        var tensors = new LinkedHashMap<String, Entry>();
        tensors.put("bn.weight", tensor("bn.weight", DType.F32, 4L));
        tensors.put("x", tensor("x", DType.F32));
        refused(
                tensors,
                ModelFile.Part.WHOLE,
                "7 tensors are missing ('conv.weight', 'conv.bias', 'bn.bias' and 4 more) and 1 tensor is unexpected ('x')");
        assertThatThrownBy(() ->
                        ModelFile.fill(Path.of("file"), metadata(), tensors, model(SMALL, 2), ModelFile.Part.WHOLE))
                .isInstanceOfSatisfying(MismatchedModel.class, e -> {
                    assertThat(e.missing()).hasSize(7).contains("bn.running_var");
                    assertThat(e.unexpected()).containsExactly("x");
                });
    }

    @Test
    void refusesABiasThatTheNetworkHasNot() throws IOException {
        var tensors = tensors(SMALL);
        tensors.put("bn.extra", tensor("bn.extra", DType.F32, 4L));
        for (var part : ModelFile.Part.values()) refused(tensors, part, "1 tensor is unexpected ('bn.extra')");
    }

    @Test
    void advisesToLeaveAnotherHead() throws IOException {
        var tensors = tensors(SMALL);
        tensors.remove("fc.weight");
        tensors.remove("fc.bias");
        refused(
                tensors,
                ModelFile.Part.WHOLE,
                "2 tensors are missing ('fc.weight', 'fc.bias'); the file has another head or none: load it without the head");
    }

    @Test
    void seesAPrefix() throws IOException {
        var tensors = new LinkedHashMap<String, Entry>();
        tensors(SMALL).forEach((name, tensor) -> tensors.put("module." + name, tensor));
        refused(
                tensors,
                ModelFile.Part.WHOLE,
                "8 tensors are missing ('conv.weight', 'conv.bias', 'bn.weight' and 5 more) and 8 tensors are unexpected"
                        + " ('module.bn.bias', 'module.bn.running_mean', 'module.bn.running_var' and 5 more);"
                        + " the file's names begin with 'module.', which the network's do not");
    }

    @Test
    void seesTheNamesOfKeras() {
        var tensors = new LinkedHashMap<String, Entry>();
        tensors.put("Conv1/kernel", tensor("Conv1/kernel", DType.F32, 3L, 3L, 3L, 4L));
        refused(
                tensors,
                ModelFile.Part.WHOLE,
                "8 tensors are missing ('conv.weight', 'conv.bias', 'bn.weight' and 5 more) and 1 tensor is unexpected"
                        + " ('Conv1/kernel'); the file's names are those of Keras, not of PyTorch");
    }

    /// A failure in the middle of saving leaves the old file.
    @Test
    void savingFailsWhole() throws IOException {
        Path path = saved(SMALL);
        byte[] old = Files.readAllBytes(path);
        Model closed;
        try (var gone = Arena.ofConfined()) {
            closed = Model.initialise(SMALL, 3, gone);
        }
        assertThatThrownBy(() -> ModelFile.save(path, closed, metadata())).isInstanceOf(IllegalStateException.class);
        assertThat(path).hasBinaryContent(old);
        assertThat(folder.toFile().list()).containsExactly("small.safetensors");
    }
}

package dev.thalweg.format;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.thalweg.tensor.FlatVector;
import dev.thalweg.tensor.Shape;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Files as the format says, byte for byte, and as the reference implementation writes them.
class SafetensorsTest {
    private static final SequencedMap<String, String> NO_METADATA = new LinkedHashMap<>();

    private static final List<DType> TYPES = List.of(DType.values());

    @TempDir
    Path folder;

    private final Arena arena = Arena.ofShared();

    @AfterEach
    void close() {
        arena.close();
    }

    private SafetensorsFile open(Path path) throws IOException {
        return Safetensors.open(path, arena);
    }

    private FlatVector vector(float... values) {
        return FlatVector.of(values, arena);
    }

    private float[] floats(Entry tensor) {
        var target = FlatVector.allocate(tensor.size(), arena);
        tensor.readFloats(target);
        return target.toArray();
    }

    private static MemorySegment bytes(int... values) {
        var bytes = new byte[values.length];
        for (int i = 0; i < values.length; i++) bytes[i] = (byte) values[i];
        return MemorySegment.ofArray(bytes);
    }

    /// The header, 79 characters and a space, is 0x50 bytes long; 1.0 is 0x3f800000, −2.0 0xc0000000.
    private static final byte[] BY_HAND = ("\120\0\0\0\0\0\0\0"
                    + "{\"__metadata__\":{\"a\":\"b\"},"
                    + "\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}} "
                    + "\0\0\200\77"
                    + "\0\0\0\300")
            .getBytes(ISO_8859_1);

    @Test
    void writesExactlyTheseBytes() throws IOException {
        var metadata = new LinkedHashMap<>(Map.of("a", "b"));
        Path path = folder.resolve("hand.safetensors");
        Safetensors.write(path, metadata, List.of(Entry.ofFloats("w", vector(1, -2))));
        assertThat(Files.readString(path, ISO_8859_1)).isEqualTo(new String(BY_HAND, ISO_8859_1));
    }

    @Test
    void readsExactlyTheseBytes() throws IOException {
        var file = open(Files.write(folder.resolve("hand.safetensors"), BY_HAND));
        assertThat(file.names()).containsExactly("w");
        assertThat(file.metadata()).containsExactly(Map.entry("a", "b"));
        assertThat(file.get("w").shape()).containsExactly(2L);
        assertThat(floats(file.get("w"))).containsExactly(1, -2);
        assertThat(file).hasToString(file.path() + ": 1 tensor");
    }

    /// CRC-32C of the 18 bytes `a 00 1 00 b 00 2 00 w 00 F32 00 1,2 00` and the elements' 8, found with a loop over
    /// bits
    /// in Python. By another one all older files would be refused.
    @Test
    void theChecksumIsOfTheseBytes() throws IOException {
        Path path = folder.resolve("sealed.safetensors");
        var metadata = new LinkedHashMap<String, String>();
        metadata.put("b", "2");
        metadata.put("a", "1");
        var elements = bytes(0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0);
        Safetensors.writeVerifiable(path, metadata, List.of(new Entry("w", DType.F32, List.of(1L, 2L), elements)));
        assertThat(Files.readString(path, ISO_8859_1)).contains("\"thalweg.crc32c\":\"272930ad\"");
        assertThat(open(path).verify().metadata()).isEqualTo(metadata);
    }

    /// What `reference.py` puts into its file, in another order.
    private List<Entry> reference() {
        return List.of(
                new Entry("bool", DType.BOOL, List.of(3L), bytes(0, 1, 1)),
                new Entry("\uD83D\uDE00", DType.F32, List.of(), bytes(0, 0, 0x80, 0x40)),
                new Entry("u8", DType.U8, List.of(2L), bytes(0, 255)),
                new Entry("i8", DType.I8, List.of(1L), bytes(0x80)),
                new Entry("f64", DType.F64, List.of(1L), bytes(0x9a, 0x99, 0x99, 0x99, 0x99, 0x99, 0xb9, 0x3f)),
                new Entry("i16", DType.I16, List.of(2L), bytes(0xfe, 0xff, 3, 0)),
                Entry.ofFloats("\uFB01\u00e9 \u001f\u007f\"/\\\n", Shape.of(), vector(3)),
                new Entry("f16", DType.F16, List.of(2L, 1L), bytes(0, 0x3e, 1, 0)),
                new Entry("bf16", DType.BF16, List.of(2L), bytes(0xc0, 0x3f, 0x80, 0xff)),
                Entry.ofLongs("i64", -1, 1L << 62),
                new Entry("i32", DType.I32, List.of(), bytes(0xf9, 0xff, 0xff, 0xff)),
                Entry.ofFloats("b", Shape.of(2, 1), vector(1.5f, -2)),
                new Entry("a", DType.F32, List.of(0L, 4L), bytes()));
    }

    private Path referenceFile() throws IOException {
        try (var in = SafetensorsTest.class.getResourceAsStream("reference.safetensors")) {
            assertThat(in).isNotNull();
            return Files.write(folder.resolve("reference.safetensors"), in.readAllBytes());
        }
    }

    @Test
    void writesTheBytesOfTheReferenceImplementation() throws IOException {
        var metadata = new LinkedHashMap<>(Map.of("k\u20ac", "v\t\u0001 \uD83D\uDE00"));
        Path ours = folder.resolve("ours.safetensors");
        Safetensors.write(ours, metadata, reference());
        assertThat(Files.readString(ours, ISO_8859_1)).isEqualTo(Files.readString(referenceFile(), ISO_8859_1));
    }

    @Test
    void readsTheFileOfTheReferenceImplementation() throws IOException {
        var file = open(referenceFile());
        for (var expected : reference()) {
            var tensor = file.get(expected.name());
            assertThat(tensor).hasToString(expected.toString());
            assertThat(tensor.toArray()).isEqualTo(expected.toArray());
        }
        assertThat(file.names()).hasSize(reference().size());
        assertThat(file.metadata()).containsExactly(Map.entry("k\u20ac", "v\t\u0001 \uD83D\uDE00"));
    }

    /// 1.5 is exact in each type; 0x0001 is float16's least number, 0xff80 bfloat16's −∞, and 0.1 the
    /// double that rounds to the float of that name.
    @Test
    void convertsEveryFloatingTypeToFloat() throws IOException {
        var file = open(referenceFile());
        assertThat(floats(file.get("b"))).containsExactly(1.5f, -2);
        assertThat(floats(file.get("f16"))).containsExactly(1.5f, 0x1p-24f);
        assertThat(floats(file.get("bf16"))).containsExactly(1.5f, Float.NEGATIVE_INFINITY);
        assertThat(floats(file.get("f64"))).containsExactly(0.1f);
        assertThat(file.get("i64").longs()).containsExactly(-1, 1L << 62);
    }

    @Test
    void keepsEveryBitOfFloats() throws IOException {
        var values = FlatVector.allocate(1021, arena);
        var random = new SplittableRandom(1);
        for (int i = 0; i < 1021; i++) values.segment().setAtIndex(JAVA_INT, i, random.nextInt());
        Path path = folder.resolve("bits.safetensors");
        Safetensors.write(path, NO_METADATA, List.of(Entry.ofFloats("x", values)));
        var back = FlatVector.allocate(1021, arena);
        open(path).readFloats("x", back);
        assertThat(back.segment().mismatch(values.segment())).isEqualTo(-1);
    }

    /// Random tensors of every type, rank 0 to 4, some empty, in native memory, mapped memory or on the heap.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void readsBackWhatItWrote(long seed) throws IOException {
        var random = new SplittableRandom(seed);
        var tensors = randomTensors(random);
        var metadata = new LinkedHashMap<String, String>();
        for (int i = random.nextInt(20); i > 0; i--) metadata.put("key" + random.nextInt(), randomText(random));
        Path path = folder.resolve("random.safetensors");
        Safetensors.write(path, metadata, tensors);

        var file = open(path);
        assertThat(file.metadata()).containsExactlyEntriesOf(metadata);
        assertThat(file.names()).hasSize(tensors.size());
        for (var tensor : tensors) {
            assertThat(file.get(tensor.name())).hasToString(tensor.toString());
            assertThat(file.get(tensor.name()).data().mismatch(tensor.data())).isEqualTo(-1);
        }

        var copy = folder.resolve("copy.safetensors");
        Safetensors.write(copy, file.metadata(), file.tensors().values());
        assertThat(Files.mismatch(path, copy)).isEqualTo(-1);
    }

    private List<Entry> randomTensors(SplittableRandom random) {
        var tensors = new ArrayList<Entry>();
        for (int i = random.nextInt(40); i >= 0; i--) {
            var type = TYPES.get(random.nextInt(TYPES.size()));
            var shape = new ArrayList<Long>();
            for (int rank = random.nextInt(5); rank > 0; rank--) shape.add((long) random.nextInt(7));
            var values = new byte[Math.toIntExact(Entry.bytes(type, shape))];
            random.nextBytes(values);
            var data = MemorySegment.ofArray(values);
            if (random.nextBoolean()) data = arena.allocate(values.length).copyFrom(data);
            tensors.add(new Entry(randomText(random) + i, type, shape, data));
        }
        return tensors;
    }

    private static String randomText(SplittableRandom random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(12); i > 0; i--) {
            int c = random.nextInt(random.nextBoolean() ? 0x80 : 0x110000);
            if (c < 0xD800 || c > 0xDFFF) text.appendCodePoint(c);
        }
        return text.toString();
    }

    @Test
    void theOrderOfTensorsDoesNotChangeTheBytes() throws IOException {
        var tensors = new ArrayList<>(reference());
        Path one = folder.resolve("one.safetensors");
        Path other = folder.resolve("other.safetensors");
        Safetensors.write(one, NO_METADATA, tensors);
        Collections.shuffle(tensors, new Random(7));
        Safetensors.write(other, NO_METADATA, tensors);
        assertThat(Files.mismatch(one, other)).isEqualTo(-1);
    }

    @Test
    void theDataAreAligned() throws IOException {
        for (int length = 1; length <= 9; length++) {
            Path path = folder.resolve("aligned.safetensors");
            Safetensors.write(path, NO_METADATA, List.of(Entry.ofFloats("n".repeat(length), vector(1))));
            assertThat(open(path).tensors().firstEntry().getValue().data().address() % 8)
                    .isZero();
        }
    }

    @Test
    void aFileMayHoldNothing() throws IOException {
        Path path = folder.resolve("empty.safetensors");
        Safetensors.write(path, NO_METADATA, List.of());
        assertThat(Files.readString(path, ISO_8859_1)).isEqualTo("\u0008\0\0\0\0\0\0\0{}      ");
        assertThat(open(path).names()).isEmpty();
    }

    /// More than one piece of what goes through the staging buffer, and not a whole number of them.
    @Test
    void writesLargeTensorsFromTheHeap() throws IOException {
        var values = new byte[(2 << 20) + 1021];
        new SplittableRandom(3).nextBytes(values);
        Path path = folder.resolve("large.safetensors");
        var tensor = new Entry("x", DType.U8, List.of((long) values.length), MemorySegment.ofArray(values));
        Safetensors.write(path, NO_METADATA, List.of(tensor));
        assertThat(open(path).get("x").toArray()).isEqualTo(values);
    }

    @Test
    void refusesATensorWhoseDataDoNotFillItsShape() {
        assertThatThrownBy(() -> new Entry("x", DType.F16, List.of(2L, 3L), bytes(1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'x': F16 elements of shape [2, 3] take 12 bytes, got 2");
        assertThatThrownBy(() -> new Entry("x", DType.U8, List.of(-1L, -2L), bytes(1, 2)))
                .hasMessage("tensor 'x': every extent must be at least 0, got [-1, -2]");
    }

    @Test
    void refusesToWriteOneNameTwice() {
        var tensors = List.of(Entry.ofLongs("x", 1), Entry.ofFloats("x", vector(1)));
        assertThatThrownBy(() -> Safetensors.write(folder.resolve("f"), NO_METADATA, tensors))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("two tensors are named 'x'");
        assertThatThrownBy(() ->
                        Safetensors.write(folder.resolve("f"), NO_METADATA, List.of(Entry.ofLongs("__metadata__", 1))))
                .hasMessage("a tensor must not be named '__metadata__'");
        assertThatThrownBy(
                        () -> Safetensors.write(folder.resolve("f"), NO_METADATA, List.of(Entry.ofLongs("\uD83D", 1))))
                .hasMessage("'\uD83D' holds half a surrogate pair, which UTF-8 cannot express");
        assertThat(folder).isEmptyDirectory();
    }

    @ParameterizedTest
    @EnumSource(names = {"I64", "I32", "I16", "I8", "U8", "BOOL"})
    void refusesToReadIntegersAsFloats(DType type) {
        var tensor = new Entry("x", type, List.of(), MemorySegment.ofArray(new byte[type.bytes()]));
        assertThatThrownBy(() -> floats(tensor))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'x' holds " + type + ", expected F32, F16, BF16 or F64");
    }

    @Test
    void refusesAVectorOfAnotherLength() {
        assertThatThrownBy(() -> Entry.ofFloats("x", vector(1, 2)).readFloats(vector(1, 2, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("tensor 'x' has 2 elements, the vector it is read into 3");
    }

    @Test
    void namesATensorThatIsNotThere() throws IOException {
        var file = open(Files.write(folder.resolve("hand.safetensors"), BY_HAND));
        assertThat(file.find("v")).isEmpty();
        assertThatThrownBy(() -> file.get("v"))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessage("no tensor of " + file.path() + " is named 'v'");
        assertThatThrownBy(() -> open(folder.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }
}

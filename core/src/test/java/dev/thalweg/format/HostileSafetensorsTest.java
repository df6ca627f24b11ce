package dev.thalweg.format;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Files that lie. One row for each way to be wrong, with the byte and the sentence that name it.
class HostileSafetensorsTest {
    private static final String TYPES = "I64, F64, F32, I32, BF16, F16, I16, I8, U8, BOOL";

    @TempDir
    Path folder;

    /// The header's length, the header, and as many bytes of zero.
    private static byte[] file(String header, int data) {
        byte[] json = header.getBytes(UTF_8);
        return file(json.length, json, data);
    }

    private static byte[] file(long length, byte[] header, int data) {
        return ByteBuffer.allocate(Long.BYTES + header.length + data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .put(header)
                .array();
    }

    /// A tensor 'a' of these members, beside four bytes of data.
    private static byte[] tensor(String members) {
        return file("{\"a\":{" + members + "}}", 4);
    }

    private static byte[] tensor(String type, String shape, String offsets) {
        return tensor("\"dtype\":%s,\"shape\":%s,\"data_offsets\":%s".formatted(type, shape, offsets));
    }

    /// Tensors of bytes, named a, b, …, with these offsets.
    private static byte[] places(int data, int... offsets) {
        var header = new StringBuilder("{");
        for (int i = 0; i < offsets.length; i += 2)
            header.append(i == 0 ? "" : ",")
                    .append("\"%c\":{\"dtype\":\"U8\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
                            .formatted('a' + i / 2, offsets[i + 1] - offsets[i], offsets[i], offsets[i + 1]));
        return file(header.append("}").toString(), data);
    }

    static Stream<Arguments> wrong() {
        return Stream.concat(wrongLengths(), Stream.concat(wrongJson(), Stream.concat(wrongTensors(), wrongPlaces())));
    }

    private static Stream<Arguments> wrongLengths() {
        byte[] json = "{}".getBytes(UTF_8);
        String tooLong =
                "expected a header of at most 100000000 bytes, found a length of %s, as in a file of another format";
        return Stream.of(
                arguments(
                        "an empty file",
                        new byte[0],
                        0,
                        "expected the header's length in 8 bytes, found the end of the file"),
                arguments(
                        "seven bytes",
                        new byte[7],
                        7,
                        "expected the header's length in 8 bytes, found the end of the file"),
                arguments("no header", new byte[8], 8, "expected a header that begins with '{', found no header"),
                arguments("one byte too long", file(100_000_001, json, 0), 0, tooLong.formatted("100000001")),
                arguments("2^63", file(Long.MIN_VALUE, json, 0), 0, tooLong.formatted("9223372036854775808")),
                arguments("2^64 - 1", file(-1, json, 0), 0, tooLong.formatted("18446744073709551615")),
                arguments(
                        "a picture",
                        "\u0089PNG\r\n\u001a\n".getBytes(ISO_8859_1),
                        0,
                        tooLong.formatted("727905341920923785")),
                arguments(
                        "the longest header, and not there",
                        file(100_000_000, json, 0),
                        10,
                        "expected a header of 100000000 bytes, found the end of the file after 2"),
                arguments(
                        "truncated by a byte",
                        file(3, json, 0),
                        10,
                        "expected a header of 3 bytes, found the end of the file after 2"));
    }

    private static Stream<Arguments> wrongJson() {
        return Stream.of(
                arguments("not an object", file("[]", 0), 8, "expected a header that begins with '{', found byte 0x5b"),
                arguments("space first", file(" {}", 0), 8, "expected a header that begins with '{', found byte 0x20"),
                arguments(
                        "a byte order mark",
                        file("\uFEFF{}", 0),
                        8,
                        "expected a header that begins with '{', found byte 0xef"),
                arguments("UTF-16", file("{\0}\0", 0), 9, "expected JSON in UTF-8, found byte 0x00"),
                arguments("UTF-32", file("{ \0\0", 0), 10, "expected JSON in UTF-8, found byte 0x00"),
                arguments(
                        "more after the end",
                        file("{}{}", 0),
                        10,
                        "expected only spaces after the header's last '}', found an object"),
                arguments("a bracket too many", file("{}]", 0), 10, null),
                arguments("unfinished", file("{\"a\":", 0), 13, null),
                arguments("unquoted", file("{a:1}", 0), 9, null),
                arguments("a comma too many", file("{\"__metadata__\":{},}", 0), -1, null),
                arguments("a comment", file("{/**/}", 0), 9, null),
                arguments("not a number", tensor("\"F32\"", "[NaN]", "[0,4]"), -1, null),
                arguments("not UTF-8", file(4, new byte[] {'{', '"', (byte) 0xff, '"'}, 0), -1, null),
                arguments(
                        "deep",
                        file("{\"a\":" + "[".repeat(100_000), 0),
                        13,
                        "expected tensor 'a' to be an object, found an array"),
                arguments(
                        "a name twice",
                        file("{\"a\":{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]},\"\\u0061\":1}", 0),
                        61,
                        "expected each name once, found 'a' twice"),
                arguments(
                        "metadata twice",
                        file("{\"__metadata__\":{},\"__metadata__\":{}}", 0),
                        27,
                        "expected each name once, found '__metadata__' twice"),
                arguments(
                        "metadata a string",
                        file("{\"__metadata__\":\"x\"}", 0),
                        24,
                        "expected __metadata__ to be an object, found 'x'"),
                arguments(
                        "metadata null",
                        file("{\"__metadata__\":null}", 0),
                        24,
                        "expected __metadata__ to be an object, found null"),
                arguments(
                        "metadata of numbers",
                        file("{\"__metadata__\":{\"k\":1}}", 0),
                        29,
                        "expected a string as 'k' of __metadata__, found 1"),
                arguments(
                        "metadata of objects",
                        file("{\"__metadata__\":{\"k\":{}}}", 0),
                        29,
                        "expected a string as 'k' of __metadata__, found an object"),
                arguments("half a character as name", file("{\"\\ud83d\":1}", 0), -1, null),
                arguments(
                        "half a character as value",
                        file("{\"__metadata__\":{\"k\":\"\\ude00\"}}", 0),
                        29,
                        "expected text, found half a surrogate pair in '\ude00'"),
                arguments(
                        "a key twice",
                        file("{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"}}", 0),
                        33,
                        "expected each name once in __metadata__, found 'k' twice"));
    }

    private static Stream<Arguments> wrongTensors() {
        String two63 = "9223372036854775808";
        String integers = "of tensor 'a' to hold integers from 0 to 2^63 - 1, found ";
        return Stream.of(
                arguments("a number", file("{\"a\":1}", 0), 13, "expected tensor 'a' to be an object, found 1"),
                arguments(
                        "a bad name, escaped and cut",
                        file("{\"\\n" + "x".repeat(100) + "\":1}", 0),
                        114,
                        "expected tensor '\uFFFD" + "x".repeat(59) + "…' to be an object, found 1"),
                arguments(
                        "nothing",
                        tensor(""),
                        13,
                        "expected tensor 'a' to have dtype, shape and data_offsets, found no dtype"),
                arguments(
                        "no shape",
                        tensor("\"dtype\":\"F32\",\"data_offsets\":[0,4]"),
                        13,
                        "expected tensor 'a' to have dtype, shape and data_offsets, found no shape"),
                arguments(
                        "no offsets",
                        tensor("\"dtype\":\"F32\",\"shape\":[]"),
                        13,
                        "expected tensor 'a' to have dtype, shape and data_offsets, found no data_offsets"),
                arguments(
                        "something else",
                        tensor("\"stride\":1"),
                        14,
                        "expected tensor 'a' to have dtype, shape and data_offsets, found 'stride'"),
                arguments(
                        "two types",
                        tensor("\"dtype\":\"F32\",\"dtype\":\"F32\""),
                        28,
                        "expected tensor 'a' to have one dtype, found two"),
                arguments(
                        "two shapes",
                        tensor("\"shape\":[],\"shape\":[]"),
                        25,
                        "expected tensor 'a' to have one shape, found two"),
                arguments(
                        "an unknown type",
                        tensor("\"F31\"", "[]", "[0,4]"),
                        22,
                        "expected tensor 'a' to have a dtype of " + TYPES + ", found 'F31'"),
                arguments(
                        "a small type",
                        tensor("\"f32\"", "[]", "[0,4]"),
                        22,
                        "expected tensor 'a' to have a dtype of " + TYPES + ", found 'f32'"),
                arguments(
                        "a type by number",
                        tensor("2", "[]", "[0,4]"),
                        22,
                        "expected tensor 'a' to have a dtype of " + TYPES + ", found 2"),
                arguments(
                        "a shape by number",
                        tensor("\"F32\"", "1", "[0,4]"),
                        36,
                        "expected shape of tensor 'a' to be an array, found 1"),
                arguments(
                        "a negative extent",
                        tensor("\"F32\"", "[-1,-1]", "[0,4]"),
                        37,
                        "expected shape " + integers + "-1"),
                arguments(
                        "a fractional extent",
                        tensor("\"F32\"", "[1.0]", "[0,4]"),
                        37,
                        "expected shape " + integers + "1.0"),
                arguments(
                        "an extent with exponent",
                        tensor("\"F32\"", "[1e0]", "[0,4]"),
                        37,
                        "expected shape " + integers + "1e0"),
                arguments(
                        "an extent in words",
                        tensor("\"F32\"", "[\"1\"]", "[0,4]"),
                        37,
                        "expected shape " + integers + "'1'"),
                arguments(
                        "an extent of null",
                        tensor("\"F32\"", "[null]", "[0,4]"),
                        37,
                        "expected shape " + integers + "null"),
                arguments(
                        "an extent of 2^63",
                        tensor("\"F32\"", "[" + two63 + "]", "[0,4]"),
                        37,
                        "expected shape " + integers + two63),
                arguments(
                        "an extent of 900 digits",
                        tensor("\"F32\"", "[" + "9".repeat(900) + "]", "[0,4]"),
                        37,
                        "expected shape " + integers + "9".repeat(60) + "…"),
                arguments(
                        "an extent of 90,000 digits",
                        tensor("\"F32\"", "[" + "9".repeat(90_000) + "]", "[0,4]"),
                        -1,
                        null),
                arguments(
                        "nested extents",
                        tensor("\"F32\"", "[[1]]", "[0,4]"),
                        37,
                        "expected shape " + integers + "an array"),
                arguments(
                        "one offset",
                        tensor("\"F32\"", "[1]", "[4]"),
                        13,
                        "expected tensor 'a' to have two data_offsets, found 1"),
                arguments(
                        "three offsets",
                        tensor("\"F32\"", "[1]", "[0,4,8]"),
                        13,
                        "expected tensor 'a' to have two data_offsets, found 3"),
                arguments(
                        "backwards",
                        tensor("\"F32\"", "[1]", "[4,0]"),
                        13,
                        "expected tensor 'a' not to end before it begins, found data_offsets [4, 0]"),
                arguments(
                        "past the end",
                        tensor("\"F32\"", "[2]", "[0,8]"),
                        13,
                        "expected tensor 'a' to lie within 4 bytes of data, found data_offsets [0, 8]"),
                arguments(
                        "far past the end",
                        tensor("\"U8\"", "[1]", "[9223372036854775806,9223372036854775807]"),
                        13,
                        "expected tensor 'a' to lie within 4 bytes of data, found data_offsets [9223372036854775806, 9223372036854775807]"),
                arguments(
                        "too few bytes",
                        tensor("\"F32\"", "[1,2]", "[0,4]"),
                        13,
                        "expected tensor 'a' to take 8 bytes as F32 of shape [1, 2], found data_offsets [0, 4]"),
                arguments(
                        "too many bytes",
                        tensor("\"F32\"", "[0]", "[0,4]"),
                        13,
                        "expected tensor 'a' to take 0 bytes as F32 of shape [0], found data_offsets [0, 4]"),
                arguments(
                        "a scalar of four",
                        tensor("\"U8\"", "[]", "[0,4]"),
                        13,
                        "expected tensor 'a' to take 1 bytes as U8 of shape [], found data_offsets [0, 4]"),
                arguments(
                        "elements that overflow to 4",
                        tensor("\"U8\"", "[4294967296,4294967296,4]", "[0,4]"),
                        13,
                        "expected tensor 'a' to take fewer than 2^63 bytes, found U8 of shape [4294967296, 4294967296, 4]"),
                arguments(
                        "bytes that overflow to 4",
                        tensor("\"F32\"", "[4611686018427387905]", "[0,4]"),
                        13,
                        "expected tensor 'a' to take fewer than 2^63 bytes, found F32 of shape [4611686018427387905]"));
    }

    private static Stream<Arguments> wrongPlaces() {
        return Stream.of(
                arguments(
                        "a hole in front",
                        places(4, 1, 4),
                        13,
                        "expected tensor 'a' to begin at 0, where the data begin, found data_offsets [1, 4], which leave a hole"),
                arguments(
                        "a hole between",
                        places(6, 4, 6, 0, 3),
                        13,
                        "expected tensor 'a' to begin at 3, where tensor 'b' ends, found data_offsets [4, 6], which leave a hole"),
                arguments(
                        "an overlap",
                        places(6, 0, 4, 3, 6),
                        65,
                        "expected tensor 'b' to begin at 4, where tensor 'a' ends, found data_offsets [3, 6], which overlap it"),
                arguments(
                        "the same place",
                        places(4, 0, 4, 0, 4),
                        65,
                        "expected tensor 'b' to begin at 4, where tensor 'a' ends, found data_offsets [0, 4], which overlap it"),
                arguments(
                        "empty inside another",
                        places(4, 0, 4, 2, 2),
                        65,
                        "expected tensor 'b' to begin at 4, where tensor 'a' ends, found data_offsets [2, 2], which overlap it"),
                arguments(
                        "more at the end",
                        places(7, 0, 4),
                        65,
                        "expected the file to end where tensor 'a' ends, found 3 bytes more"),
                arguments(
                        "data of no tensor",
                        file("{}  ", 2),
                        12,
                        "expected the file to end where the data begin, found 2 bytes more"));
    }

    /// @param offset −1 where it is the JSON parser's affair
    /// @param sentence null where the JSON parser words it
    @ParameterizedTest(name = "{0}")
    @MethodSource
    void wrong(String name, byte[] bytes, long offset, String sentence) throws IOException {
        Path path = Files.write(folder.resolve("hostile.safetensors"), bytes);
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> Safetensors.open(path, arena)).isInstanceOfSatisfying(MalformedFile.class, e -> {
                assertThat(e.path()).isEqualTo(path.toString());
                if (offset >= 0) assertThat(e.offset()).isEqualTo(offset);
                String start = path + ", byte " + e.offset() + ": ";
                if (sentence != null) assertThat(e).hasMessage(start + sentence);
                else assertThat(e.getMessage()).startsWith(start + "expected JSON in UTF-8, found: ");
                assertThat(e.getMessage()).doesNotContain("\n").hasSizeLessThan(600);
            });
        }
    }

    @Test
    void aFolder() {
        try (var arena = Arena.ofConfined()) {
            assertThatThrownBy(() -> Safetensors.open(folder, arena))
                    .isInstanceOf(MalformedFile.class)
                    .hasMessage(folder + ", byte 0: expected a file, found a folder");
        }
    }

    /// What looks odd and is allowed.
    @Test
    void acceptsWhatTheFormatAllows() throws IOException {
        assertThat(read(file("{}", 0)).names()).isEmpty();
        assertThat(read(file("{ } \n\t", 0)).names()).isEmpty();
        assertThat(read(places(4, 2, 4, 0, 2)).names()).containsExactly("b", "a");
        assertThat(read(places(4, 4, 4, 2, 2, 0, 2, 2, 4, 0, 0)).names()).containsExactly("e", "c", "b", "d", "a");
        assertThat(read(file("{\"\":{\"shape\":[0,9223372036854775807],\"data_offsets\":[0,0],\"dtype\":\"F64\"}}", 0))
                        .get("")
                        .size())
                .isZero();
    }

    /// Any change of a good file gives another good file or a MalformedFile, and nothing else.
    @Test
    void survivesRandomDamage() throws MalformedFile {
        byte[] good = file(
                "{\"__metadata__\":{\"a\":\"b\\n\"},\"x\":{\"dtype\":\"F32\",\"shape\":[2,1],\"data_offsets\":[0,8]},"
                        + "\"yé\":{\"dtype\":\"U8\",\"shape\":[],\"data_offsets\":[8,9]}}",
                9);
        read(good);
        var random = new SplittableRandom(20261123);
        String likely = "{}[]\",:0123456789-.eE\\u\0\u00ff ";
        int accepted = 0;
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = good.clone();
            for (int i = random.nextInt(1, 4); i > 0; i--)
                bytes[random.nextInt(random.nextInt(8) == 0 ? 8 : bytes.length)] = (byte)
                        (random.nextBoolean() ? likely.charAt(random.nextInt(likely.length())) : random.nextInt());
            if (random.nextInt(4) == 0) bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 9));
            try {
                for (var tensor : read(bytes).tensors().values())
                    assertThat(tensor.toArray())
                            .hasSize(Math.toIntExact(
                                    tensor.size() * tensor.type().bytes()));
                accepted++;
            } catch (MalformedFile e) {
                assertThat(e.offset()).isBetween(0L, (long) bytes.length);
            }
        }
        assertThat(accepted).isBetween(1, 19_999);
    }

    private static SafetensorsFile read(byte[] bytes) throws MalformedFile {
        return SafetensorsFile.over(Path.of("memory"), MemorySegment.ofArray(bytes));
    }
}

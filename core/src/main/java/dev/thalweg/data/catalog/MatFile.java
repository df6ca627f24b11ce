package dev.thalweg.data.catalog;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.thalweg.tensor.Quote;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.InflaterInputStream;

/// Matrices of numbers in MATLAB's files of level 5, as lists of published sets come in (MathWorks: MAT-File
/// Format, "Level 5 MAT-File Format").
///
/// A header of 128 bytes ends with the version 0x0100 and the letters `MI`, in the file's byte order. Then
/// come elements: a type and a length, four bytes each, and the data, padded to eight bytes; or, where the
/// upper half of the type is not 0, that is the length, of at most four bytes that follow at once. Type 15
/// is another element, compressed by zlib. Type 14 is a matrix: four elements with its flags (the lowest
/// byte is the class, 6–15 for numbers), its extents, its name, and its numbers, column by column, which may
/// be stored in any smaller type that holds them.
final class MatFile {
    private static final int HEADER = 128;
    private static final int MATRIX = 14, COMPRESSED = 15;
    private static final int LARGEST = 64 << 20;

    private final Path path;
    private final Map<String, double[]> matrices = new HashMap<>();

    private MatFile(Path path) {
        this.path = path;
    }

    static MatFile read(Path path) throws IOException {
        if (Files.size(path) > LARGEST) throw new IOException(path + ": expected a small MATLAB file of lists");
        var bytes = ByteBuffer.wrap(Files.readAllBytes(path));
        var file = new MatFile(path);
        if (bytes.capacity() < HEADER) throw file.malformed("found " + bytes.capacity() + " bytes");
        byte first = bytes.get(126), second = bytes.get(127);
        if (first == 'I' && second == 'M') bytes.order(ByteOrder.LITTLE_ENDIAN);
        else if (first != 'M' || second != 'I') throw file.malformed("found another mark than MI at byte 126");
        if (bytes.getShort(124) != 0x0100) throw file.malformed("found version " + bytes.getShort(124));
        try {
            file.elements(bytes.position(HEADER));
        } catch (BufferUnderflowException | IllegalArgumentException | IndexOutOfBoundsException e) {
            throw file.malformed("found an element that ends beyond the file");
        }
        return file;
    }

    /// The numbers of the matrix of that name, which must be whole.
    int[] integers(String name) throws IOException {
        double[] numbers = matrices.get(name);
        if (numbers == null)
            throw new IOException("%s: expected a matrix '%s', found %s"
                    .formatted(path, name, Quote.clip(matrices.keySet().toString())));
        var integers = new int[numbers.length];
        for (int i = 0; i < integers.length; i++) {
            integers[i] = (int) numbers[i];
            if (integers[i] != numbers[i])
                throw new IOException("%s: expected whole numbers in '%s', found %s".formatted(path, name, numbers[i]));
        }
        return integers;
    }

    /// @param data in the file's byte order, from its position to its limit
    private record Element(int type, ByteBuffer data) {
        static Element next(ByteBuffer from, boolean padded) {
            int word = from.getInt();
            boolean small = word >>> 16 != 0;
            int type = small ? word & 0xffff : word;
            int length = small ? word >>> 16 : from.getInt();
            var data = from.slice(from.position(), length).order(from.order());
            int room = small ? 4 : padded ? (length + 7) / 8 * 8 : length;
            from.position(Math.min(from.position() + room, from.limit()));
            return new Element(type, data);
        }
    }

    private void elements(ByteBuffer from) throws IOException {
        while (from.hasRemaining()) {
            // A compressed element is not padded.
            var element = Element.next(from, from.getInt(from.position()) != COMPRESSED);
            if (element.type == COMPRESSED) elements(inflate(element.data));
            else if (element.type == MATRIX) matrix(element.data);
        }
    }

    private ByteBuffer inflate(ByteBuffer compressed) throws IOException {
        var bytes = new byte[compressed.remaining()];
        compressed.get(bytes);
        try (var in = new InflaterInputStream(new ByteArrayInputStream(bytes))) {
            byte[] inflated = in.readNBytes(LARGEST);
            return ByteBuffer.wrap(inflated).order(compressed.order());
        } catch (IOException e) {
            throw malformed("found compressed data that are damaged");
        }
    }

    private void matrix(ByteBuffer from) throws IOException {
        int kind = Element.next(from, true).data.getInt() & 0xff;
        var extents = Element.next(from, true).data;
        var letters = Element.next(from, true).data;
        var name = US_ASCII.decode(letters).toString();
        if (kind < 6 || kind > 15) return; // cells, structures, text: nobody asks for them
        long count = 1;
        while (extents.hasRemaining()) count *= extents.getInt();
        var numbers = Element.next(from, true);
        var data = numbers.data;
        int width = switch (numbers.type) {
            case 1, 2 -> 1;
            case 3, 4 -> 2;
            case 5, 6, 7 -> 4;
            case 9, 12, 13 -> 8;
            default -> throw malformed("found numbers of type %d in %s".formatted(numbers.type, Quote.of(name)));
        };
        if (count != data.remaining() / width)
            throw malformed(
                    "found %d numbers for %d places in %s".formatted(data.remaining() / width, count, Quote.of(name)));
        var values = new double[(int) count];
        for (int i = 0; i < values.length; i++)
            values[i] = switch (numbers.type) {
                case 1 -> data.get();
                case 2 -> data.get() & 0xff;
                case 3 -> data.getShort();
                case 4 -> data.getShort() & 0xffff;
                case 5 -> data.getInt();
                case 6 -> data.getInt() & 0xffffffffL;
                case 7 -> data.getFloat();
                case 9 -> data.getDouble();
                default -> data.getLong();
            };
        matrices.put(name, values);
    }

    private IOException malformed(String found) {
        return new IOException("%s: expected a MATLAB file of level 5, %s".formatted(path, found));
    }
}

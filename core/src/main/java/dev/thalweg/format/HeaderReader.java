package dev.thalweg.format;

import static dev.thalweg.format.Header.DTYPE;
import static dev.thalweg.format.Header.METADATA;
import static dev.thalweg.format.Header.OFFSETS;
import static dev.thalweg.format.Header.SHAPE;
import static java.util.Comparator.comparingLong;

import dev.thalweg.tensor.Quote;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.core.json.JsonFactory;

/// Reads the header of a safetensors file token by token and believes nothing in it.
final class HeaderReader {
    private static final String TYPES =
            Arrays.stream(DType.values()).map(DType::name).collect(Collectors.joining(", "));

    private static final String MEMBERS = "dtype, shape and data_offsets";

    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxStringLength(Safetensors.MAX_HEADER)
                    .maxNameLength(Safetensors.MAX_HEADER)
                    .build())
            .build();

    private final Path path;
    private final JsonParser json;
    private final long headerBytes;
    private final long dataBytes;
    private final SequencedMap<String, String> metadata = new LinkedHashMap<>();
    private final List<Header.Tensor> tensors = new ArrayList<>();

    private HeaderReader(Path path, JsonParser json, long headerBytes, long dataBytes) {
        this.path = path;
        this.json = json;
        this.headerBytes = headerBytes;
        this.dataBytes = dataBytes;
    }

    /// @param header the bytes after the length
    /// @param dataBytes how many follow the header
    static Header read(Path path, byte[] header, long dataBytes) throws MalformedFile {
        if (header.length == 0 || header[0] != '{')
            throw new MalformedFile(
                    path,
                    Long.BYTES,
                    "expected a header that begins with '{', found "
                            + (header.length == 0 ? "no header" : "byte 0x%02x".formatted(header[0])));
        // The parser would take bytes of zero among the first for UTF-16 or UTF-32.
        for (int i = 1; i < Math.min(4, header.length); i++)
            if (header[i] == 0)
                throw new MalformedFile(path, Long.BYTES + i, "expected JSON in UTF-8, found byte 0x00");
        try (var json = JSON.createParser(ObjectReadContext.empty(), header)) {
            var reader = new HeaderReader(path, json, header.length, dataBytes);
            try {
                return reader.header();
            } catch (JacksonException e) {
                var location = e.getLocation() == null ? json.currentLocation() : e.getLocation();
                long at = Math.clamp(location.getByteOffset(), 0, header.length);
                throw new MalformedFile(
                        path, Long.BYTES + at, "expected JSON in UTF-8, found: " + JsonFault.sentence(e), e);
            }
        }
    }

    private Header header() throws MalformedFile {
        var names = new HashSet<String>();
        json.nextToken();
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            if (!names.add(name)) throw here("each name once, found %s twice", Quote.of(name));
            json.nextToken();
            if (name.equals(METADATA)) readMetadata();
            else tensors.add(tensor(name));
        }
        if (json.nextToken() != null) throw here("only spaces after the header's last '}', found %s", found());
        checkPlaces();
        return new Header(metadata, tensors);
    }

    private void readMetadata() throws MalformedFile {
        if (json.currentToken() != JsonToken.START_OBJECT)
            throw here("%s to be an object, found %s", METADATA, found());
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            if (metadata.containsKey(key)) throw here("each name once in %s, found %s twice", METADATA, Quote.of(key));
            if (json.nextToken() != JsonToken.VALUE_STRING)
                throw here("a string as %s of %s, found %s", Quote.of(key), METADATA, found());
            String value = json.getString();
            if (!Header.isText(value)) throw here("text, found half a surrogate pair in %s", Quote.of(value));
            metadata.put(key, value);
        }
    }

    private Header.Tensor tensor(String name) throws MalformedFile {
        long at = position();
        if (json.currentToken() != JsonToken.START_OBJECT)
            throw here("tensor %s to be an object, found %s", Quote.of(name), found());
        DType type = null;
        List<Long> shape = null;
        List<Long> offsets = null;
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = json.currentName();
            var value = switch (key) {
                case DTYPE -> type;
                case SHAPE -> shape;
                case OFFSETS -> offsets;
                default -> throw here("tensor %s to have %s, found %s", Quote.of(name), MEMBERS, Quote.of(key));
            };
            if (value != null) throw here("tensor %s to have one %s, found two", Quote.of(name), key);
            json.nextToken();
            switch (key) {
                case DTYPE -> type = type(name);
                case SHAPE -> shape = integers(name, key);
                default -> offsets = integers(name, key);
            }
        }
        if (type == null || shape == null || offsets == null) {
            String missing = type == null ? DTYPE : shape == null ? SHAPE : OFFSETS;
            throw malformed(at, "tensor %s to have %s, found no %s", Quote.of(name), MEMBERS, missing);
        }
        return checked(name, type, shape, offsets, at);
    }

    private DType type(String name) throws MalformedFile {
        if (json.currentToken() == JsonToken.VALUE_STRING)
            for (var type : DType.values()) if (type.name().equals(json.getString())) return type;
        throw here("tensor %s to have a dtype of %s, found %s", Quote.of(name), TYPES, found());
    }

    private List<Long> integers(String name, String key) throws MalformedFile {
        if (json.currentToken() != JsonToken.START_ARRAY)
            throw here("%s of tensor %s to be an array, found %s", key, Quote.of(name), found());
        var values = new ArrayList<Long>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
            long value = -1;
            try {
                if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) value = json.getLongValue();
            } catch (InputCoercionException e) {
                // Too large for a long: refused below like any other that is no extent.
            }
            if (value < 0)
                throw here(
                        "%s of tensor %s to hold integers from 0 to 2^63 - 1, found %s", key, Quote.of(name), found());
            values.add(value);
        }
        return values;
    }

    /// The tensor, if its members agree with each other and the size of the file.
    private Header.Tensor checked(String name, DType type, List<Long> shape, List<Long> offsets, long at)
            throws MalformedFile {
        if (offsets.size() != 2)
            throw malformed(at, "tensor %s to have two data_offsets, found %s", Quote.of(name), offsets.size());
        long begin = offsets.getFirst();
        long end = offsets.getLast();
        if (begin > end)
            throw malformed(
                    at, "tensor %s not to end before it begins, found data_offsets %s", Quote.of(name), offsets);
        if (end > dataBytes)
            throw malformed(
                    at,
                    "tensor %s to lie within %s bytes of data, found data_offsets %s",
                    Quote.of(name),
                    dataBytes,
                    offsets);
        long bytes;
        try {
            bytes = Entry.bytes(type, shape);
        } catch (ArithmeticException e) {
            throw malformed(
                    at,
                    "tensor %s to take fewer than 2^63 bytes, found %s of shape %s",
                    Quote.of(name),
                    type,
                    Quote.clip(shape.toString()));
        }
        if (bytes != end - begin)
            throw malformed(
                    at,
                    "tensor %s to take %s bytes as %s of shape %s, found data_offsets %s",
                    Quote.of(name),
                    bytes,
                    type,
                    Quote.clip(shape.toString()),
                    offsets);
        return new Header.Tensor(name, type, shape, begin, end, at);
    }

    /// Every byte of data must belong to exactly one tensor.
    private void checkPlaces() throws MalformedFile {
        tensors.sort(comparingLong(Header.Tensor::begin).thenComparingLong(Header.Tensor::end));
        long end = 0;
        Header.Tensor before = null;
        for (var tensor : tensors) {
            if (tensor.begin() != end)
                throw malformed(
                        tensor.at(),
                        "tensor %s to begin at %s, where %s, found data_offsets [%s, %s], which %s",
                        Quote.of(tensor.name()),
                        end,
                        endOf(before),
                        tensor.begin(),
                        tensor.end(),
                        tensor.begin() < end ? "overlap it" : "leave a hole");
            end = tensor.end();
            before = tensor;
        }
        if (end != dataBytes)
            throw malformed(
                    Long.BYTES + headerBytes + end,
                    "the file to end where %s, found %s bytes more",
                    endOf(before),
                    dataBytes - end);
    }

    private static String endOf(Header.@Nullable Tensor tensor) {
        return tensor == null ? "the data begin" : "tensor " + Quote.of(tensor.name()) + " ends";
    }

    /// The byte of the file where the current token begins.
    private long position() {
        var location = json.currentToken() == null ? json.currentLocation() : json.currentTokenLocation();
        return Long.BYTES + location.getByteOffset();
    }

    /// What the current token is, for a message.
    private String found() {
        JsonToken token = json.currentToken();
        if (token == null) return "the end of the header";
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING, PROPERTY_NAME -> Quote.of(json.getString());
            default -> Quote.clip(json.getString());
        };
    }

    private MalformedFile here(String expected, Object... values) {
        return malformed(position(), expected, values);
    }

    private MalformedFile malformed(long at, String expected, Object... values) {
        return new MalformedFile(path, at, "expected " + expected.formatted(values));
    }
}

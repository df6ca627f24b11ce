package dev.thalweg.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Comparator.comparing;

import dev.thalweg.tensor.Require;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.SequencedMap;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;

/// The header of a safetensors file.
///
/// @param tensors in the order of their data
record Header(SequencedMap<String, String> metadata, List<Tensor> tensors) {
    /// The member that is no tensor.
    static final String METADATA = "__metadata__";

    static final String DTYPE = "dtype";
    static final String SHAPE = "shape";
    static final String OFFSETS = "data_offsets";

    /// The header is padded to a multiple of this, so that the data are aligned.
    private static final int ALIGNMENT = 8;

    private static final JsonFactory JSON =
            JsonFactory.builder().disable(JsonWriteFeature.WRITE_HEX_UPPER_CASE).build();

    /// @param begin where its data begin, from the end of the header
    /// @param at the byte of the file where the header speaks of it
    record Tensor(String name, DType type, List<Long> shape, long begin, long end, long at) {}

    /// Tensors in the order in which the reference implementation writes them.
    static <T extends Described> List<T> order(Collection<T> tensors) {
        return tensors.stream()
                .sorted(comparing(Described::type)
                        .thenComparing(tensor -> tensor.name().getBytes(UTF_8), Arrays::compareUnsigned))
                .toList();
    }

    /// The header of a file that holds `tensors` in this order, with its padding.
    static byte[] write(SequencedMap<String, String> metadata, List<StreamedTensor> tensors) {
        var bytes = new ByteArrayOutputStream();
        try (var json = JSON.createGenerator(ObjectWriteContext.empty(), bytes)) {
            json.writeStartObject();
            if (!metadata.isEmpty()) {
                json.writeObjectPropertyStart(METADATA);
                metadata.forEach((key, value) -> {
                    json.writeName(text(key));
                    json.writeString(text(value));
                });
                json.writeEndObject();
            }
            var names = new HashSet<String>();
            long begin = 0;
            for (var tensor : tensors) {
                Require.that(!tensor.name().equals(METADATA), "a tensor must not be named '%s'", METADATA);
                Require.that(names.add(tensor.name()), "two tensors are named '%s'", tensor.name());
                long end = Math.addExact(begin, tensor.bytes());
                json.writeObjectPropertyStart(text(tensor.name()));
                json.writeStringProperty(DTYPE, tensor.type().name());
                writeArray(json, SHAPE, tensor.shape());
                writeArray(json, OFFSETS, List.of(begin, end));
                json.writeEndObject();
                begin = end;
            }
            json.writeEndObject();
        }
        while (bytes.size() % ALIGNMENT != 0) bytes.write(' ');
        Require.that(
                bytes.size() <= Safetensors.MAX_HEADER,
                "names and metadata take a header of %s bytes, more than the format's %s",
                bytes.size(),
                Safetensors.MAX_HEADER);
        return bytes.toByteArray();
    }

    private static void writeArray(JsonGenerator json, String name, List<Long> values) {
        json.writeArrayPropertyStart(name);
        for (long value : values) json.writeNumber(value);
        json.writeEndArray();
    }

    private static String text(String text) {
        Require.that(isText(text), "'%s' holds half a surrogate pair, which UTF-8 cannot express", text);
        return text;
    }

    /// Whether UTF-8 can express it: every surrogate has its other half.
    static boolean isText(String text) {
        return text.codePoints().noneMatch(c -> Character.MIN_SURROGATE <= c && c <= Character.MAX_SURROGATE);
    }
}

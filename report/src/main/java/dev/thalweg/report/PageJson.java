package dev.thalweg.report;

import java.math.BigDecimal;
import java.math.MathContext;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;

/// JSON for a page's script: numbers short, and nothing in it that could end the element that it lies in.
final class PageJson {
    private static final MathContext SIX = new MathContext(6);

    static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule()
                    .addSerializer(double.class, new Short())
                    .addSerializer(Double.class, new Short())
                    .addSerializer(double[].class, new Shorts()))
            .build();

    private PageJson() {}

    /// `value` as JSON that may stand within `<script>`: `<` is written `\u003c`, so that no text can
    /// be read as a tag, and so are the two line ends that JSON allows and JavaScript once did not.
    static String of(Object value) {
        return MAPPER.writeValueAsString(value)
                .replace("<", "\\u003c")
                .replace("\u2028", "\\u2028")
                .replace("\u2029", "\\u2029");
    }

    private static void write(double value, JsonGenerator out) {
        if (!Double.isFinite(value)) out.writeNull();
        else if (value == Math.rint(value) && Math.abs(value) < 1e15) out.writeNumber((long) value);
        else out.writeNumber(new BigDecimal(value, SIX).stripTrailingZeros().toString());
    }

    private static final class Short extends ValueSerializer<Double> {
        @Override
        public void serialize(Double value, JsonGenerator out, SerializationContext context) {
            write(value, out);
        }
    }

    private static final class Shorts extends ValueSerializer<double[]> {
        @Override
        public void serialize(double[] values, JsonGenerator out, SerializationContext context) {
            out.writeStartArray();
            for (double value : values) write(value, out);
            out.writeEndArray();
        }
    }
}

package dev.thalweg.cli;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;

/// Results as JSON, for scripts.
final class JsonText {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .build();

    private JsonText() {}

    static String of(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /// The tree that `text` is, or the text itself if it is no object.
    static Object parsed(String text) {
        if (!text.startsWith("{")) return text;
        try {
            return MAPPER.readTree(text);
        } catch (JacksonException e) {
            return text;
        }
    }
}

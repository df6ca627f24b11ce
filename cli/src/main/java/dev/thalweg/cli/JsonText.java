package dev.thalweg.cli;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/// Results as JSON, for scripts.
final class JsonText {
    private static final JsonMapper MAPPER =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

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

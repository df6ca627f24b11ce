package dev.thalweg.bench;

import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// One line of named values, as a measuring process prints it: `RESULT library=thalweg images=…`.
///
/// @param kind the line's first word
/// @param values without spaces
public record Result(String kind, Map<String, String> values) {
    public static final String MEASURED = "RESULT";
    public static final String MACHINE = "MACHINE";
    public static final String LOADER = "LOADER";
    public static final String UPDATE = "UPDATE";

    private static final Set<String> KINDS = Set.of(MEASURED, MACHINE, LOADER, UPDATE);

    public Result {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    public Result(String kind) {
        this(kind, Map.of());
    }

    /// This and one value more; spaces in it become underscores.
    public Result with(String key, Object value) {
        var more = new LinkedHashMap<>(values);
        more.put(key, String.valueOf(value).strip().replaceAll("\\s+", "_"));
        return new Result(kind, more);
    }

    public Result with(String key, long value) {
        return with(key, Long.toString(value));
    }

    /// This and one number more, of five significant digits.
    public Result with(String key, double value) {
        return with(key, format(value));
    }

    /// This and a list of numbers.
    public Result with(String key, List<Double> numbers) {
        return with(key, numbers.stream().map(Result::format).collect(Collectors.joining(",")));
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 1e5 ? "%.5g" : "%.0f", value);
    }

    public boolean has(String key) {
        return values.containsKey(key);
    }

    public String text(String key) {
        var value = values.get(key);
        if (value == null) throw new IllegalArgumentException("there is no '%s' in: %s".formatted(key, this));
        return value;
    }

    public double number(String key) {
        return Double.parseDouble(text(key));
    }

    public List<Double> numbers(String key) {
        String text = text(key);
        return text.isEmpty()
                ? List.of()
                : Arrays.stream(text.split(",")).map(Double::valueOf).toList();
    }

    /// Reads a printed line; empty for any other line.
    public static Optional<Result> parse(String line) {
        String[] words = line.strip().split(" +");
        if (!KINDS.contains(words[0])) return Optional.empty();
        var values = new LinkedHashMap<String, String>();
        for (String word : Arrays.asList(words).subList(1, words.length)) {
            int at = word.indexOf('=');
            if (at < 0) return Optional.empty();
            values.put(word.substring(0, at), word.substring(at + 1));
        }
        return Optional.of(new Result(words[0], values));
    }

    @Override
    public String toString() {
        return values.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(" ", kind + " ", ""));
    }
}

package dev.thalweg.format;

import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/// What Jackson complains of, in a user's words.
public final class JsonFault {
    /// What a message quotes of its text, in characters.
    private static final int LONGEST = 200;

    /// What follows is for programmers: ` (start marker at [Source: …`, `, from `StreamReadConstraints.…``,
    /// `: enable `JsonReadFeature.…``, `: hexadecimal number literals require enabling `…``.
    private static final Pattern REMARK = Pattern.compile(
            "(?s)\\s*\\([^()]*(\\[Source|Feature).*|, from `.*|(:[^:`]*| \\(consider) enabl[^)]*`.*|\n.*");

    private JsonFault() {}

    /// `optimization.groups[2].decay`; empty where it is all of the document.
    public static String path(JacksonException e) {
        if (!(e instanceof DatabindException databind)) return "";
        return path(databind.getPath());
    }

    private static String path(List<JacksonException.Reference> references) {
        return references.stream()
                .map(reference -> reference.getPropertyName() != null
                        ? "." + Quote.clip(reference.getPropertyName())
                        : "[" + reference.getIndex() + "]")
                .collect(Collectors.joining())
                .replaceFirst("^\\.", "");
    }

    /// A key that does not exist, with the nearest that does.
    private static String unknown(UnrecognizedPropertyException e) {
        String parent = path(e.getPath().subList(0, Math.max(0, e.getPath().size() - 1)));
        String prefix = parent.isEmpty() ? "" : parent + ".";
        return Nearest.unknown(
                "key",
                prefix + e.getPropertyName(),
                e.getKnownPropertyIds().stream().map(id -> prefix + id).sorted().toList());
    }

    /// One sentence, which names the place if there is one to name.
    public static String sentence(JacksonException e) {
        String path = path(e);
        String where = path.isEmpty() ? "" : path + ": ";
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IllegalArgumentException && cause.getMessage() != null)
                return line(cause.getMessage());
            if (cause instanceof NullPointerException) return where + "something that must be there is missing";
            if (cause instanceof ArithmeticException) return where + "a number is too large";
        }
        return switch (e) {
            case UnrecognizedPropertyException unknown -> unknown(unknown);
            case InvalidTypeIdException untyped -> where + "it does not say of which kind it is";
            case MismatchedInputException more
            when more.getOriginalMessage().startsWith("Trailing token") -> where + "expected nothing after its end";
            case MismatchedInputException mismatch
            when mismatch.getTargetType() != null -> where + "expected " + kind(mismatch.getTargetType());
            default -> where + line(e.getOriginalMessage());
        };
    }

    private static String kind(Class<?> type) {
        if (type == int.class || type == Integer.class) return "a whole number up to " + Integer.MAX_VALUE;
        if (type == long.class || type == Long.class) return "a whole number";
        if (type == double.class || type == Double.class || type == float.class || type == Float.class)
            return "a number";
        if (type == boolean.class || type == Boolean.class) return "true or false";
        if (type == String.class) return "text in quotation marks";
        if (type.isEnum())
            return "one of "
                    + Arrays.stream(type.getEnumConstants())
                            .map(value -> ((Enum<?>) value).name().toLowerCase(Locale.ROOT))
                            .collect(Collectors.joining(", "));
        if (type.isArray() || Collection.class.isAssignableFrom(type)) return "a list in brackets";
        return "an object in braces, with all its members";
    }

    private static String line(String text) {
        return Quote.clip(REMARK.matcher(text).replaceFirst(""), LONGEST);
    }
}

package dev.thalweg.tensor;

/// Pieces of a file, or of what somebody typed, in messages: on one line and not too long, whatever they
/// hold.
public final class Quote {
    /// The longest piece that a message quotes, in characters.
    private static final int LONGEST = 60;

    private Quote() {}

    /// The text in quotation marks.
    public static String of(String text) {
        return "'" + clip(text) + "'";
    }

    public static String clip(String text) {
        return clip(text, LONGEST);
    }

    public static String clip(String text, int longest) {
        return line(text.length() > longest ? text.substring(0, longest) + "…" : text);
    }

    /// The text without control characters.
    public static String line(String text) {
        return text.replaceAll("[\\p{Cc}\\u2028\\u2029]", "\uFFFD");
    }
}

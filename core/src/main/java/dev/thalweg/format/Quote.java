package dev.thalweg.format;

/// Pieces of a file in messages: on one line and not too long, whatever the file holds.
final class Quote {
    /// The longest piece that a message quotes, in characters.
    private static final int LONGEST = 60;

    private Quote() {}

    /// The text in quotation marks.
    static String of(String text) {
        return "'" + clip(text) + "'";
    }

    static String clip(String text) {
        return line(text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text);
    }

    /// The text without control characters.
    static String line(String text) {
        return text.replaceAll("\\p{Cntrl}", "\uFFFD");
    }
}

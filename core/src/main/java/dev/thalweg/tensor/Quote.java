package dev.thalweg.tensor;

import java.util.regex.Pattern;

/// Pieces of a file, or of what somebody typed, in messages and wherever else a terminal shows them: on
/// one line and not too long, whatever they hold.
public final class Quote {
    /// The longest piece that a message quotes, in characters.
    private static final int LONGEST = 60;

    /// What a terminal obeys instead of showing it: control characters, ends of lines, and marks that turn
    /// the direction of the text that follows.
    private static final Pattern OBEYED =
            Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]");

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

    /// The text with U+FFFD for whatever a terminal would obey.
    public static String line(String text) {
        return OBEYED.matcher(text).replaceAll("\uFFFD");
    }
}

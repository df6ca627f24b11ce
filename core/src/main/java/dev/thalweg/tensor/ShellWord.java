package dev.thalweg.tensor;

import java.util.stream.Collectors;

/// A name in a command that is shown to be typed: a shell takes it as one word, and a terminal shows it on one line.
public final class ShellWord {
    private ShellWord() {}

    public static String of(String text) {
        if (text.matches("[\\w@%+=:,./-]+")) return text;
        if (Quote.line(text).equals(text)) return "'" + text.replace("'", "'\\''") + "'";
        return text.codePoints().mapToObj(ShellWord::escaped).collect(Collectors.joining("", "$'", "'"));
    }

    /// As Bash's `$'…'` has it, so that the command can be shown and still names the file.
    private static String escaped(int c) {
        String shown = Character.toString(c);
        if (!Quote.line(shown).equals(shown)) return "\\u%04x".formatted(c);
        return c == '\'' || c == '\\' ? "\\" + shown : shown;
    }
}

package dev.thalweg.tensor;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/// The right name for a mistyped one.
public final class Nearest {
    private Nearest() {}

    /// The candidate nearest to `name`, ignoring case, unless even that is so far off that to suggest
    /// it would be a guess: more than a third of the letters wrong, or of short names more than 1.
    public static Optional<String> to(String name, Collection<String> candidates) {
        if (name.length() > LONGEST) return Optional.empty();
        int tolerated = Math.max(1, name.length() / 3);
        String letters = name.toLowerCase(Locale.ROOT);
        String nearest = null;
        int least = tolerated + 1;
        for (var candidate : candidates) {
            String others = candidate.toLowerCase(Locale.ROOT);
            // No nearer than what is missing or too many.
            if (Math.abs(others.length() - letters.length()) >= least) continue;
            int distance = distance(letters, others);
            if (distance < least) {
                nearest = candidate;
                least = distance;
            }
        }
        return Optional.ofNullable(nearest);
    }

    /// The sentence for a name that does not exist, with the right one if it is near:
    /// `there is no architecture 'resnet81'; did you mean 'resnet18'? Known are: mlp, lenet5`.
    ///
    /// @param kind what is named, for example `architecture`
    public static String unknown(String kind, String name, Collection<String> candidates) {
        return "there is no %s %s%s %s"
                .formatted(
                        kind,
                        Quote.of(name),
                        to(name, candidates)
                                .map(Quote::line)
                                .map("; did you mean '%s'? Known are:"::formatted)
                                .orElse("; known are:"),
                        candidates.stream().map(Quote::line).collect(Collectors.joining(", ")));
    }

    /// Names longer than this are not looked for.
    private static final int LONGEST = 100;

    /// Insertions, deletions, replacements and swaps of neighbouring letters that turn one word into
    /// the other, ignoring case (Damerau, 1964, in the restricted form that edits no letter twice).
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                if (i == 0 || j == 0) {
                    edits[i][j] = i + j;
                    continue;
                }
                int replaced = edits[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                edits[i][j] = Math.min(replaced, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1))
                    edits[i][j] = Math.min(edits[i][j], edits[i - 2][j - 2] + 1);
            }
        }
        return edits[a.length()][b.length()];
    }
}

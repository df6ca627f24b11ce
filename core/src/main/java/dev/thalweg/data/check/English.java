package dev.thalweg.data.check;

import java.util.List;

/// Numbers and lists in sentences.
final class English {
    private English() {}

    /// `1 picture is`, `1,200 pictures are`.
    static String are(int count, String what) {
        return "%s %s".formatted(counted(count, what), count == 1 ? "is" : "are");
    }

    static String counted(int count, String what) {
        return "%,d %s".formatted(count, count == 1 ? what : what.endsWith("s") ? what + "es" : what + "s");
    }

    /// Up to five names, quoted.
    static String names(List<String> names) {
        var some = names.stream().limit(5).map(name -> "'" + name + "'").toList();
        return String.join(", ", some) + (names.size() > 5 ? ", … (%,d in all)".formatted(names.size()) : "");
    }

    static String percent(double share) {
        return share >= 0.1 ? "%.0f %%".formatted(100 * share) : "%.2g %%".formatted(100 * share);
    }
}

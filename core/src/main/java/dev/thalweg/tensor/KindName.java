package dev.thalweg.tensor;

import java.util.Locale;
import java.util.regex.Pattern;

/// What a class is called where users name it.
public final class KindName {
    private static final Pattern WORD = Pattern.compile("(?<=[a-z])(?=[A-Z])");

    private KindName() {}

    /// `CosineRestarts` → `cosine-restarts`.
    public static String of(Class<?> kind) {
        return WORD.matcher(kind.getSimpleName()).replaceAll("-").toLowerCase(Locale.ROOT);
    }
}

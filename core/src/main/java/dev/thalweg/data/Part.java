package dev.thalweg.data;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The parts of a data set, by the names that folders, files and columns give them.
enum Part {
    TRAIN,
    VALIDATION,
    TEST;

    /// The part that a name stands for, whatever its case; null if it stands for none.
    static @Nullable Part named(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "train", "training" -> TRAIN;
            case "val", "valid", "validation", "dev" -> VALIDATION;
            case "test", "testing" -> TEST;
            default -> null;
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}

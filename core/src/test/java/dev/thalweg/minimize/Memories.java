package dev.thalweg.minimize;

import java.util.LinkedHashMap;
import java.util.Map;

/// What descents remember.
final class Memories {
    private Memories() {}

    /// Of a descent that goes on, whose arrays change.
    static Map<String, double[]> copy(Map<String, double[]> memory) {
        var copy = new LinkedHashMap<String, double[]>();
        memory.forEach((name, values) -> copy.put(name, values.clone()));
        return copy;
    }
}

package dev.thalweg.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What two recipes say differently.
public final class RecipeDiff {
    private RecipeDiff() {}

    /// @param key its path: `optimization.groups[0].rateMultiplier`
    /// @param first as JSON; null where the first has no such key
    /// @param second as JSON; null where the second has no such key
    public record Difference(
            String key, @Nullable String first, @Nullable String second) {}

    /// The keys whose values differ, in the order in which they stand. Numbers are compared by value: 5
    /// is 5.0.
    public static List<Difference> between(RecipeFile.Part first, RecipeFile.Part second) {
        var a = leaves(first.tree());
        var b = leaves(second.tree());
        var keys = new ArrayList<>(a.sequencedKeySet());
        for (String key : b.sequencedKeySet()) if (!a.containsKey(key)) keys.add(key);
        var differences = new ArrayList<Difference>();
        for (String key : keys) {
            var one = a.get(key);
            var other = b.get(key);
            if (one == null || other == null || !equal(one, other))
                differences.add(new Difference(key, text(one), text(other)));
        }
        return differences;
    }

    private static boolean equal(JsonNode one, JsonNode other) {
        if (one.isNumber() && other.isNumber()) return one.asDecimal().compareTo(other.asDecimal()) == 0;
        if (!one.isArray() || !other.isArray() || one.size() != other.size()) return one.equals(other);
        for (int i = 0; i < one.size(); i++) if (!equal(one.get(i), other.get(i))) return false;
        return true;
    }

    private static @Nullable String text(@Nullable JsonNode value) {
        return value == null ? null : RecipeFile.line(value);
    }

    /// Single values and lists of such, by their paths.
    private static SequencedMap<String, JsonNode> leaves(JsonNode tree) {
        var leaves = new LinkedHashMap<String, JsonNode>();
        leaves(tree, "", leaves);
        return leaves;
    }

    private static void leaves(JsonNode node, String path, SequencedMap<String, JsonNode> leaves) {
        if (node instanceof ObjectNode object && !object.isEmpty())
            object.forEachEntry((key, value) -> leaves(value, Located.join(path, key), leaves));
        else if (node.isArray() && !node.isEmpty() && node.get(0).isContainer())
            for (int i = 0; i < node.size(); i++) leaves(node.get(i), path + "[" + i + "]", leaves);
        else leaves.put(path, node);
    }
}

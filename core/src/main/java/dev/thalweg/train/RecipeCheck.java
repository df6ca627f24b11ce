package dev.thalweg.train;

import dev.thalweg.train.RecipeSchema.Problem;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// All that is wrong with a recipe. A record refuses one value at a time, and only where all are of the right type: so
/// what is found is taken out, for the base's value to stand in, and the rest is looked at again until nothing is left.
final class RecipeCheck {
    /// The one key of a tag's name that is none: it holds an object.
    private static final String RULE = "optimization.rule";

    private RecipeCheck() {}

    /// What keeps `changes` to `base` from being a recipe. Lists go as a whole: of what the records in one refuse, the
    /// first is told.
    static List<Problem> problems(JsonNode base, JsonNode changes) {
        var found = new ArrayList<Problem>();
        var rest = changes.deepCopy();
        List<Problem> wrong;
        do {
            var tree = RecipeSchema.completed(RecipeFile.merged(base, rest));
            wrong = RecipeSchema.problems(tree);
            boolean typed = wrong.isEmpty();
            if (typed) wrong = refused(tree);
            // Of types and keys, a later look finds what is missing since something was taken out.
            if (typed || found.isEmpty()) found.addAll(wrong);
        } while (takeOut(rest, wrong));
        return found;
    }

    private static List<Problem> refused(JsonNode tree) {
        try {
            Json.MAPPER.treeToValue(tree, Recipe.class);
            return List.of();
        } catch (JacksonException e) {
            return List.of(RecipeFile.refusal(e));
        }
    }

    /// Whether anything was there to take out.
    private static boolean takeOut(JsonNode rest, List<Problem> wrong) {
        boolean any = false;
        for (var problem : wrong) any |= takeOut(rest, problem.path().replaceFirst("\\[.*", ""));
        return any;
    }

    /// Takes out what is at `path`; where nothing is, or that says what the rest of an object means, what it stands in.
    private static boolean takeOut(JsonNode rest, String path) {
        if (rest instanceof ObjectNode root && root.remove(path) != null) return true;
        String outer = Located.outer(path);
        if (outer.isEmpty()) return false;
        JsonNode parent = rest;
        for (String step : outer.split("\\.")) parent = parent.path(step);
        String key = path.substring(outer.length() + 1);
        boolean tag = RecipeFile.TAGS.contains(key) && !path.equals(RULE);
        boolean here = !tag && parent instanceof ObjectNode object && object.remove(key) != null;
        return here || takeOut(rest, outer);
    }
}

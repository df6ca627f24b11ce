package dev.thalweg.train;

import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// One value of a recipe, set by the path to its key: `training.epochs=5`, `optimization.groups[0].frozen=true`,
/// `optimization.schedule={"kind": "cosine"}`.
///
/// The value is JSON, or a word without quotes where the recipe has a text, a name or something of several
/// kinds; of a kind that is named alone the rest has its defaults.
///
/// @param path with [#ALIASES] resolved
/// @param alias what was written in place of the path's first word, if it was another
public record Setting(String path, String value, Optional<String> alias) {
    private static final String ALIAS = "train";
    private static final String CANONICAL = "training";
    private static final Pattern STEP = Pattern.compile("\\.?([A-Za-z_]\\w*)|\\[(\\d{1,6})]|\\.(\\d{1,6})");

    /// @throws IllegalArgumentException if `text` is not `PATH=VALUE`
    public static Setting parse(String text) {
        int equals = text.indexOf('=');
        if (equals < 1)
            throw new IllegalArgumentException("expected PATH=VALUE, such as training.epochs=5, got " + Quote.of(text));
        String path = text.substring(0, equals).strip();
        String value = text.substring(equals + 1).strip();
        return path.equals(ALIAS) || path.startsWith(ALIAS + ".")
                ? new Setting(CANONICAL + path.substring(ALIAS.length()), value, Optional.of(path))
                : new Setting(path, value, Optional.empty());
    }

    /// `recipe` with this value.
    ///
    /// @throws IllegalArgumentException if it has no such key, with the nearest, or may not have that value
    public Recipe applyTo(Recipe recipe) {
        JsonNode tree = Json.MAPPER.valueToTree(recipe);
        var changed = set(tree, tree, steps(tree), 0, "");
        return RecipeFile.bind(changed, Located.of("", changed));
    }

    /// The path's keys, and indices as numbers.
    private List<Object> steps(JsonNode tree) {
        var steps = new ArrayList<>();
        var matcher = STEP.matcher(path);
        int at = 0;
        while (at < path.length() && matcher.find() && matcher.start() == at) {
            String index = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
            if (index != null) steps.add(Integer.valueOf(index));
            else steps.add(matcher.group(1));
            at = matcher.end();
        }
        if (at < path.length() || path.startsWith(".")) throw unknown(tree);
        return steps;
    }

    private JsonNode set(JsonNode root, JsonNode node, List<Object> steps, int depth, String here) {
        if (depth == steps.size()) return read(node);
        var step = steps.get(depth);
        if (node.isNull())
            throw new IllegalArgumentException("%s is null in this recipe; set all of it, as JSON".formatted(here));
        if (step instanceof Integer index) return setElement(root, node, index, steps, depth, here);
        if (!(node instanceof ObjectNode object) || !object.has((String) step)) throw unknown(root);
        String key = (String) step;
        var fresh = set(root, object.get(key), steps, depth + 1, Located.join(here, key));
        boolean tag =
                (key.equals("kind") || key.equals("rule")) && object.get(key).isString();
        if (tag && !fresh.equals(object.get(key)))
            return RecipeFile.withDefaults(
                    key, JsonNodeFactory.instance.objectNode().set(key, fresh));
        return object.set(key, fresh);
    }

    private JsonNode setElement(JsonNode root, JsonNode node, int index, List<Object> steps, int depth, String here) {
        if (!(node instanceof ArrayNode list)) throw unknown(root);
        boolean append = index == list.size() && depth == steps.size() - 1;
        if (index >= list.size() && !append)
            throw new IllegalArgumentException("%s has %s, so there is no [%d]"
                    .formatted(here, list.size() == 1 ? "1 element" : list.size() + " elements", index));
        if (append) return list.add(read(JsonNodeFactory.instance.missingNode()));
        return list.set(index, set(root, list.get(index), steps, depth + 1, here + "[" + index + "]"));
    }

    /// The value, for the place of `old`.
    private JsonNode read(JsonNode old) {
        if (old.isString()) return word();
        var json = json();
        if (json == null) return kind(old, value);
        return json.isString() ? kind(old, json.asString()) : json;
    }

    /// A text as it is, or in JSON's quotes.
    private JsonNode word() {
        if (value.startsWith("\"")) {
            var json = json();
            if (json != null) return json;
        }
        return JsonNodeFactory.instance.stringNode(value);
    }

    private @Nullable JsonNode json() {
        if (value.isEmpty()) return null;
        var number = Located.number(value);
        if (number.isPresent()) return number.get();
        try {
            return Json.MAPPER.readTree(value);
        } catch (JacksonException e) {
            return null; // a word, then
        }
    }

    /// Of something of several kinds, the one that is named, with its defaults.
    private static JsonNode kind(JsonNode old, String word) {
        for (String tag : RecipeFile.TAGS)
            if (old.path(tag).isString())
                return word.equals(old.get(tag).asString())
                        ? old
                        : RecipeFile.withDefaults(
                                tag, JsonNodeFactory.instance.objectNode().put(tag, word));
        return JsonNodeFactory.instance.stringNode(word);
    }

    private IllegalArgumentException unknown(JsonNode root) {
        var all = new ArrayList<String>();
        paths(root, "", all);
        // The nearest, or the same key with other words in front of it.
        String last = path.substring(path.lastIndexOf('.') + 1);
        var right = Nearest.to(path, all)
                .or(() -> all.stream().filter(p -> p.endsWith("." + last)).findFirst());
        return new IllegalArgumentException("there is no key %s%s"
                .formatted(
                        Quote.of(path),
                        right.map("; did you mean '%s'?"::formatted)
                                .orElse("; ./thalweg recipe show --explain lists them")));
    }

    private static void paths(JsonNode node, String path, List<String> all) {
        if (!path.isEmpty()) all.add(path);
        if (node instanceof ObjectNode object)
            object.forEachEntry((key, value) -> paths(value, Located.join(path, key), all));
        else for (int i = 0; i < node.size(); i++) paths(node.get(i), path + "[" + i + "]", all);
    }
}

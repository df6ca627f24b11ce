package dev.thalweg.train;

import dev.thalweg.format.JsonFault;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Schedule;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.exc.InvalidTypeIdException;
import tools.jackson.databind.node.ObjectNode;

/// Recipes as JSON files, whole or in part.
public final class RecipeFile {
    /// What no recipe is longer than, in bytes.
    private static final int LARGEST = 1 << 20;

    private RecipeFile() {}

    /// A whole recipe.
    ///
    /// @throws IllegalArgumentException if the file is not one, naming the key and, if one is near,
    ///     the right one
    public static Recipe read(Path file) throws IOException {
        return bind(tree(file.toString(), text(file)), file.toString());
    }

    /// A recipe of which the file needs to say only what differs from `base`, see [Part#over].
    public static Recipe read(Path file, Recipe base) throws IOException {
        return part(file).over(base);
    }

    /// A recipe of which anything may be missing. Comments as in Java are allowed.
    public static Part part(Path file) throws IOException {
        return part(file.toString(), text(file));
    }

    static Part part(String where, String text) {
        return new Part(where, tree(where, text));
    }

    private static String text(Path file) throws IOException {
        if (Files.isDirectory(file)) throw new IOException(file + ": expected a recipe, found a folder");
        if (Files.size(file) > LARGEST)
            throw new IOException(
                    "%s: expected a recipe of at most %,d bytes, found %,d".formatted(file, LARGEST, Files.size(file)));
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IOException(file + ": expected text in UTF-8, found other bytes", e);
        }
    }

    /// The recipes that come with Thalweg: what makes a published method, to go with any data.
    public static final List<String> SHIPPED = List.of("airbench94");

    /// One of [#SHIPPED].
    ///
    /// @throws IllegalArgumentException if there is none of that name
    public static Part shipped(String name) throws IOException {
        if (!SHIPPED.contains(name)) throw new IllegalArgumentException(Nearest.unknown("recipe", name, SHIPPED));
        try (var in = RecipeFile.class.getResourceAsStream("recipes/" + name + ".json")) {
            if (in == null) throw new IOException("the recipe " + name + " is missing beside the classes");
            return new Part(name, tree(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    /// A recipe of which anything may be missing.
    public static final class Part {
        private final String where;
        private final JsonNode tree;

        private Part(String where, JsonNode tree) {
            this.where = where;
            this.tree = tree;
        }

        /// The whole recipe, with what is missing taken from `base`. Objects are merged key by key; a
        /// schedule or rule of another kind, and every list, replaces the base's.
        ///
        /// @throws IllegalArgumentException for a key that does not exist, with the nearest that does,
        ///     or a value that may not be
        public Recipe over(Recipe base) {
            return merge(base, tree, where);
        }

        /// `text("data", "source")`: a word in it, if it is there.
        public Optional<String> text(String... path) {
            return at(path).filter(JsonNode::isString).map(JsonNode::asString);
        }

        /// A number in it, if it is there.
        public Optional<Double> number(String... path) {
            return at(path).filter(JsonNode::isNumber).map(JsonNode::asDouble);
        }

        private Optional<JsonNode> at(String... path) {
            JsonNode node = tree;
            for (String key : path) node = node.path(key);
            return node.isMissingNode() ? Optional.empty() : Optional.of(node);
        }
    }

    static Recipe merge(Recipe base, JsonNode changes, String where) {
        JsonNode whole = Json.MAPPER.valueToTree(base);
        return bind(merged(whole, changes), where);
    }

    private static JsonNode tree(String where, String text) {
        try {
            return Json.MAPPER.readTree(text);
        } catch (JacksonException e) {
            throw refused(where, e);
        }
    }

    private static Recipe bind(JsonNode tree, String where) {
        try {
            return Json.MAPPER.treeToValue(tree, Recipe.class);
        } catch (JacksonException e) {
            throw refused(where, e);
        }
    }

    private static JsonNode merged(JsonNode base, JsonNode changes) {
        if (!(base instanceof ObjectNode old) || !(changes instanceof ObjectNode fresh)) return changes;
        for (String tag : List.of("kind", "rule"))
            if (fresh.path(tag).isString() && !fresh.get(tag).equals(old.get(tag))) return withDefaults(tag, fresh);
        ObjectNode result = old.deepCopy();
        for (String key : fresh.propertyNames())
            result.set(key, result.has(key) ? merged(result.get(key), fresh.get(key)) : fresh.get(key));
        return result;
    }

    /// An object of a kind of which some keys may be missing: they have the kind's defaults.
    private static JsonNode withDefaults(String tag, ObjectNode given) {
        String name = given.get(tag).asString();
        Collection<?> known = tag.equals("rule") ? Json.RULES : Json.SCHEDULES;
        for (Object candidate : known) {
            Class<?> family = tag.equals("rule") ? FirstOrder.class : Schedule.class;
            ObjectNode defaults = (ObjectNode)
                    Json.MAPPER.readTree(Json.MAPPER.writerFor(family).writeValueAsString(candidate));
            if (!defaults.get(tag).asString().equals(name)) continue;
            for (String key : given.propertyNames()) defaults.set(key, given.get(key));
            return defaults;
        }
        return given;
    }

    /// The update rule that `text` names, such as `nesterov:mu=0.85`.
    ///
    /// @throws IllegalArgumentException if there is none, with the nearest right name
    public static FirstOrder<?> rule(String text) {
        return parse(text, "rule", "optimizer", FirstOrder.class, Json.RULES, FirstOrder::name, Function.identity());
    }

    /// The schedule that `text` names, such as `cosine:minimum=0.01`. A whole number followed by `e`
    /// counts epochs of `stepsPerEpoch` steps.
    ///
    /// @throws IllegalArgumentException if there is none, with the nearest right name
    public static Schedule schedule(String text, long stepsPerEpoch) {
        Function<String, String> epochs = value -> value.matches("\\d+(\\.\\d+)?e")
                ? String.valueOf(Math.round(Double.parseDouble(value.substring(0, value.length() - 1)) * stepsPerEpoch))
                : value;
        return parse(text, "kind", "schedule", Schedule.class, Json.SCHEDULES, s -> Json.name(s.getClass()), epochs);
    }

    private static <T> T parse(
            String text,
            String tag,
            String what,
            Class<? super T> family,
            List<? extends T> known,
            Function<T, String> nameOf,
            Function<String, String> unit) {
        String[] parts = text.split(":", 2);
        var names = known.stream().map(nameOf::apply).toList();
        if (!names.contains(parts[0])) throw new IllegalArgumentException(Nearest.unknown(what, parts[0], names));
        var given = Json.MAPPER.createObjectNode().put(tag, parts[0]);
        if (parts.length > 1)
            for (String pair : parts[1].split(",")) {
                String[] sides = pair.split("=", 2);
                if (sides.length < 2)
                    throw new IllegalArgumentException(
                            "%s %s: expected key=value, got %s".formatted(what, parts[0], Quote.of(pair)));
                given.set(sides[0].strip(), value(sides[1].strip(), unit));
            }
        try {
            @SuppressWarnings("unchecked")
            T result = (T) Json.MAPPER.treeToValue(withDefaults(tag, given), family);
            return result;
        } catch (JacksonException e) {
            throw refused(what + " " + parts[0], e);
        }
    }

    /// A number, a list of numbers separated by `/`, or a word.
    private static JsonNode value(String text, Function<String, String> unit) {
        if (text.contains("/")) {
            var list = Json.MAPPER.createArrayNode();
            for (String part : text.split("/")) list.add(value(part, unit));
            return list;
        }
        String plain = unit.apply(text);
        try {
            var number = Json.MAPPER.readTree(plain);
            if (number.isNumber() || number.isBoolean()) return number;
        } catch (JacksonException e) {
            // a word
        }
        return Json.MAPPER.getNodeFactory().stringNode(plain);
    }

    /// Replaces `file` by `recipe`, whole or not at all.
    public static void write(Path file, Recipe recipe) throws IOException {
        RunFolder.write(file, pretty(recipe) + "\n");
    }

    static String pretty(Object value) {
        return Json.MAPPER.writeValueAsString(value);
    }

    /// On one line.
    static String line(Object value) {
        return Json.MAPPER
                .writer()
                .without(tools.jackson.databind.SerializationFeature.INDENT_OUTPUT)
                .writeValueAsString(value);
    }

    /// One sentence out of Jackson's many.
    private static IllegalArgumentException refused(String where, JacksonException e) {
        String path = JsonFault.path(e);
        String problem = switch (e) {
            case InvalidTypeIdException type
            when type.getTypeId() != null -> Nearest.unknown("value for " + path, type.getTypeId(), kinds(type));
            default -> JsonFault.sentence(e);
        };
        var location = e.getLocation();
        String line = location != null && location.getLineNr() > 0 ? ", line " + location.getLineNr() : "";
        return new IllegalArgumentException(where + line + ": " + problem, e);
    }

    private static List<String> kinds(InvalidTypeIdException e) {
        Class<?> family = e.getBaseType().getRawClass();
        if (family == FirstOrder.class)
            return Json.RULES.stream().map(FirstOrder::name).toList();
        Class<?>[] permitted = family.getPermittedSubclasses();
        return permitted == null
                ? List.of()
                : java.util.Arrays.stream(permitted).map(Json::name).toList();
    }
}

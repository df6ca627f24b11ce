package dev.thalweg.train;

import dev.thalweg.format.JsonFault;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Rule;
import dev.thalweg.optim.Schedule;
import dev.thalweg.tensor.KindName;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Recipes as files, JSON (with comments as in Java) or YAML, whole or in part.
public final class RecipeFile {
    /// Keys that say of which kind an object is.
    static final List<String> TAGS = List.of("kind", "rule");

    /// Longer files are something else.
    private static final long LONGEST = 4_000_000;

    /// How a record's sentence begins.
    private static final Pattern KEY = Pattern.compile("^(?:\\w+\\.)+(\\w+)(?= must )");

    private RecipeFile() {}

    /// A whole recipe.
    ///
    /// @throws IllegalArgumentException if the file is not one, naming the line, the key and, if one is
    ///     near, the right one
    public static Recipe read(Path file) throws IOException {
        return part(file).whole();
    }

    /// A recipe of which the file needs to say only what differs from `base`, see [Part#over].
    public static Recipe read(Path file, Recipe base) throws IOException {
        return part(file).over(base);
    }

    /// A recipe of which anything may be missing: a file, the folder of a run, or a model that says how
    /// it was trained.
    ///
    /// @throws IllegalArgumentException if it is none
    public static Part part(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            var folder = new RunFolder(path);
            folder.requireRun();
            return new Part(Located.parse(folder.recipe().toString(), text(folder.recipe())), null);
        }
        if (path.toString().endsWith(".safetensors")) {
            var provenance = ModelStore.provenance(path)
                    .orElseThrow(() -> new IOException(path + " does not say by which recipe it was trained"));
            return new Part(Located.of(path.toString(), Json.MAPPER.valueToTree(provenance.recipeOf(path))), null);
        }
        return part(path.toString(), text(path));
    }

    /// A recipe of which anything may be missing, out of a text.
    ///
    /// @param name of the file that the text comes from
    /// @throws IllegalArgumentException if it is none
    public static Part part(String name, String text) {
        return new Part(Located.parse(name, text), text);
    }

    /// One of [#SHIPPED], or what [#part(Path)] takes.
    ///
    /// @throws IllegalArgumentException if it is no recipe
    public static Part find(String name) throws IOException {
        if (SHIPPED.contains(name)) return shipped(name);
        if (isUnknown(name)) throw new IllegalArgumentException(unknown(name));
        return part(Path.of(name));
    }

    /// Whether `name` is a plain word that is neither a file nor one of [#SHIPPED].
    public static boolean isUnknown(String name) {
        return !SHIPPED.contains(name) && !name.contains("/") && !name.contains(".") && !Files.exists(Path.of(name));
    }

    /// The sentence for such a word, with the right one if it is near.
    public static String unknown(String name) {
        return "there is no file '%s', and %s".formatted(name, Nearest.unknown("recipe", name, SHIPPED));
    }

    private static String text(Path file) throws IOException {
        if (Files.size(file) > LONGEST)
            throw new IllegalArgumentException(
                    "%s: expected a recipe, found %,d bytes; none is that long".formatted(file, Files.size(file)));
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": expected a recipe, found something that is no text", e);
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
            return new Part(Located.parse(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)), null);
        }
    }

    /// A recipe of which anything may be missing.
    public static final class Part {
        private final Located located;
        private final @Nullable String written;

        /// @param written the text as somebody wrote it, null where nobody did
        private Part(Located located, @Nullable String written) {
            this.located = located;
            this.written = written;
        }

        /// The recipe, of which nothing may be missing.
        ///
        /// @throws IllegalArgumentException as [#over]
        public Recipe whole() {
            return bind(located.tree().deepCopy(), located);
        }

        /// The whole recipe, with what is missing taken from `base`. Objects are merged key by key; a
        /// schedule or rule of another kind, and every list, replaces the base's.
        ///
        /// @throws IllegalArgumentException for a key that does not exist, with the nearest that does,
        ///     or a value that may not be
        public Recipe over(Recipe base) {
            return bind(merged(Json.MAPPER.valueToTree(base), located.tree()), located);
        }

        /// Whether nothing is missing and nothing wrong, ranges aside.
        public boolean isWhole() {
            return RecipeSchema.problems(RecipeSchema.completed(located.tree().deepCopy()))
                    .isEmpty();
        }

        /// All that keeps it from being a recipe over `base`, a sentence each, with file and line; of values out of
        /// range in one list, the first.
        public List<String> problems(Recipe base) {
            return RecipeCheck.problems(Json.MAPPER.valueToTree(base), located.tree()).stream()
                    .map(problem -> located.at(problem.path()) + ": " + problem.sentence())
                    .toList();
        }

        /// `text("data", "source")`: a word in it, if it is there.
        public Optional<String> text(String... path) {
            return at(path).filter(JsonNode::isString).map(JsonNode::asString);
        }

        /// A number in it, if it is there.
        public Optional<Double> number(String... path) {
            return at(path).filter(JsonNode::isNumber).map(JsonNode::asDouble);
        }

        /// True or false in it, if it is there.
        public Optional<Boolean> flag(String... path) {
            return at(path).filter(JsonNode::isBoolean).map(JsonNode::asBoolean);
        }

        private Optional<JsonNode> at(String... path) {
            JsonNode node = located.tree();
            for (String key : path) node = node.path(key);
            return node.isMissingNode() ? Optional.empty() : Optional.of(node);
        }

        JsonNode tree() {
            return located.tree();
        }

        /// Where `path` stands: the file, and the line if it is known.
        public String at(String path) {
            return located.at(path);
        }

        /// Keeps the file as it was written, comments and all, beside the run's `recipe.json`. Does
        /// nothing where nobody wrote it: it comes with Thalweg or is another run's.
        public void keepIn(RunFolder folder) throws IOException {
            if (written == null) return;
            boolean yaml =
                    !written.stripLeading().startsWith("{") && !located.where().endsWith(".json");
            RunFolder.write(folder.source(yaml ? "yaml" : "json"), written);
        }
    }

    static Recipe merge(Recipe base, JsonNode changes, String where) {
        return bind(merged(Json.MAPPER.valueToTree(base), changes), Located.of(where, changes));
    }

    /// @param located tells where things stand
    static Recipe bind(JsonNode tree, Located located) {
        RecipeSchema.completed(tree);
        for (var problem : RecipeSchema.problems(tree)) throw located.refuse(problem.path(), problem.sentence());
        try {
            return Json.MAPPER.treeToValue(tree, Recipe.class);
        } catch (JacksonException e) {
            throw refused(located, e);
        }
    }

    static JsonNode merged(JsonNode base, JsonNode changes) {
        if (!(base instanceof ObjectNode old) || !(changes instanceof ObjectNode fresh)) return changes;
        for (String tag : TAGS)
            if (fresh.path(tag).isString()
                    && !fresh.get(tag).equals(old.get(tag))
                    && !old.path(tag).isObject()) return withDefaults(tag, fresh);
        ObjectNode result = old.deepCopy();
        for (String key : fresh.propertyNames())
            result.set(key, result.has(key) ? merged(result.get(key), fresh.get(key)) : fresh.get(key));
        return result;
    }

    /// An object of a kind of which some keys may be missing: they have the kind's defaults.
    static JsonNode withDefaults(String tag, ObjectNode given) {
        String name = given.get(tag).asString();
        boolean rules = tag.equals("rule");
        for (Object candidate : rules ? Json.ALL_RULES : Json.SCHEDULES) {
            String its = candidate instanceof Rule rule ? rule.name() : KindName.of(candidate.getClass());
            if (!its.equals(name)) continue;
            var defaults = (ObjectNode) Json.MAPPER.readTree(
                    Json.MAPPER.writerFor(rules ? Rule.class : Schedule.class).writeValueAsString(candidate));
            for (String key : given.propertyNames())
                defaults.set(key, defaults.has(key) ? merged(defaults.get(key), given.get(key)) : given.get(key));
            return defaults;
        }
        return given;
    }

    /// The update rules that have a name, with the hyper-parameters that apply where none are given.
    public static List<FirstOrder> rules() {
        return Json.RULES;
    }

    /// The minimizers that have a name, with the settings that apply where none are given.
    public static List<Minimizer> minimizers() {
        return Json.MINIMIZERS;
    }

    /// The update rule or minimizer that `text` names, such as `nesterov:mu=0.85`.
    ///
    /// @throws IllegalArgumentException if there is none, with the nearest right name
    public static Rule rule(String text) {
        return parse(text, "rule", "optimizer", Rule.class, Json.ALL_RULES, Rule::name, Function.identity());
    }

    /// The schedule that `text` names, such as `cosine:minimum=0.01`. A whole number followed by `e`
    /// counts epochs of `stepsPerEpoch` steps.
    ///
    /// @throws IllegalArgumentException if there is none, with the nearest right name
    public static Schedule schedule(String text, long stepsPerEpoch) {
        Function<String, String> epochs = value -> value.matches("\\d+(\\.\\d+)?e")
                ? String.valueOf(Math.round(Double.parseDouble(value.substring(0, value.length() - 1)) * stepsPerEpoch))
                : value;
        return parse(text, "kind", "schedule", Schedule.class, Json.SCHEDULES, s -> KindName.of(s.getClass()), epochs);
    }

    private static <T> T parse(
            String text,
            String tag,
            String what,
            Class<? super T> family,
            List<? extends T> known,
            Function<T, String> nameOf,
            Function<String, String> unit) {
        String[] parts = text.strip().split("\\s*:\\s*", 2);
        var names = known.stream().map(nameOf::apply).toList();
        if (!names.contains(parts[0])) throw new IllegalArgumentException(Nearest.unknown(what, parts[0], names));
        var given = Json.MAPPER.createObjectNode().put(tag, parts[0]);
        pairs(what, text)
                .forEach((key, value) -> given.set(key, RecipeSchema.meant(family, parts[0], key, value(value, unit))));
        var located = Located.of(what + " " + parts[0], given);
        var tree = withDefaults(tag, given);
        for (var problem : RecipeSchema.problems(tree, family))
            throw located.refuse(problem.path(), problem.sentence());
        try {
            @SuppressWarnings("unchecked")
            T result = (T) Json.MAPPER.treeToValue(tree, family);
            return result;
        } catch (JacksonException e) {
            throw refused(located, e);
        }
    }

    /// The settings in `NAME:key=value,…`, of which those that are missing are as in `defaults`.
    static <T> T settings(String text, Class<? super T> family, T defaults) {
        var given = Json.MAPPER.createObjectNode();
        pairs("optimizer", text).forEach((key, value) -> given.set(key, value(value, Function.identity())));
        var located = Located.of("optimizer " + text.split(":", 2)[0].strip(), given);
        var tree = merged(Json.MAPPER.readTree(Json.MAPPER.writerFor(family).writeValueAsString(defaults)), given);
        for (var problem : RecipeSchema.problems(tree, family))
            throw located.refuse(problem.path(), problem.sentence());
        try {
            @SuppressWarnings("unchecked")
            T result = (T) Json.MAPPER.treeToValue(tree, family);
            return result;
        } catch (JacksonException e) {
            throw refused(located, e);
        }
    }

    /// What is behind the colon in `NAME:key=value,…`, in order.
    ///
    /// @param what is named
    static Map<String, String> pairs(String what, String text) {
        String[] parts = text.split(":", 2);
        String name = parts[0].strip();
        var pairs = new LinkedHashMap<String, String>();
        if (parts.length > 1)
            for (String pair : parts[1].split(",")) {
                String[] sides = pair.split("=", 2);
                if (sides.length < 2)
                    throw new IllegalArgumentException(
                            "%s %s: expected key=value, got %s".formatted(what, name, Quote.of(pair)));
                String key = sides[0].strip();
                if (TAGS.contains(key))
                    throw new IllegalArgumentException("%s %s: %s is no setting".formatted(what, name, Quote.of(key)));
                if (pairs.put(key, sides[1].strip()) != null)
                    throw new IllegalArgumentException("%s %s: %s is given twice".formatted(what, name, Quote.of(key)));
            }
        return pairs;
    }

    /// A number, a list of numbers separated by `/`, or a word.
    private static JsonNode value(String text, Function<String, String> unit) {
        if (text.contains("/")) {
            var list = Json.MAPPER.createArrayNode();
            for (String part : text.split("/")) list.add(value(part, unit));
            return list;
        }
        String plain = unit.apply(text);
        if (plain.equals("true") || plain.equals("false"))
            return Json.MAPPER.getNodeFactory().booleanNode(plain.equals("true"));
        return Located.number(plain)
                .orElseGet(() -> Json.MAPPER.getNodeFactory().stringNode(plain));
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

    private static IllegalArgumentException refused(Located located, JacksonException e) {
        var refusal = refusal(e);
        return located.refuse(refusal.path(), refusal.sentence());
    }

    /// What a record's constructor refused, in its words, but for the class in front of the key: that is for
    /// programmers, and gives way to where the key stands. `Nesterov.mu must …` is `optimization.rule.mu must …`
    /// in a recipe, and `mu must …` behind a rule's name.
    static RecipeSchema.Problem refusal(JacksonException e) {
        String path = JsonFault.path(e), sentence = JsonFault.sentence(e);
        var key = KEY.matcher(sentence);
        if (!key.find()) return new RecipeSchema.Problem(path, sentence);
        String precise = Located.join(path, key.group(1));
        return new RecipeSchema.Problem(precise, precise + sentence.substring(key.end()));
    }
}

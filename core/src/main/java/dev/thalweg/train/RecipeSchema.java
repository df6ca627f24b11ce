package dev.thalweg.train;

import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Elementwise;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Rule;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.Selector;
import dev.thalweg.tensor.KindName;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a recipe may hold, read off the records that it is made of, and what each key means, from
/// `recipe-keys.properties`: an entry for each component of each record, by the record's name.
final class RecipeSchema {
    private static final Properties EXPLANATIONS = explanations();

    private RecipeSchema() {}

    /// What a value may be.
    sealed interface Form {}

    /// A whole number in [least, greatest].
    record Whole(long least, long greatest) implements Form {}

    /// A finite number.
    record Decimal() implements Form {}

    record Flag() implements Form {}

    record Text() implements Form {}

    /// One of a few words.
    record Word(List<String> words) implements Form {}

    record Listing(Form element) implements Form {}

    /// An object with the keys of a record.
    record Keys(Class<?> type) implements Form {
        List<Key> keys() {
            return KEYS.get(type);
        }
    }

    /// Of each record, read off it once.
    private static final ClassValue<List<Key>> KEYS = new ClassValue<>() {
        @Override
        protected List<Key> computeValue(Class<?> type) {
            return Arrays.stream(type.getRecordComponents())
                    .map(component -> new Key(
                            component.getName(),
                            form(component.getGenericType()),
                            isNullable(component),
                            explanation(name(type) + "." + component.getName())))
                    .toList();
        }
    };

    /// An object that says by `tag` of which kind it is.
    record OneOf(String tag, String family, SequencedMap<String, Keys> kinds) implements Form {}

    /// @param explanation what it is, its unit and range, in a phrase
    record Key(String name, Form form, boolean nullable, String explanation) {}

    static final Keys RECIPE = new Keys(Recipe.class);

    private static boolean isNullable(RecordComponent component) {
        return Arrays.stream(component.getAnnotatedType().getAnnotations())
                .anyMatch(a -> a.annotationType().getSimpleName().equals("Nullable"));
    }

    private static Form form(Type type) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class)
            return new Listing(form(generic.getActualTypeArguments()[0]));
        Class<?> c = (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
        if (c == int.class || c == Integer.class) return new Whole(Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (c == long.class || c == Long.class) return new Whole(Long.MIN_VALUE, Long.MAX_VALUE);
        if (c == double.class || c == float.class || c == Double.class || c == Float.class) return new Decimal();
        if (c == boolean.class || c == Boolean.class) return new Flag();
        if (c == String.class) return new Text();
        if (c.isEnum())
            return new Word(Arrays.stream(c.getEnumConstants())
                    .map(word -> ((Enum<?>) word).name().toLowerCase(Locale.ROOT))
                    .toList());
        var kinds = new LinkedHashMap<String, Keys>();
        if (c == Rule.class || c == FirstOrder.class || c == Elementwise.class) {
            for (var rule : Json.ALL_RULES) if (c.isInstance(rule)) kinds.put(rule.name(), new Keys(rule.getClass()));
            return new OneOf("rule", name(c), kinds);
        }
        if (c == Schedule.class || c == Selector.class || c == Clip.class) {
            for (Class<?> kind : c.getPermittedSubclasses()) kinds.put(KindName.of(kind), new Keys(kind));
            return new OneOf("kind", name(c), kinds);
        }
        return new Keys(c);
    }

    /// `Schedule.Cosine`.
    private static String name(Class<?> type) {
        return type.getName().substring(type.getPackageName().length() + 1).replace('$', '.');
    }

    /// What a single value means for a key of a kind: a kind's name stands for an object of that kind, and what is no
    /// list for a list of one.
    static JsonNode meant(Class<?> family, String kind, String key, JsonNode value) {
        if (!(form(family) instanceof OneOf one) || one.kinds.get(kind) == null) return value;
        for (var known : one.kinds.get(kind).keys()) {
            if (!known.name.equals(key)) continue;
            if (known.form instanceof OneOf inner && value.isString())
                return Json.MAPPER.createObjectNode().set(inner.tag, value);
            if (known.form instanceof Listing && !value.isArray())
                return Json.MAPPER.createArrayNode().add(value);
        }
        return value;
    }

    // What keys mean.

    private static Properties explanations() {
        var properties = new Properties();
        try (var in = RecipeSchema.class.getResourceAsStream("recipe-keys.properties")) {
            if (in == null) throw new IllegalStateException("recipe-keys.properties is missing beside the classes");
            properties.load(new InputStreamReader(in, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }

    private static String explanation(String name) {
        return EXPLANATIONS.getProperty(name, "");
    }

    /// What `key` means, and which words it takes.
    static String explain(Key key) {
        String words = switch (key.form) {
            case Word word -> ": " + String.join(", ", word.words);
            case OneOf one -> ": " + String.join(", ", one.kinds.keySet());
            default -> "";
        };
        return key.explanation + words + (key.nullable ? "; null for none" : "");
    }

    /// What the key that names a kind means.
    static String explainTag(OneOf one, String kind) {
        var keys = one.kinds.get(kind);
        return keys == null ? "" : explanation(name(keys.type));
    }

    /// The names of all that [#EXPLANATIONS] must hold, each once.
    static List<String> named() {
        var names = new ArrayList<String>();
        named(RECIPE, names);
        return names;
    }

    private static void named(Form form, List<String> names) {
        switch (form) {
            case Listing list -> named(list.element, names);
            case OneOf one ->
                one.kinds.values().forEach(kind -> {
                    if (names.contains(name(kind.type))) return;
                    names.add(name(kind.type));
                    named(kind, names);
                });
            case Keys keys -> {
                for (var key : keys.keys()) {
                    String name = name(keys.type) + "." + key.name;
                    if (names.contains(name)) continue;
                    names.add(name);
                    named(key.form, names);
                }
            }
            default -> {
                // has no keys
            }
        }
    }

    static Map<String, String> explained() {
        return EXPLANATIONS.stringPropertyNames().stream()
                .collect(Collectors.toMap(name -> name, EXPLANATIONS::getProperty));
    }

    // Whether a tree is a recipe.

    /// Something wrong with a tree.
    ///
    /// @param path of what is wrong: `training.epochs`
    record Problem(String path, String sentence) {}

    /// All that keeps `tree` from being a whole recipe, ranges aside, which the records see to.
    static List<Problem> problems(JsonNode tree) {
        return problems(tree, Recipe.class);
    }

    /// The same of a part of one, such as a schedule.
    static List<Problem> problems(JsonNode tree, Class<?> type) {
        var problems = new ArrayList<Problem>();
        check(tree, form(type), "", problems);
        return problems;
    }

    /// Adds what recipes from before a key existed do not say, where there is a value that means what they
    /// did: false for a yes or no that is new.
    static JsonNode completed(JsonNode tree) {
        complete(tree, RECIPE);
        return tree;
    }

    /// Numbers that earlier recipes do not have, 0 where they are missing.
    private static final Set<String> LATER = Set.of("l1");

    private static void complete(JsonNode node, Form form) {
        switch (form) {
            case Listing list -> node.forEach(element -> complete(element, list.element));
            case OneOf one -> {
                var keys = one.kinds.get(node.path(one.tag).asString(""));
                if (keys != null) complete(node, keys);
            }
            case Keys record
            when node instanceof ObjectNode object -> {
                for (var key : record.keys())
                    if (object.has(key.name)) complete(object.get(key.name), key.form);
                    else if (key.form instanceof Flag) object.put(key.name, false);
                    else if (LATER.contains(key.name)) object.put(key.name, 0.0);
            }
            default -> {
                // has no keys
            }
        }
    }

    private static void check(JsonNode node, Form form, String path, List<Problem> problems) {
        switch (form) {
            case Keys keys -> object(node, keys.keys(), List.of(), path, problems);
            case OneOf one -> oneOf(node, one, path, problems);
            case Listing list -> {
                if (!node.isArray()) problems.add(wrong(path, "a list", node));
                for (int i = 0; i < node.size() && node.isArray(); i++)
                    check(node.get(i), list.element, path + "[" + i + "]", problems);
            }
            case Whole whole -> {
                boolean fits = node.isIntegralNumber()
                        && node.canConvertToLong()
                        && whole.least <= node.asLong()
                        && node.asLong() <= whole.greatest;
                if (!fits)
                    problems.add(wrong(
                            path,
                            node.isIntegralNumber()
                                    ? "a whole number of at most %,d".formatted(whole.greatest)
                                    : "a whole number",
                            node));
            }
            case Decimal _ -> {
                // Whole numbers may have any number of digits.
                if (!node.isNumber() || !Double.isFinite(node.asDouble(Double.NaN)))
                    problems.add(wrong(path, node.isIntegralNumber() ? "a number below 1.8e308" : "a number", node));
            }
            case Flag _ -> {
                if (!node.isBoolean()) problems.add(wrong(path, "true or false", node));
            }
            case Text _ -> {
                if (!node.isString()) problems.add(wrong(path, "a text", node));
            }
            case Word word -> {
                if (!node.isString()) problems.add(wrong(path, "one of " + String.join(", ", word.words), node));
                else if (!word.words.contains(node.asString().toLowerCase(Locale.ROOT)))
                    problems.add(new Problem(path, Nearest.unknown("value for " + path, node.asString(), word.words)));
            }
        }
    }

    private static Problem wrong(String path, String wanted, JsonNode got) {
        String found = got.isString() ? Quote.of(got.asString()) : Quote.clip(RecipeFile.line(got));
        return new Problem(path, "%s must be %s, got %s".formatted(path.isEmpty() ? "a recipe" : path, wanted, found));
    }

    private static void oneOf(JsonNode node, OneOf one, String path, List<Problem> problems) {
        String kinds = String.join(", ", one.kinds.keySet());
        if (!node.isObject()) {
            problems.add(wrong(path, "an object that says by '%s' which it is: %s".formatted(one.tag, kinds), node));
            return;
        }
        var kind = node.path(one.tag);
        if (!kind.isString()) {
            problems.add(new Problem(path, "%s lacks the key '%s', one of %s".formatted(path, one.tag, kinds)));
            return;
        }
        var keys = one.kinds.get(kind.asString());
        if (keys == null)
            problems.add(new Problem(
                    Located.join(path, one.tag),
                    Nearest.unknown("value for " + path, kind.asString(), one.kinds.keySet())));
        else object(node, keys.keys(), List.of(one.tag), path, problems);
    }

    private static void object(
            JsonNode node, List<Key> keys, List<String> others, String path, List<Problem> problems) {
        if (!(node instanceof ObjectNode object)) {
            problems.add(wrong(
                    path,
                    "an object with the keys " + keys.stream().map(Key::name).collect(Collectors.joining(", ")),
                    node));
            return;
        }
        var known = new ArrayList<String>(others);
        for (var key : keys) known.add(key.name);
        for (String name : object.propertyNames())
            if (!known.contains(name)) {
                String unknown = Located.join(path, name);
                problems.add(new Problem(
                        unknown,
                        Nearest.unknown(
                                "key",
                                unknown,
                                known.stream()
                                        .map(k -> Located.join(path, k))
                                        .sorted()
                                        .toList())));
            }
        for (var key : keys) {
            var value = object.get(key.name);
            String inner = Located.join(path, key.name);
            if (value != null && !value.isNull()) check(value, key.form, inner, problems);
            else if (!key.nullable)
                problems.add(new Problem(
                        value == null ? path : inner,
                        value == null
                                ? "the key '%s' is missing".formatted(inner)
                                : "%s must not be null".formatted(inner)));
        }
    }
}

package dev.thalweg.train;

import dev.thalweg.optim.Clip;
import dev.thalweg.optim.Decay;
import dev.thalweg.optim.Rule;
import dev.thalweg.tensor.Nearest;
import dev.thalweg.tensor.Quote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An update rule and what goes around it, as people write them on one line, with `+` between:
/// `adamw:beta2=0.95`, or `lookahead:every=6+sam:rho=0.1+nesterov`.
///
/// @param around none of a kind twice; their order has no effect, and is always the same here
public record OptimizerSetting(Rule rule, List<Around> around) {
    /// What separates the parts; the plus in `1e+5` does not.
    private static final Pattern PLUS = Pattern.compile("\\s*\\+\\s*(?=[a-zA-Z])");

    private static final List<String> NAMES = List.of(
            "lookahead", "sam", "centralise", "clip-norm", "clip-value", "clip-units", "l1", "l2", "elastic-net");

    public OptimizerSetting {
        around = around.stream().sorted(Comparator.comparing(Object::toString)).toList();
    }

    /// Something that goes around a rule.
    public sealed interface Around {
        /// `recipe` with it.
        Recipe in(Recipe recipe);
    }

    private record Slow(Lookahead lookahead) implements Around {
        @Override
        public Recipe in(Recipe recipe) {
            return recipe.withLookahead(lookahead);
        }
    }

    private record Sharp(Sharpness sharpness) implements Around {
        @Override
        public Recipe in(Recipe recipe) {
            return recipe.withOptimization(recipe.optimization().withSharpness(sharpness));
        }
    }

    private record Centralised() implements Around {
        @Override
        public Recipe in(Recipe recipe) {
            return recipe.withOptimization(recipe.optimization().withCentralise(true));
        }
    }

    private record Clipped(Clip clip) implements Around {
        @Override
        public Recipe in(Recipe recipe) {
            return recipe.withOptimization(recipe.optimization().withClip(clip));
        }
    }

    /// @param l2 null: as it is
    /// @param l1 likewise
    /// @param form likewise
    private record Penalised(@Nullable Double l2, @Nullable Double l1, Decay.@Nullable Form form) implements Around {
        @Override
        public Recipe in(Recipe recipe) {
            return recipe.withOptimization(recipe.optimization().withPenalties(l2, l1, form));
        }
    }

    /// @throws IllegalArgumentException if it is no such line: one sentence, with the nearest right name
    public static OptimizerSetting parse(String text) {
        Rule rule = null;
        var around = new ArrayList<Around>();
        var seen = new HashSet<String>();
        for (String part : PLUS.split(text, -1)) {
            String name = part.split(":", 2)[0].strip();
            if (!seen.add(name.startsWith("clip-") ? "clipping" : name))
                throw new IllegalArgumentException("optimizer %s: %s is named twice"
                        .formatted(Quote.of(text), name.startsWith("clip-") ? "clipping" : name));
            if (NAMES.contains(name)) around.add(around(name, part));
            else if (rule == null) rule = rule(part, name);
            else
                throw new IllegalArgumentException("optimizer %s: expected one rule, found %s and %s"
                        .formatted(Quote.of(text), rule.name(), rule(part, name).name()));
        }
        if (rule == null)
            throw new IllegalArgumentException(
                    "optimizer %s: expected a rule as well, as in %s+sgd".formatted(Quote.of(text), Quote.clip(text)));
        return new OptimizerSetting(rule, around);
    }

    private static Rule rule(String part, String name) {
        var rules = Json.ALL_RULES.stream().map(Rule::name).toList();
        if (!rules.contains(name))
            throw new IllegalArgumentException(Nearest.unknown(
                    "optimizer",
                    name,
                    Stream.concat(rules.stream(), NAMES.stream()).toList()));
        return RecipeFile.rule(part.strip());
    }

    private static Around around(String name, String part) {
        return switch (name) {
            case "lookahead" -> new Slow(RecipeFile.settings(part, Lookahead.class, new Lookahead(5, 0.5, 0)));
            case "sam" -> new Sharp(RecipeFile.settings(part, Sharpness.class, new Sharpness(0.05)));
            case "clip-norm" -> new Clipped(RecipeFile.settings(part, Clip.class, new Clip.ByNorm(1)));
            case "clip-value" -> new Clipped(RecipeFile.settings(part, Clip.class, new Clip.ByValue(1)));
            case "clip-units" -> new Clipped(RecipeFile.settings(part, Clip.class, new Clip.Adaptive(0.01)));
            case "centralise" -> {
                if (part.contains(":"))
                    throw new IllegalArgumentException(
                            "optimizer centralise: it has no settings, got " + Quote.of(part.split(":", 2)[1]));
                yield new Centralised();
            }
            default -> penalty(name, part);
        };
    }

    private static Penalised penalty(String name, String part) {
        boolean net = name.equals("elastic-net");
        Double lambda = null, l1 = null, l2 = null;
        Decay.Form form = null;
        var known = net ? List.of("l1", "l2", "form") : List.of("lambda", "form");
        for (var setting : RecipeFile.pairs("optimizer", part).entrySet()) {
            String key = setting.getKey(), value = setting.getValue(), where = "optimizer " + name + ": ";
            switch (known.contains(key) ? key : "") {
                case "lambda" -> lambda = strength(where + key, value);
                case "l1" -> l1 = strength(where + key, value);
                case "l2" -> l2 = strength(where + key, value);
                case "form" -> form = form(where + key, value);
                default -> throw new IllegalArgumentException(where + Nearest.unknown("key", key, known));
            }
        }
        if (net ? l1 == null || l2 == null : lambda == null)
            throw new IllegalArgumentException("optimizer %s: say how strong, as in %s"
                    .formatted(name, net ? "elastic-net:l1=1e-5,l2=5e-4" : name + ":lambda=1e-4"));
        return switch (name) {
            case "l1" -> new Penalised(null, lambda, form);
            case "l2" -> new Penalised(lambda, null, form);
            default -> new Penalised(l2, l1, form);
        };
    }

    private static double strength(String what, String value) {
        double number = Located.number(value)
                .orElseThrow(() ->
                        new IllegalArgumentException("%s must be a number, got %s".formatted(what, Quote.of(value))))
                .asDouble();
        if (0 <= number && number < Float.MAX_VALUE) return number;
        throw new IllegalArgumentException("%s must be in [0, ∞), got %s".formatted(what, number));
    }

    private static Decay.Form form(String what, String value) {
        for (var form : Decay.Form.values())
            if (form.name().toLowerCase(Locale.ROOT).equals(value)) return form;
        throw new IllegalArgumentException("%s must be coupled or decoupled, got %s".formatted(what, Quote.of(value)));
    }

    /// `recipe` by this rule, see [Defaults#withRule], with all that goes around it.
    public Recipe in(Recipe recipe) {
        return around(Defaults.withRule(recipe, rule));
    }

    /// `recipe` with what goes around the rule alone.
    public Recipe around(Recipe recipe) {
        for (var one : around) recipe = one.in(recipe);
        return recipe;
    }
}

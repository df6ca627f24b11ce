package dev.thalweg.cli;

import dev.thalweg.data.DataSet;
import dev.thalweg.data.DataSets;
import dev.thalweg.data.Shapes;
import dev.thalweg.data.SplitOptions;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.nn.architectures.Architectures;
import dev.thalweg.tensor.Shape;
import dev.thalweg.train.Defaults;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.Setting;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What somebody said about a recipe. The defaults for the data come first, then the file, then options,
/// then single values, each over what stands before.
///
/// @param part the file, null for none
record RecipeChoice(RecipeFile.@Nullable Part part, RecipeOptions options, List<Setting> settings, Values values) {
    /// Of a minimizer, at most, where no epochs are given.
    private static final int ITERATIONS = 200;

    /// The recipe that an argument or option names.
    static RecipeFile.Part find(String option, String name, Values values) throws IOException {
        if (RecipeFile.isUnknown(name)) throw values.refuse(option + ": " + RecipeFile.unknown(name));
        return RecipeFile.find(name);
    }

    /// Where the data is. Paths are absolute, so that a run can be resumed from any folder; the name of a
    /// published set is the folder that it was fetched into.
    ///
    /// @param data an argument, null for none
    String source(@Nullable String data) throws IOException {
        String source = set("data.source")
                .or(() -> Optional.ofNullable(data))
                .or(() -> Optional.ofNullable(part).flatMap(p -> p.text("data", "source")))
                .orElse("shapes");
        return Shapes.isLocator(source)
                ? source
                : Path.of(PublishedData.locate(source))
                        .toAbsolutePath()
                        .normalize()
                        .toString();
    }

    /// How parts are split off. What cannot be is refused later, when the recipe is put together.
    SplitOptions split() {
        var split = SplitOptions.DEFAULT;
        var validation = options.validation();
        return new SplitOptions(
                number("data", "testShare")
                        .filter(share -> 0 < share && share < 1)
                        .orElse(split.testShare()),
                setNumber("data.validationShare")
                        .or(() -> Optional.ofNullable(validation))
                        .or(() -> number("data", "validationShare"))
                        .filter(share -> 0 <= share && share < 1)
                        .orElse(split.validationShare()),
                number("data", "splitSeed").map(Double::longValue).orElse(split.seed()));
    }

    /// The data at `source`, without what cannot be read if that is to be skipped.
    DataSet open(String source, PrintWriter err) throws IOException {
        var set = DataSets.open(source, split());
        return skipUnreadable() ? ReadableData.of(set, err) : set;
    }

    private boolean skipUnreadable() {
        return set("data.skipUnreadable")
                .map(Boolean::valueOf)
                .orElseGet(() -> options.skipUnreadable()
                        || Optional.ofNullable(part)
                                .flatMap(p -> p.flag("data", "skipUnreadable"))
                                .orElse(false));
    }

    /// The whole recipe for data that was opened from `source`.
    Recipe settle(String source, DataSet data) throws IOException {
        var defaults = Defaults.forData(source, data, given());
        int examples = data.train().size();
        var recipe = at(source, said(defaults, source, examples).last());
        if (recipe.optimization().rule() instanceof Minimizer minimizer) {
            // Of the defaults, what is for batches gives way; what somebody said does not, and is refused.
            var said = said(forAll(defaults, minimizer), source, examples);
            said.refuseMisfits();
            recipe = at(source, said.last());
        }
        var net = recipe.network();
        options.checkAgainst(Architectures.create(
                net.name(),
                Shape.of(net.channels(), net.height(), net.width()),
                data.classes().size()));
        int batch = recipe.training().batch();
        if (batch > data.train().size())
            throw values.refuse("--batch must be at most the number of training examples, %,d, got %,d"
                    .formatted(data.train().size(), batch));
        return recipe;
    }

    /// The recipe of the file, which says everything, with the single values.
    Recipe setWhole(RecipeFile.Part whole) {
        var recipe = whole.whole();
        var changed = set(recipe);
        if (changed.optimization().rule() instanceof Minimizer minimizer) {
            recipe = meantFor(minimizer, recipe);
            new SaidRecipe(this, recipe, recipe, changed).refuseMisfits();
        }
        return changed;
    }

    /// What `base` becomes by all that was said.
    private SaidRecipe said(Recipe base, String source, int examples) {
        var file = part == null ? base : part.over(base);
        if (base.optimization().rule() instanceof Minimizer minimizer) file = meantFor(minimizer, file);
        var changed = options.apply(at(source, file), examples);
        return new SaidRecipe(this, file, changed, set(changed));
    }

    /// Where another rule than the file's is asked for, what else the file says is meant for that one.
    private static Recipe meantFor(Minimizer minimizer, Recipe file) {
        var o = file.optimization();
        return o.rule() instanceof Minimizer ? file : file.withOptimization(o.withRule(minimizer));
    }

    /// The defaults for a minimizer. Epochs are its iterations, of which another rule's are no measure.
    private Recipe forAll(Recipe defaults, Minimizer minimizer) {
        var recipe = Defaults.withRule(defaults, minimizer);
        return given().epochs() == null ? recipe.withEpochs(ITERATIONS) : recipe;
    }

    /// `recipe` with the single values.
    private Recipe set(Recipe recipe) {
        for (var setting : settings) {
            var before = recipe;
            recipe = values.parse("--set", setting.path(), path -> setting.applyTo(before));
        }
        return recipe;
    }

    private static Recipe at(String source, Recipe recipe) {
        return recipe.withData(recipe.data().withSource(source));
    }

    /// What the defaults are to go with.
    Defaults.Given given() {
        var said = options.given();
        return new Defaults.Given(
                set("network.name")
                        .or(() -> Optional.ofNullable(said.model()))
                        .or(() -> Optional.ofNullable(part).flatMap(p -> p.text("network", "name")))
                        .orElse(null),
                said.size(),
                epochs(first(setNumber("training.epochs"), said.epochs(), "epochs")),
                whole(first(setNumber("training.batch"), toDouble(said.batch()), "batch")),
                whole(first(setNumber("training.accumulate"), toDouble(said.accumulate()), "accumulate")));
    }

    private @Nullable Double first(Optional<Double> set, @Nullable Double option, String key) {
        if (set.isPresent()) return set.get();
        if (option != null) return option;
        return part == null ? null : part.number("training", key).orElse(null);
    }

    /// None where no run can have so many: whatever said so is refused when the recipe is put together.
    private static @Nullable Double epochs(@Nullable Double value) {
        return value != null && 0 < value && value <= Recipe.Training.MOST_EPOCHS ? value : null;
    }

    private static @Nullable Double toDouble(@Nullable Integer value) {
        return value == null ? null : value.doubleValue();
    }

    private static @Nullable Integer whole(@Nullable Double value) {
        return value == null ? null : Math.max(1, value.intValue());
    }

    /// A number of the data's: set, or in the file.
    private Optional<Double> number(String group, String key) {
        return setNumber(group + "." + key).or(() -> Optional.ofNullable(part).flatMap(p -> p.number(group, key)));
    }

    /// The value that `path` was set to last.
    private Optional<String> set(String path) {
        return settings.reversed().stream()
                .filter(setting -> setting.path().equals(path))
                .map(Setting::value)
                .findFirst();
    }

    /// A value that is no number is refused later, when the recipe is put together.
    private Optional<Double> setNumber(String path) {
        try {
            return set(path).map(Double::valueOf);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}

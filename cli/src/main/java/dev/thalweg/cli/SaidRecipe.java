package dev.thalweg.cli;

import dev.thalweg.optim.Rule;
import dev.thalweg.train.Misfit;
import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipeFile;
import dev.thalweg.train.Setting;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// A recipe as somebody's words have made it, in the order in which they count.
///
/// @param choice the words
/// @param file after the file
/// @param options after the options as well
/// @param last after the single values
record SaidRecipe(RecipeChoice choice, Recipe file, Recipe options, Recipe last) {

    /// Refuses what somebody said and a minimizer has no use for, in the name of who said it.
    void refuseMisfits() {
        var rule = last.optimization().rule();
        // Without effect whatever they say.
        for (var idle : List.of(Misfit.LEARNING_RATE, Misfit.SCHEDULE, Misfit.SHUFFLE))
            setting(path -> within(path, idle.path()))
                    .or(() -> choice.options().named(idle.path()))
                    .ifPresent(by -> refuse(by, rule, idle));
        var misfits = Misfit.of(last);
        var part = choice.part();
        var inFile = misfits.stream().filter(Misfit.of(file)::contains).toList();
        if (part != null && !inFile.isEmpty()) throw new IllegalArgumentException(inFile(part, inFile, rule));
        if (misfits.isEmpty()) return;
        var misfit = misfits.getFirst();
        refuse(
                Misfit.of(options).contains(misfit)
                        ? choice.options().named(misfit.path()).orElse("--optimizer")
                        : setting(path -> within(path, misfit.path()) || within(misfit.path(), path))
                                .orElse(misfit.path()),
                rule,
                misfit);
    }

    private void refuse(String by, Rule rule, Misfit misfit) {
        throw choice.values().refuse(by + misfit.sentence(rule));
    }

    private static String inFile(RecipeFile.Part part, List<Misfit> misfits, Rule rule) {
        var paths = misfits.stream().map(Misfit::path).toList();
        var first = misfits.getFirst();
        return paths.size() == 1
                ? part.at(first.path()) + ": " + first.path() + first.sentence(rule)
                : "%s: %s and %s do not go with %s, which chooses its steps itself and goes by one loss of all examples"
                        .formatted(
                                part.at(""),
                                String.join(", ", paths.subList(0, paths.size() - 1)),
                                paths.getLast(),
                                rule.name());
    }

    /// The last single value at such a path, as it was typed.
    private Optional<String> setting(Predicate<String> path) {
        return choice.settings().reversed().stream()
                .map(Setting::path)
                .filter(path)
                .findFirst()
                .map("--set "::concat);
    }

    /// Whether `path` is `of` or a part of it.
    private static boolean within(String path, String of) {
        return path.startsWith(of) && (path.length() == of.length() || ".[".indexOf(path.charAt(of.length())) >= 0);
    }
}

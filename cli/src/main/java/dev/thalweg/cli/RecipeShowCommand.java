package dev.thalweg.cli;

import dev.thalweg.train.Recipe;
import dev.thalweg.train.RecipePrinter;
import java.io.IOException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `recipe show`: a whole recipe.
@Command(
        name = "show",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        sortOptions = false,
        description = {
            "Prints the whole recipe that train would use: what RECIPE says, and the defaults for the data.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg recipe show --data photos/ --explain > photos.yaml",
            "  ./thalweg recipe show airbench94 --json",
            "  ./thalweg recipe show runs/a/model.safetensors",
            "  ./thalweg recipe show mine.yaml --set training.epochs=5"
        })
final class RecipeShowCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "RECIPE",
            description = "A file, a run, a model, or a name. Default: nothing but the defaults.")
    private @Nullable String recipe;

    @Option(
            names = "--data",
            paramLabel = "DATA",
            description = "What the defaults are to suit. Default: the data that the recipe names, or shapes.")
    private @Nullable String data;

    @Mixin
    private SetOption set = new SetOption();

    @Option(names = "--yaml", description = "As YAML. The default.")
    private boolean yaml;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Option(names = "--explain", description = "With a comment on every key: what it is, its unit, its range.")
    private boolean explain;

    @Override
    public Integer call() throws IOException {
        var values = new Values(spec);
        if (yaml && json) throw values.refuse("--yaml and --json exclude one another");
        var part = recipe == null ? null : RecipeChoice.find("RECIPE", recipe, values);
        var choice = new RecipeChoice(part, RecipeOptions.none(values), set.settings(values), values);
        var settled = whole(choice);
        var out = spec.commandLine().getOut();
        out.print(json ? RecipePrinter.json(settled, explain) : RecipePrinter.yaml(settled, explain));
        out.flush();
        return Exit.DONE;
    }

    /// Of a recipe that says everything the data is not needed.
    private Recipe whole(RecipeChoice choice) throws IOException {
        var part = choice.part();
        if (data == null && part != null && part.isWhole()) return choice.setWhole(part);
        String source = choice.source(data);
        try (var set = choice.open(source, spec.commandLine().getErr())) {
            return choice.settle(source, set);
        }
    }
}

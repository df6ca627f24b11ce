package dev.thalweg.cli;

import dev.thalweg.tensor.Quote;
import dev.thalweg.train.RecipeDiff;
import dev.thalweg.train.RecipeFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `recipe diff`: what two recipes say differently.
@Command(
        name = "diff",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        description = {
            "Prints the keys in which two recipes differ, a line each: the key, the first's value, the second's. Of a key"
                    + " that only one of them has, the other's value is a dash.",
            ""
        },
        exitCodeListHeading = "%nExit status, as diff has it:%n",
        exitCodeList = {"0:they say the same", "1:they differ", "2:one of them cannot be read; one sentence says why"},
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg recipe diff runs/a runs/b",
            "  ./thalweg recipe diff mine.yaml airbench94",
            "  ./thalweg recipe diff best.safetensors runs/c/recipe.json"
        })
final class RecipeDiffCommand implements Callable<Integer> {
    private static final int SAME = 0;
    private static final int DIFFERENT = 1;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "A", description = "A recipe: a file, a run, a model, or a name.")
    private String first = "";

    @Parameters(index = "1", paramLabel = "B", description = "Another.")
    private String second = "";

    @Override
    public Integer call() {
        var differences = RecipeDiff.between(read(first), read(second));
        PrintWriter out = spec.commandLine().getOut();
        int key = 0;
        int value = 0;
        for (var difference : differences) {
            key = Math.max(key, difference.key().length());
            value = Math.max(value, text(difference.first()).length());
        }
        for (var difference : differences)
            out.printf(
                    "%-" + key + "s  %-" + value + "s  %s%n",
                    difference.key(),
                    text(difference.first()),
                    text(difference.second()));
        out.flush();
        return differences.isEmpty() ? SAME : DIFFERENT;
    }

    private static String text(@Nullable String json) {
        if (json == null) return "–";
        return Quote.line(json.matches("\"[\\w-]+\"") ? json.substring(1, json.length() - 1) : json);
    }

    private RecipeFile.Part read(String name) {
        var values = new Values(spec);
        try {
            return RecipeChoice.find("RECIPE", name, values);
        } catch (IOException | IllegalArgumentException e) {
            throw values.refuse(Failures.sentence(e));
        }
    }
}

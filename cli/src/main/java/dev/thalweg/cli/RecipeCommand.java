package dev.thalweg.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `recipe`: recipes as files.
@Command(
        name = "recipe",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {RecipeShowCommand.class, RecipeDiffCommand.class, RecipeValidateCommand.class},
        synopsisSubcommandLabel = "COMMAND",
        commandListHeading = "%nCommands:%n",
        description = {
            "Recipes as files, YAML or JSON: all that determines a run. A recipe may say as little as one likes; the"
                    + " rest is chosen to suit the data. Wherever a recipe is asked for, a run's folder, a model file"
                    + " or the name of a recipe that comes with Thalweg (airbench94) will do as well.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  ./thalweg recipe show --explain > mine.yaml",
            "  ./thalweg recipe validate mine.yaml --data photos/",
            "  ./thalweg recipe diff runs/a runs/b",
            "  ./thalweg train photos/ --recipe mine.yaml"
        })
final class RecipeCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli does
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
